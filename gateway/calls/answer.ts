import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { Problem } from '../problems/problem.js';
import { assertPresence } from './presence.js';

/** After so long it is looked why there is no answer, so that whoever asks knows within five seconds. */
const LOOK_AFTER_MS = 1_500;
const LOOK_UNTIL_MS = 4_000;

export interface CallsOptions {
  readonly client: Client;
  readonly taskQueue: string;
  /** How long a call may take at most. */
  readonly answerWithinMs: number;
}

/** Calls to journeys, each bounded, and each with a reason where it brings nothing. */
export class Calls {
  readonly #options: CallsOptions;

  constructor(options: CallsOptions) {
    this.#options = options;
  }

  /**
   * Makes a call that may be made again.
   *
   * @param workflowId - the journey that it asks, where it is one with a `status`.
   * @throws Problem within five seconds where Temporal or the workers are away or cannot read, and `DeadlineExceeded`
   * when all are there and it takes longer than it may.
   */
  async answer<Answer>(
    work: () => Promise<Answer>,
    workflowId?: string,
    withinMs = this.#options.answerWithinMs,
  ): Promise<Answer> {
    const { client } = this.#options;
    const end = new AbortController();
    const deadlineMs = Date.now() + withinMs;
    const answer = client.withDeadline(deadlineMs, () => client.withAbortSignal(end.signal, work));
    try {
      return await Promise.race([answer, this.#reasonAgainst(workflowId, deadlineMs, end.signal)]);
    } finally {
      // What becomes of it once nobody waits is for the next call to find out.
      answer.catch(() => {});
      end.abort();
    }
  }

  /** Ends with an error only. */
  async #reasonAgainst(
    workflowId: string | undefined,
    deadlineMs: number,
    signal: AbortSignal,
  ): Promise<never> {
    const lookUntilMs = Date.now() + LOOK_UNTIL_MS;
    await slept(LOOK_AFTER_MS, signal);
    const silence = slept(lookUntilMs - Date.now(), signal).then(() => {
      throw new Problem('TemporalUnreachable');
    });
    // Whatever Temporal's SDK makes of its deadline: it tries again for minutes.
    await Promise.race([assertPresence(this.#options, workflowId, lookUntilMs - 300), silence]);
    await slept(deadlineMs - Date.now(), signal);
    throw new Problem('DeadlineExceeded');
  }
}

/** For ever, once nobody waits. */
async function slept(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await pause(Math.max(ms, 0), undefined, { signal });
  } catch {
    await new Promise<never>(() => {});
  }
}
