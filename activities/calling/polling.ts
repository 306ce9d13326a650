import { setTimeout as pause } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { delayAfter, type PollingDelays, stillPending } from './ask.js';

/** How long one attempt goes on asking. A worker that is lost meanwhile is noticed a question's time later. */
const ASKS_FOR_MS = 40_000;
/** What the last question of an attempt may take, with tokens renewed on the way. */
const QUESTION_MS = 20_000;

export interface PollingOptions {
  readonly delays: PollingDelays;
  /** Waits that may pause within their attempts at once; 0 where Temporal limits the fleet's calls a second. */
  readonly mostPauses: number;
  /** The worker is to stop: nothing pauses any more. */
  readonly draining?: AbortSignal;
}

/**
 * Waits for DOKU's word by asking again and again.
 *
 * Short pauses between two questions are made within the attempt: each attempt is a billable action of Temporal Cloud, and
 * two writes to Temporal's database. Longer ones, and all where too many pause already, are Temporal's: the attempt fails,
 * and comes again after them.
 */
export class Polling {
  readonly #options: PollingOptions;
  readonly #pausing = new Map<string, AbortController>();

  constructor(options: PollingOptions) {
    this.#options = options;
    options.draining?.addEventListener('abort', () => {
      for (const reference of this.#pausing.keys()) this.endPause(reference);
    });
  }

  /** How many milliseconds one attempt goes on asking; the journey leaves it room for one question more. */
  get asksForMs(): number {
    return this.#options.mostPauses > 0 ? ASKS_FOR_MS : 0;
  }

  /**
   * @param reference - what is waited for.
   * @param pending - says that it is still open, for operators who look at the attempts.
   * @throws ApplicationFailure, retryable and benign, where Temporal is to bring it back; and what `question` throws.
   */
  async untilFinal<Fact>(
    reference: string,
    question: () => Promise<Fact>,
    isFinal: (fact: Fact) => boolean,
    pending: string,
  ): Promise<Fact> {
    const info = Context.current().info;
    const waitedMs = info.currentAttemptScheduledTimestampMs - info.scheduledTimestampMs;
    // Without a limit it is nothing, or 0.
    const leftMs = (info.scheduleToCloseTimeoutMs || Number.POSITIVE_INFINITY) - waitedMs;
    // Not what this worker is set to: the journey may have been told by another one.
    const mostMs = Math.min(info.startToCloseTimeoutMs - QUESTION_MS, leftMs);
    const began = performance.now();
    for (;;) {
      const fact = await question();
      if (isFinal(fact)) return fact;
      const askingMs = performance.now() - began;
      const delayMs = delayAfter(waitedMs + askingMs, this.#options.delays);
      const isSoon = askingMs + delayMs <= mostMs;
      if (!isSoon || !(await this.#paused(reference, delayMs)))
        throw stillPending(pending, delayMs);
    }
  }

  /** Has whoever pauses leave it to Temporal, for whoever asks now, as there is news, and cancels the wait then. */
  endPause(reference: string): void {
    this.#pausing.get(reference)?.abort();
  }

  /** @returns whether the pause was made, and made in full. */
  async #paused(reference: string, ms: number): Promise<boolean> {
    const { mostPauses, draining } = this.#options;
    if (draining?.aborted || this.#pausing.size >= mostPauses) return false;
    this.endPause(reference);
    const end = new AbortController();
    this.#pausing.set(reference, end);
    try {
      return await pause(ms, true, { signal: end.signal }).catch(() => false);
    } finally {
      if (this.#pausing.get(reference) === end) this.#pausing.delete(reference);
    }
  }
}
