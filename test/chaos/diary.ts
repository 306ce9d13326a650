import type { Attention, Resolution } from '../../client/index.js';
import type { Row, Subject, Witness } from './judge/case.js';
import type { ActName, JourneyPlan } from './plan/plan.js';

/** What everybody around one journey did and heard. Judged at the end, and told where it went wrong. */
export class Diary {
  readonly plan: JourneyPlan;
  readonly lines: string[] = [];
  /** The journeys that it is about, its own first. */
  readonly subjects: Subject[] = [];
  accountId = '';
  /** Numbers of rows, captures and voids; and the rows of a batch that have an end. */
  readonly moreNumbers: string[] = [];
  rows: readonly Row[] = [];
  /** As the backend heard it, in whatever run. */
  readonly results: { outcome: string; resolution?: Resolution }[] = [];
  readonly parked: Attention[] = [];
  readonly decided: Resolution[] = [];
  readonly done = new Set<ActName>();
  wasAcknowledged = false;
  wasCancelAsked = false;
  /** When somebody pressed Cancel or Terminate. */
  stoppedAt: number | undefined;
  /** The customer closed the account, perhaps in the middle of it: then DOKU cannot be asked. */
  isCustomerGone = false;
  /** What no judge needs to work out. */
  readonly problems: string[] = [];
  readonly #beganAt = Date.now();

  constructor(plan: JourneyPlan) {
    this.plan = plan;
  }

  /** All numbers under which money may move. */
  get numbers(): Set<string> {
    return new Set([
      ...this.subjects.flatMap(({ number, ofOrder = number }) => [number, ofOrder]),
      ...this.moreNumbers,
    ]);
  }

  note(text: string): void {
    const seconds = ((Date.now() - this.#beganAt) / 1_000).toFixed(1).padStart(6);
    this.lines.push(`${seconds} s  ${text}`);
  }

  /** What a judge hears of it. */
  get witness(): Witness {
    const { plan, done } = this;
    return {
      name: plan.name,
      accountId: this.accountId,
      rows: this.rows,
      moreNumbers: this.moreNumbers,
      ...(plan.course.acknowledgeSeconds && { acknowledgeSeconds: plan.course.acknowledgeSeconds }),
      wasAcknowledged: this.wasAcknowledged,
      wasCancelAsked: this.wasCancelAsked,
      wasMeddledWith: MEDDLING.some((act) => done.has(act)),
      isDokuClear:
        !this.isCustomerGone &&
        plan.temperaments.every(({ isClear }) => isClear) &&
        !isCodeUnproven(plan),
      isCustomerGone: this.isCustomerGone,
      wasRestarted: RESTARTING.some((act) => done.has(act)),
      hasDecided: this.decided.length > 0,
      parked: this.parked.length,
      stoppedAt: this.stoppedAt,
      heard: this.results.at(-1)?.outcome,
      problems: this.problems,
    };
  }
}

const RESTARTING: readonly ActName[] = ['reset-first', 'reset-last', 'forget'];
/** An operator, or Temporal's retention, had a hand in it: then DOKU alone cannot tell what happened. */
const MEDDLING: readonly ActName[] = [
  ...RESTARTING,
  'temporal-cancel',
  'terminate',
  'terminate-child',
];

/** Whose a returned code is nothing tells, where the answer to its exchange was lost. */
const isCodeUnproven = ({ kind, faults }: JourneyPlan) =>
  kind === 'openAccount' && faults.some(({ operation }) => operation === 'tokenB2B2C');
