import { ApplicationFailure, condition, patched } from '@temporalio/workflow';
import type {
  AuthorizedPurchaseStatus,
  OwnStep,
  OwnSteps,
  ParsedAuthorizedPurchaseInput,
  StepBefore,
  StepResult,
} from '../../contract/authorized-purchase.js';
import { type Money, moneyOf, senOf } from '../../contract/money.js';
import { invalidInput } from '../mechanisms/bad-input.js';
import type { HistoryTruth } from '../mechanisms/history-truth.js';
import { handedOver } from '../mechanisms/long-history.js';
import { OneAtATime } from '../mechanisms/one-at-a-time.js';
import { Repeats } from '../mechanisms/repeats.js';
import { type Authorization, type AuthorizedJourney, MEMORY_MS } from './authorization.js';
import { EarlierSteps } from './earlier-steps.js';
import { Holding, type Step } from './holding.js';
import { type Asked, StepBook } from './step-book.js';
import { lookAtStep, type Stepped, type Stepping, takeStep } from './stepping.js';

/** The captures and voids of one authorisation, one at a time, each number once. */
export class Steps {
  readonly holding: Holding;
  /** An earlier run may have captured and given back what this one was not told of. */
  isLater = false;
  /** Captures and voids are taken. */
  isOpen = false;
  /** It is known what is held. Until then a run that is not the first cannot say whether one before has taken what it is asked for. */
  isKnown = false;
  /** Nothing more can be taken. */
  isClosed = false;
  /** Temporal's cancel: what was not sent of a capture is never sent. */
  isStopped = false;
  /** The last capture has DOKU give back the rest. */
  isLastCaptured = false;
  /** ISO 8601: since when DOKU has been known to hold less than this run knows of. */
  #lessSince: string | undefined;
  /** The authorisation is of this run's making: nothing came before it. */
  isOwn = false;
  /** Why an earlier run gave the rest back, where one did. */
  restReason: string | undefined;
  readonly #input: ParsedAuthorizedPurchaseInput;
  readonly #journey: AuthorizedJourney;
  readonly #authorization: Authorization;
  readonly #book: StepBook;
  readonly #earlier = new EarlierSteps();
  readonly #repeats = new Repeats();
  readonly #turns = new OneAtATime();
  readonly #startedAt = Date.now();
  #waitsFor: HistoryTruth | undefined;
  /** "10000.00" each: voids that DOKU shows under the authorisation's number. */
  readonly #underOriginal: string[] = [];

  constructor(
    input: ParsedAuthorizedPurchaseInput,
    journey: AuthorizedJourney,
    authorization: Authorization,
  ) {
    this.#input = input;
    this.#journey = journey;
    this.#authorization = authorization;
    this.holding = new Holding(input.amount);
    this.#book = new StepBook(input.partnerReferenceNo);
  }

  get isBusy(): boolean {
    return this.#turns.isBusy;
  }

  /** DOKU notified something: whichever step it works on is asked about. */
  nudge(): void {
    this.#waitsFor?.nudge();
  }

  /** ISO 8601: since when it is not known what earlier runs captured and gave back. */
  get unknownSince(): string | undefined {
    return this.#earlier.unknownSince ?? this.#lessSince;
  }

