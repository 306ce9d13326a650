/**
 * Waits that notice when a journey's time stood still: a Temporal database that was restored has forgotten what it was told
 * after its backup, and wakes its journeys' timers as late as that (money rule 6).
 *
 * @module
 */
import { condition, patched } from '@temporalio/workflow';

/** Slices of one wait. Most waits are over within the first, and cost no more than with one timer. */
const SLICES = 60;
const LEAST_SLICE_MS = 2_000;
/** Workers that are replaced, or busy, come so late; less where the whole wait is short. */
const MOST_LATE_MS = 60_000;
/** A killed worker's task goes to another one by two time-outs of Temporal's, of ten seconds at most each. */
const LEAST_LATE_MS = 30_000;
/** As much as waits that began before allowed for. */
const LEAST_LATE_BEFORE_MS = 10_000;
/** Nothing that goes as it should is so late: later, the workers or Temporal were away, or a backup was restored. */
export const LATE_MS = 5 * 60_000;
/** How late the timer of a whole wait fires, which journeys that began before have. */
const PUNCTUAL_MS = 10_000;

/** When nothing was recorded of a journey that should have been. ISO 8601. */
export interface Standstill {
  readonly from: string;
  readonly until: string;
}

/** What it means for an operator. */
export const toldOf = ({ from, until }: Standstill): string =>
  `nothing was recorded here from ${from} to ${until}: a database that was restored forgets what it was told`;

/** Watches over the time of one journey. */
export class Watch {
  #isSliced = false;
  /** Milliseconds since the epoch: when something is to be recorded at the latest. */
  #dueAt = Number.POSITIVE_INFINITY;
  #wholeMs = 0;

  /** Whether its time has stood still, by what has just come, so that nobody has been asked since. */
  get isOverdue(): boolean {
    return this.#isSliced && this.#isStandstill;
  }

  get #isStandstill(): boolean {
    if (!this.#isLaterThan(LEAST_LATE_BEFORE_MS)) return false;
    const isOfWorkers = !this.#isLaterThan(LEAST_LATE_MS);
    if (isOfWorkers && patched('killed-workers-are-no-standstill')) return false;
    return patched('standstills-are-seen');
  }

  #isLaterThan(leastMs: number): boolean {
    const lateMs = Math.min(MOST_LATE_MS, Math.max(leastMs, this.#wholeMs / 20));
    return Date.now() > this.#dueAt + lateMs;
  }

  /**
   * Waits until something is so, or a time has come.
   *
   * @param isSliced - whether all timers of this wait are of slices: those of before may have been set for the whole of it.
   * @returns the standstill that ended the wait, if one did.
   */
  async condition(
    isSo: () => boolean,
    until: number,
    isSliced: boolean,
  ): Promise<Standstill | undefined> {
    this.#isSliced = isSliced;
    this.#wholeMs = until - Date.now();
    const sliceMs = Math.max(LEAST_SLICE_MS, this.#wholeMs / SLICES);
    for (let isFirst = true; ; isFirst = false) {
      const from = Date.now();
      const left = until - from;
      const ms = Math.max(1, Math.round(Math.min(sliceMs, left)));
      this.#dueAt = from + ms;
      const isEnded = await condition(isSo, ms);
      const isWholeTimer =
        !isSliced && isFirst && ms < left && Math.abs(Date.now() - until) < PUNCTUAL_MS;
      const isStandstill = !isWholeTimer && this.#isStandstill;
      if (!isEnded && !isStandstill && Date.now() < until) continue;
      this.#dueAt = Number.POSITIVE_INFINITY;
      return isStandstill
        ? { from: new Date(from).toISOString(), until: new Date().toISOString() }
        : undefined;
    }
  }
}
