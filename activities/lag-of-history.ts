import { Context } from '@temporalio/activity';
import type { Absence, Sent } from './calling/absence.js';

/** Questions of journeys, which Temporal brings back. Others, as those of a reconciliation, take DOKU's word as it is. */
const ASKED_AGAIN: readonly string[] = ['queryPurchase', 'awaitPurchaseEnd', 'awaitRefundEnd'];
/** Whoever waits for no longer is answered by what is known. */
const LEAST_LEFT_MS = 15_000;
/** A worker has no more purchases that lack something. */
const MOST_KNOWN = 10_000;

/** Since when DOKU's history does not tell what its status left out: that is a lag for as long as its books may lag. */
export class LagOfHistory {
  readonly #absence: Pick<Absence, 'hasHadTime'>;
  /** ISO 8601, by what is lacking. */
  readonly #since = new Map<string, string>();

  constructor(absence: Pick<Absence, 'hasHadTime'>) {
    this.#absence = absence;
  }

  /** It is not told now. */
  note(lacking: string): void {
    if (this.#since.has(lacking)) return;
    const [oldest] = this.#since.keys();
    if (this.#since.size >= MOST_KNOWN && oldest !== undefined) this.#since.delete(oldest);
    const { currentAttemptScheduledTimestampMs } = Context.current().info;
    this.#since.set(lacking, new Date(currentAttemptScheduledTimestampMs).toISOString());
  }

  /**
   * Whether it may yet be told, and whoever asks waits for it.
   *
   * @param time - how long that may take.
   */
  mayEnd(lacking: string, time: Pick<Sent, 'mayBeUnderWay'>): boolean {
    const lastSentAt = this.#since.get(lacking);
    if (lastSentAt === undefined || !isAskedAgain()) return false;
    return !this.#absence.hasHadTime({ lastSentAt, ...time });
  }
}

function isAskedAgain(): boolean {
  const { info } = Context.current();
  const waitedMs = info.currentAttemptScheduledTimestampMs - info.scheduledTimestampMs;
  // Without a limit it is nothing, or 0.
  const leftMs = (info.scheduleToCloseTimeoutMs || Number.POSITIVE_INFINITY) - waitedMs;
  return ASKED_AGAIN.includes(info.activityType) && leftMs > LEAST_LEFT_MS;
}