  /** All that was captured and given back is known. */
  get isWhole(): boolean {
    if (this.#lessSince !== undefined) return false;
    return this.#earlier.isWhole || (this.isOwn && !this.#earlier.isPossible);
  }

  /** For a run that a reset makes of this one. */
  get own(): OwnSteps {
    return { isWhole: this.isWhole && !this.#earlier.isNews, steps: this.#book.taken };
  }

  /** Learns of earlier runs at every reset, for as long as the journey runs. */
  async recallAtResets(): Promise<never> {
    for (;;) {
      // Whose the money is the authorisation tells first.
      await condition(() => this.#earlier.isNews && this.#authorization.isAnswered);
      this.#earlier.note();
      await this.#turns.run(() => this.#recall());
    }
  }

  /** An earlier run came before, by what DOKU says: what it did is asked of it. */
  async recall(): Promise<void> {
    this.#earlier.note();
    if (!this.#earlier.isExpected) this.#earlier.expect();
    await this.#turns.run(() => this.#recall());
  }

  /** A step of the journey's own. */
  take(step: Step): Promise<StepResult> {
    return this.#turns.run(async () => {
      this.#book.take(step);
      const answer = await this.#step(step);
      this.#book.take(step, answer);
      return answer;
    });
  }

  /** DOKU holds nothing any more: what remained went back, but for what an earlier run captured, or what an operator was wrong about. */
  close(): void {
    const mayBeUntold = this.isLater || this.#lessSince !== undefined;
    if (this.#book.hasRecorded || (mayBeUntold && !this.isWhole)) this.holding.writeOff();
    else this.holding.giveBackRest();
    this.isClosed = true;
  }

  once(asked: Asked): Promise<StepResult> {
    const before = this.#book.promised(asked);
    if (before) {
      this.#repeats.taken();
      return before;
    }
    this.#book.begin(asked);
    const result = this.#turns.run(async () => {
      const earlier = await this.#answeredEarlier(asked);
      if (earlier) return earlier;
      const { remaining } = this.holding;
      const sen = asked.amount ? senOf(asked.amount.value) : remaining;
      // Others may have come first while this one waited for its turn.
      const isTooMuch = this.isClosed || sen === 0n || sen > remaining;
      const answer = isTooMuch
        ? this.#rejected(moneyOf(sen), { refusal: 'above what remains' })
        : await this.#step({
            ...asked,
            amount: moneyOf(sen),
            ...(!asked.amount && { isGuessed: true }),
          });
      this.#book.answer(asked, answer);
      return answer;
    });
    this.#book.promise(asked, result);
    return result;
  }

  /** What an earlier run answered, of which this one heard only after it was asked the same. */
  async #answeredEarlier(asked: Asked): Promise<StepResult | undefined> {
    this.#earlier.note();
    if (!this.#earlier.isExpected) return undefined;
    await this.#recall();
    this.#book.assertFree(`${asked.kind}.${NUMBERS[asked.kind]}`, asked);
    return this.#book.answerTo(asked);
  }

  async #recall(): Promise<void> {
    this.isLater ||= this.#earlier.isExpected;
    let isWhole = true;
    for (const step of await this.#earlier.ask())
      if (!this.#book.isSettled(step)) isWhole = (await this.#adopt(step)) && isWhole;
    this.#earlier.learned(isWhole);
  }

  /** @returns whether it is known what became of it. */
  async #adopt({ answer, isRecorded, ...asked }: OwnStep): Promise<boolean> {
    const became = answer ?? (await this.#becameOf(asked));
    if (became === undefined || became === 'absent') return became === 'absent';
    if (answer && answer.outcome !== 'rejected')
      this.#done({ ...asked, amount: { value: answer.amount, currency: 'IDR' } }, {});
    if (isRecorded) this.#book.record(asked);
    this.#book.adopt(asked, became);
    if (this.#book.isOwn(asked.partnerNo)) this.restReason = asked.reason;
    return true;
  }

  /** Of a step that an earlier run began, and never learned of: DOKU's books tell, or nobody as yet. */
  async #becameOf(asked: Omit<OwnStep, 'answer'>): Promise<StepResult | 'absent' | undefined> {
    const seen = await lookAtStep(this.#steppingOf(asked), asked);
    return typeof seen === 'object' ? this.#done(asked, seen) : seen;
  }

  #steppingOf({ kind }: Pick<Step, 'kind'>): Stepping {
    const { partnerReferenceNo, customerId, title } = this.#input;
    const began = new Date(this.#startedAt - (this.isLater ? MEMORY_MS : 0)).toISOString();
    return {
      journey: this.#journey,
      key: {
        partnerReferenceNo,
        customerId,
        ...this.#authorization.account,
        referenceNo: this.#authorization.referenceNo ?? partnerReferenceNo,
      },
      title,
      since: began,
      sent: this.isLater
        ? { lastSentAt: new Date(this.#startedAt).toISOString(), mayBeUnderWay: true }
        : undefined,
      underOriginal: (amount) =>
        this.#underOriginal.filter((each) => (amount ?? each) === each).length,
      remaining: () => this.holding.remaining,
      onTruth: (truth) => {
        this.#waitsFor = truth;
      },
      isStopped: () => this.isStopped && kind === 'capture' && patched('stopped-is-not-captured'),
    };
  }

  async #step(step: Step): Promise<StepResult> {
    const stepped = await takeStep(this.#steppingOf(step), step, () => this.#book.accepted(step));
    if (stepped.kind === 'done') {
      const { moved, isAsShown } = stepped;
      if (moved && isAsShown)
        return this.#done({ ...step, amount: { value: moved, currency: 'IDR' } }, stepped);
      const { amount: _guess, isGuessed, ...asked } = step;
      return this.#done(isGuessed && stepped.isOthers ? asked : step, stepped);
    }
    const { kind: _, isRecorded, ...why } = stepped;
    if (isRecorded) this.#book.record(step);
    // No more was asked for than this run knows to be held.
    if (why.refusal === 'invalid-amount' && patched('less-than-known-is-remembered'))
      this.#lessSince ??= new Date().toISOString();
    return this.#rejected(step.amount ?? moneyOf(this.holding.remaining), why);
  }

  #done(
    step: Step,
    { moved, isUnderOriginal }: Pick<Done, 'moved' | 'isUnderOriginal'>,
  ): StepResult {
    const amount = this.holding.count(step, moved);
    if (step.kind === 'void' && isUnderOriginal) this.#underOriginal.push(amount.value);
    if (step.kind === 'capture' && step.closes) this.isLastCaptured = true;
    if (step.closes || this.holding.remaining === 0n) this.isClosed = true;
    return {
      outcome: step.kind === 'capture' ? 'captured' : 'voided',
      amount: amount.value,
      remaining: this.left,
    };
  }

  #rejected(amount: Money, why: Omit<Rejected, 'kind' | 'isRecorded'>): StepResult {
    return { outcome: 'rejected', amount: amount.value, remaining: this.left, ...why };
  }

  /** What became of a step, for whoever missed its answer. */
  before(asked: Asked): StepBefore {
    return this.#book.before(asked);
  }

  validate(asked: Asked): void {
    this.#book.assertFree(`${asked.kind}.${NUMBERS[asked.kind]}`, asked);
    const answer = this.#book.answerTo(asked);
    if (answer) this.#repeats.check(answer);
    if (this.#book.promised(asked)) return;
    this.#journey.assertOpen();
    const { attention } = this.#journey;
    if (!this.isKnown && !attention && !this.isStopped && this.#earlier.isPossible)
      throw handedOver();
    if (!this.isOpen || this.isClosed || attention) {
      const stands = this.isClosed ? 'closed' : this.stands;
      throw ApplicationFailure.nonRetryable(
        `nothing can be taken from it now: it is ${stands}`,
        'NotNow',
      );
    }
    if (asked.amount && senOf(asked.amount.value) > this.holding.remaining)
      throw invalidInput(`${asked.kind}.amount.value`, `above what remains, ${this.left}`);
  }

  /** The status, also in the moment before the journey has come to give back what it was told to. */
  get stands(): AuthorizedPurchaseStatus {
    const { status } = this.#journey;
    return this.isStopped && status === 'authorized' ? 'voiding' : status;
  }

  /** "10000.00": what can be captured. After the last capture nothing can. */
  get left(): string {
    return moneyOf(this.isLastCaptured ? 0n : this.holding.remaining).value;
  }
}

type Done = Extract<Stepped, { kind: 'done' }>;
type Rejected = Extract<Stepped, { kind: 'rejected' }>;

/** What their numbers are called, in the words of the contract. */
const NUMBERS = { capture: 'partnerCaptureNo', void: 'partnerVoidNo' } as const;
