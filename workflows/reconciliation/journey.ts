import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  continueAsNew,
  ParentClosePolicy,
  proxyActivities,
  startChild,
} from '@temporalio/workflow';
import type { ReconciliationActivities } from '../../activities/reconciliation/index.js';
import { findingWorkflowId } from '../../contract/identity.js';
import {
  type Mismatch,
  MOST_LISTED,
  type ReconciliationCounts,
  type ReconciliationInput,
  type ReconciliationProgress,
  type ReconciliationResult,
  type ReconciliationStatus,
  type ReconciliationView,
  reconciliationInputSchema,
  reconciliationStatusQuery,
} from '../../contract/reconciliation.js';
import { finding } from '../finding/journey.js';
import { parsed } from '../mechanisms/bad-input.js';
import { Journey } from '../mechanisms/journey.js';
import { onQuery } from '../mechanisms/messages.js';

const { listJourneys, compareJourneys, listWallets, compareHistory } =
  proxyActivities<ReconciliationActivities>({
    // At a slow pace a page takes long; its heartbeat tells whether it is still at work.
    startToCloseTimeout: '12 hours',
    heartbeatTimeout: '1 minute',
    scheduleToCloseTimeout: '24 hours',
    retry: { initialInterval: '1 second', maximumInterval: '5 minutes' },
    // It has all night; money and customers do not.
    priority: { priorityKey: 5 },
  });

/** Pages that one run goes through: its history stays small, however many journeys there are. */
const PAGES_A_RUN = 100;
const JAKARTA_MS = 7 * 3_600_000;
const DAY_MS = 86_400_000;

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
  input: ReconciliationInput = {},
  progress?: ReconciliationProgress,
): Promise<ReconciliationResult> {
  return new Reconciliation(parsed(reconciliationInputSchema, input, 'input'), progress).run();
}

class Reconciliation {
  readonly #range: { readonly from: string; readonly to: string };
  readonly #journey: Journey<ReconciliationStatus, ReconciliationResult>;
  #phase: ReconciliationProgress['phase'];
  #token: string;
  #counts: ReconciliationCounts;
  readonly #mismatches: Mismatch[];
  #pages = 0;
  #isStopped = false;

  constructor(input: ReconciliationInput, progress: ReconciliationProgress | undefined) {
    const today = jakartaMidnight(Date.now());
    this.#range = {
      from: input.from ?? new Date(today - DAY_MS).toISOString(),
      to: input.to ?? new Date(today).toISOString(),
    };
    this.#phase = progress?.phase ?? 'journeys';
    this.#token = progress?.token ?? '';
    this.#counts = progress?.counts ?? NONE;
    this.#mismatches = [...(progress?.mismatches ?? [])];
    this.#journey = new Journey<ReconciliationStatus, ReconciliationResult>(
      `Reconciliation from ${this.#range.from} to ${this.#range.to}`,
      this.#phase,
      {},
    );
    onQuery(reconciliationStatusQuery, () => this.#view());
  }

  run(): Promise<ReconciliationResult> {
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
        return {
          ...this.#range,
          outcome: this.#isStopped ? 'cancelled' : 'finished',
          counts: this.#counts,
          mismatches: this.#mismatches,
        };
      },
      () => {
        this.#isStopped = true;
      },
    );
  }

  /** Every journey of the period, against DOKU's query. */
  async #throughJourneys(): Promise<void> {
    do {
      const page = await this.#journey.insist('listing journeys', () =>
        listJourneys({ ...this.#range, token: this.#token }),
      );
      const compared = await this.#journey.insist('comparing journeys', () =>
        compareJourneys({ journeys: page.journeys }),
      );
      await this.#take(compared.counts, compared.mismatches);
      this.#token = page.next;
      await this.#nextPage();
    } while (this.#token !== '' && !this.#isStopped);
  }

  /** Every bound customer's history of the period, against the journeys. */
  async #throughHistory(): Promise<void> {
    do {
      const page = await this.#journey.insist('listing wallets', () =>
        listWallets({ token: this.#token }),
      );
      const compared = await this.#journey.insist('comparing history', () =>
        compareHistory({ ...this.#range, customerIds: page.customerIds }),
      );
      await this.#take(compared.counts, compared.mismatches);
      this.#token = page.next;
      await this.#nextPage();
    } while (this.#token !== '' && !this.#isStopped);
  }

  async #take(
    counts: Partial<ReconciliationCounts>,
    mismatches: readonly Mismatch[],
  ): Promise<void> {
    const sum = { ...this.#counts };
    for (const [name, count] of Object.entries(counts))
      sum[name as keyof ReconciliationCounts] += count;
    this.#counts = { ...sum, mismatched: sum.mismatched + mismatches.length };
    for (const mismatch of mismatches) {
      if (this.#mismatches.length < MOST_LISTED) this.#mismatches.push(mismatch);
      await raise(mismatch);
    }
    const { checked, mismatched, entries } = this.#counts;
    this.#journey.story.tell(`${checked} checked, ${entries} entries, ${mismatched} mismatches`);
  }

  async #nextPage(): Promise<void> {
    this.#pages += 1;
    if (this.#pages < PAGES_A_RUN || this.#token === '' || this.#isStopped) return;
    await continueAsNew<typeof reconciliation>(this.#range, {
      phase: this.#phase,
      token: this.#token,
      counts: this.#counts,
      mismatches: this.#mismatches,
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

/** Open until an operator has looked; the same one found again is the same. */
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
