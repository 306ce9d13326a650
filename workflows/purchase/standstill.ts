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
const LEAST_LATE_MS = 10_000;
/** How late the timer of a whole wait fires, which journeys that began before have. */
const PUNCTUAL_MS = 10_000;

/** When nothing was recorded of a journey that should have been. ISO 8601. */
export interface Standstill {
  readonly from: string;
  readonly until: string;
}

/** Watches over the time of one journey. */
export class Watch {
  #isSliced = false;
  /** Milliseconds since the epoch: later than that nothing comes in its time. */
  #dueBy = Number.POSITIVE_INFINITY;

  /** Whether its time has stood still, by what has just come, so that nobody has been asked since. */
  get isOverdue(): boolean {
    return this.#isSliced && Date.now() > this.#dueBy && patched('standstills-are-seen');
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
    const wholeMs = until - Date.now();
    const sliceMs = Math.max(LEAST_SLICE_MS, wholeMs / SLICES);
    const mostLateMs = Math.min(MOST_LATE_MS, Math.max(LEAST_LATE_MS, wholeMs / 20));
    for (let isFirst = true; ; isFirst = false) {
      const from = Date.now();
      const left = until - from;
      const ms = Math.max(1, Math.round(Math.min(sliceMs, left)));
      this.#dueBy = from + ms + mostLateMs;
      const isEnded = await condition(isSo, ms);
      const isWholeTimer =
        !isSliced && isFirst && ms < left && Math.abs(Date.now() - until) < PUNCTUAL_MS;
      const isLate = Date.now() > this.#dueBy && !isWholeTimer;
      const isStandstill = isLate && patched('standstills-are-seen');
      if (!isEnded && !isStandstill && Date.now() < until) continue;
      this.#dueBy = Number.POSITIVE_INFINITY;
      return isStandstill
        ? { from: new Date(from).toISOString(), until: new Date().toISOString() }
        : undefined;
    }
  }
}
