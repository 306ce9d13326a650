import {
  type ApplicationFailure,
  defineSearchAttributeKey,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/common';
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  ParentClosePolicy,
  patched,
  proxyActivities,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { Compared, ReconciliationActivities } from '../../activities/reconciliation/index.js';
import { findingWorkflowId } from '../../contract/identity.js';
import {
  type Mismatch,
  MOST_LISTED,
  MOST_ODD,
  type ReconciliationChanges,
  type ReconciliationCounts,
  type ReconciliationInput,
  type ReconciliationProgress,
  type ReconciliationResult,
  type ReconciliationStatus,
  type ReconciliationView,
  reconciliationInputSchema,
  reconciliationStatusQuery,
} from '../../contract/reconciliation.js';
import { reconciliationNameOf } from '../../contract/reconciliation-name.js';
import { finding } from '../finding/journey.js';
import { invalidInput, parsed } from '../mechanisms/bad-input.js';
import { Journey, type KeptJourney } from '../mechanisms/journey.js';
import { HandOver } from '../mechanisms/long-history.js';
import { onQuery } from '../mechanisms/messages.js';

const { listJourneys, compareJourneys, listWallets, compareHistory, changesSince } =
  proxyActivities<ReconciliationActivities>({
    // At a slow pace a page takes long; its heartbeat tells whether it is still at work.
    startToCloseTimeout: '12 hours',
    heartbeatTimeout: '1 minute',
    scheduleToCloseTimeout: '24 hours',
    retry: { initialInterval: '1 second', maximumInterval: '5 minutes' },
    // It has all night; money and customers do not.
    priority: { priorityKey: 5 },
  });

/** What one run hands over to the next. */
interface EarlierPages extends ReconciliationProgress {
  readonly journey?: KeptJourney;
  readonly isStopped?: boolean;
}

/** Pages that one run goes through: its history stays small, however many journeys there are. */
const PAGES_A_RUN = 100;
const JAKARTA_MS = 7 * 3_600_000;
const DAY_MS = 86_400_000;
/** Temporal may have several machines. */
const CLOCKS_APART_MS = 10_000;
/** When a schedule meant a run to start: it may be late, caught up on, or backfilled. */
const SCHEDULED_FOR = defineSearchAttributeKey('TemporalScheduledStartTime', 'DATETIME');

const NONE: ReconciliationCounts = {
  checked: 0,
  matched: 0,
  mismatched: 0,
  open: 0,
  unaskable: 0,
  entries: 0,
};

/**
 * Holds every journey of a period against DOKU's query, and DOKU's history against the journeys. Contract:
 * `contract/reconciliation.ts`.
 *
 * @param progress - from the run before, which went so far.
 */
export async function reconciliation(
  input?: ReconciliationInput,
  progress?: EarlierPages,
): Promise<ReconciliationResult> {
  const given = parsed(reconciliationInputSchema, input ?? {}, 'input');
  const misfit = misfitOf(input === undefined ? undefined : given);
  // Asked for only here, so that what fits leaves no marker.
  if (misfit && patched('reconciliation-as-named')) throw misfit;
  return new Reconciliation(given, progress).run();
}

/**
 * Whoever reaches Temporal can begin any ID without input, which takes no payload key: the report of a period is begun with that
 * very period, and what a schedule begins, which has no key either, is of the day that its ID names (money rule 13).
 */
function misfitOf(input: ReconciliationInput | undefined): ApplicationFailure | undefined {
  const name = reconciliationNameOf(workflowInfo().workflowId);
  if (!input) {
    return name.kind === 'daily' && isScheduled(name.at)
      ? undefined
      : invalidInput('input', 'is missing, which a schedule alone may leave out');
  }
  if (name.kind === 'other') return undefined;
  const today = name.kind === 'daily' ? jakartaMidnight(name.at) : 0;
  const { from, to } = name.kind === 'daily' ? { from: today - DAY_MS, to: today } : name;
  const isNamed = Date.parse(input.from ?? '') === from && Date.parse(input.to ?? '') === to;
  return isNamed
    ? undefined
    : invalidInput('input', 'must be the period that the workflow ID names');
}

class Reconciliation {
  readonly #range: { readonly from: string; readonly to: string };
  readonly #journey: Journey<ReconciliationStatus, ReconciliationResult>;
  #phase: ReconciliationProgress['phase'];
  #token: string;
  #counts: ReconciliationCounts;
  readonly #mismatches: Mismatch[];
  readonly #odd: Set<string>;
  #pages = 0;
  #isStopped: boolean;

  constructor(input: ReconciliationInput, progress: EarlierPages | undefined) {
    const today = jakartaMidnight(scheduledFor());
    // However its offset is written: a period has one name.
    this.#range = {
      from: new Date(input.from ?? today - DAY_MS).toISOString(),
      to: new Date(input.to ?? today).toISOString(),
    };
    this.#phase = progress?.phase ?? 'journeys';
    this.#token = progress?.token ?? '';
    this.#counts = progress?.counts ?? NONE;
    this.#mismatches = [...(progress?.mismatches ?? [])];
    this.#odd = new Set(progress?.odd);
    this.#journey = new Journey<ReconciliationStatus, ReconciliationResult>(
      `Reconciliation from ${this.#range.from} to ${this.#range.to}`,
      this.#phase,
      // All reconciliations of a period are found by it.
      { partnerReferenceNo: this.#period },
    );
    this.#isStopped = progress?.isStopped ?? false;
    if (progress?.journey) this.#journey.goOnFrom(progress.journey);
    onQuery(reconciliationStatusQuery, () => this.#view());
  }

  async run(): Promise<ReconciliationResult> {
    try {
      return await this.#ended();
    } catch (error) {
      if (!(error instanceof HandOver)) throw error;
      return CancellationScope.nonCancellable(() => this.#goOnAsNew());
    }
  }

  #ended(): Promise<ReconciliationResult> {
    return this.#journey.run(
      async () => {
        if (this.#phase === 'journeys') {
          await this.#throughJourneys();
          this.#phase = 'history';
        }
        if (!this.#isStopped) {
          this.#journey.enter('history');
          await this.#throughHistory();
        }
        const changes = await this.#changes();
        return {
          ...this.#range,
          outcome: this.#isStopped ? 'cancelled' : 'finished',
          counts: this.#counts,
          mismatches: this.#mismatches,
          ...this.#oddOnes,
          ...(changes && { changes }),
        };
      },
      () => {
        this.#isStopped = true;
      },
      () => 'no more journeys are looked at',
    );
  }

  get #period(): string {
    return `${this.#range.from}_${this.#range.to}`;
  }

  /** How many mismatches the report has room for. */
  get #room(): number {
    return MOST_LISTED - this.#mismatches.length;
  }

  get #oddOnes(): { odd?: string[] } {
    return this.#odd.size > 0 ? { odd: [...this.#odd] } : {};
  }

  /** Against the reconciliation of the same period before this one. */
  async #changes(): Promise<ReconciliationChanges | null> {
    if (this.#isStopped || !patched('reconciliation-changes')) return null;
    const { mismatched } = this.#counts;
    const report = { period: this.#period, mismatches: this.#mismatches, mismatched };
    return this.#journey.insist('comparing with the report before', () => changesSince(report));
  }

  /** Every journey that ended within the period, against DOKU's query. */
  async #throughJourneys(): Promise<void> {
    do {
      const page = await this.#journey.insist('listing journeys', () =>
        listJourneys({ ...this.#range, token: this.#token }),
      );
      if (page.isEarly) throw notOver(this.#range.to);
      const compared = await this.#journey.insist('comparing journeys', () =>
        compareJourneys({ journeys: page.journeys, room: this.#room }),
      );
      await this.#take(compared, page.open);
      this.#token = page.next;
      this.#nextPage();
    } while (this.#token !== '' && !this.#isStopped);
  }

  /** Every bound customer's history of the period, against the journeys. */
  async #throughHistory(): Promise<void> {
    do {
      const page = await this.#journey.insist('listing wallets', () =>
        listWallets({ token: this.#token }),
      );
      const compared = await this.#journey.insist('comparing history', () =>
        compareHistory({ ...this.#range, customerIds: page.customerIds, room: this.#room }),
      );
      await this.#take(compared);
      this.#token = page.next;
      this.#nextPage();
    } while (this.#token !== '' && !this.#isStopped);
  }

  async #take({ counts, mismatches, odd = [], isRaised }: Compared, open = 0): Promise<void> {
    const sum = { ...this.#counts, open: this.#counts.open + open };
    for (const [name, count] of Object.entries(counts))
      sum[name as keyof ReconciliationCounts] += count;
    // Workers that raise nothing count nothing either.
    this.#counts = isRaised ? sum : { ...sum, mismatched: sum.mismatched + mismatches.length };
    for (const workflowId of odd) if (this.#odd.size < MOST_ODD) this.#odd.add(workflowId);
    for (const mismatch of mismatches) {
      if (this.#room > 0) this.#mismatches.push(mismatch);
      if (!isRaised) await raise(mismatch);
    }
    const { checked, mismatched, entries } = this.#counts;
    this.#journey.story.tell(`${checked} checked, ${entries} entries, ${mismatched} mismatches`);
  }

  #nextPage(): void {
    this.#pages += 1;
    if (this.#pages < PAGES_A_RUN || this.#token === '' || this.#isStopped) return;
    throw new HandOver('it has gone through many pages');
  }

  /** With a cancel that came while its events were handed over, too. */
  async #goOnAsNew(): Promise<never> {
    await condition(allHandlersFinished);
    return continueAsNew<typeof reconciliation>(this.#range, {
      phase: this.#phase,
      token: this.#token,
      counts: this.#counts,
      mismatches: this.#mismatches,
      ...this.#oddOnes,
      journey: this.#journey.kept,
      isStopped: this.#isStopped,
    });
  }

  #view(): ReconciliationView {
    const { status, attention, result } = this.#journey;
    return {
      ...this.#range,
      status,
      counts: this.#counts,
      ...(attention && { attention }),
      ...(result && { result }),
    };
  }
}

/** As it was done before the activities did it; a run of then goes on so, and a worker of then answers so. */
async function raise({ kind, subject, partnerReferenceNo, customerId, here, doku }: Mismatch) {
  try {
    await startChild(finding, {
      workflowId: findingWorkflowId(kind, partnerReferenceNo),
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      parentClosePolicy: ParentClosePolicy.ABANDON,
      args: [
        {
          kind,
          partnerReferenceNo,
          customerId,
          facts: [`here: ${subject}, ${here}`, `at DOKU: ${doku}`],
          check: `Look up ${partnerReferenceNo} here and in DOKU's back office: which of the two is right?`,
        },
      ],
      staticSummary: `${partnerReferenceNo}: ${kind}`,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

/** Milliseconds since the epoch of the day's start in Jakarta, which knows no summer time. */
const jakartaMidnight = (now: number) =>
  Math.floor((now + JAKARTA_MS) / DAY_MS) * DAY_MS - JAKARTA_MS;

/** No schedule begins a run before its time, which is the one that it gives to its ID. */
const isScheduled = (at: number): boolean =>
  at === scheduledAt()?.getTime() && at <= workflowInfo().startTime.getTime() + CLOCKS_APART_MS;

const scheduledAt = (): Date | undefined => workflowInfo().typedSearchAttributes.get(SCHEDULED_FOR);

/** Milliseconds since the epoch. */
const scheduledFor = (): number => (scheduledAt() ?? workflowInfo().startTime).getTime();

const notOver = (to: string) => invalidInput('input.to', `must be over, and ${to} is not`);
