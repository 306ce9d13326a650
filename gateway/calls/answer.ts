import { setMaxListeners } from 'node:events';
import type { Client } from '@temporalio/client';
import { DeadlineExceededError } from '../../client/errors.js';
import type { CallOptions } from '../../client/temporal/in-time.js';
import { type LookedFor, Looks, slept } from '../../client/temporal/looks.js';

export interface CallsOptions {
  readonly client: Client;
  readonly taskQueue: string;
  /** How long a call may take at most. */
  readonly answerWithinMs: number;
}

/** Calls to journeys, each bounded, and each with a reason where it brings nothing. */
export class Calls {
  readonly #options: CallsOptions;
  readonly #looks: Looks;

  constructor(options: CallsOptions) {
    this.#options = options;
    this.#looks = new Looks(options);
  }

  /**
   * Makes a call that may be made again.
   *
   * @param work - ends with the signal that it is given.
   * @param workflowId - the journey that it asks, where it is one with a `status`.
   * @throws TemporalUnreachableError, TemporalRefusedError, NoWorkerError, PayloadKeyError, NeedsAttentionError within five
   * seconds, or at a later look where it comes to that meanwhile, and DeadlineExceededError when all are there and it takes
   * longer than it may.
   */
  answer<Answer>(
    work: (options: CallOptions) => Promise<Answer>,
    workflowId?: string,
  ): Promise<Answer> {
    return this.#answer(work, { workflowId });
  }

  /** The same of a question to a journey, which never throws NeedsAttentionError. */
  ask<Answer>(
    work: (options: CallOptions) => Promise<Answer>,
    workflowId: string,
  ): Promise<Answer> {
    return this.#answer(work, { workflowId, isQuestion: true });
  }

  /** The same of what begins at once on whichever worker takes it, such as a question to DOKU. */
  read<Answer>(work: (options: CallOptions) => Promise<Answer>): Promise<Answer> {
    return this.#answer(work, { isOfAnyWorker: true });
  }

  async #answer<Answer>(
    work: (options: CallOptions) => Promise<Answer>,
    asked: LookedFor,
  ): Promise<Answer> {
    const { workflowId } = asked;
    const { client, answerWithinMs } = this.#options;
    const end = new AbortController();
    // Each call to Temporal listens to it.
    setMaxListeners(0, end.signal);
    const beganMs = Date.now();
    const deadlineMs = beganMs + answerWithinMs;
    const answer = client.withDeadline(deadlineMs, () =>
      client.withAbortSignal(end.signal, () => work({ signal: end.signal })),
    );
    const reason = this.#looks.reasonAgainst({ ...asked, beganMs, deadlineMs }, end.signal);
    try {
      const said = await Promise.race([answer, thrown(reason), late(deadlineMs, end.signal)]);
      this.#looks.answered(workflowId !== undefined);
      return said;
    } finally {
      // What becomes of it once nobody waits is for the next call to find out.
      answer.catch(() => {});
      end.abort();
    }
  }
}

async function thrown(reason: Promise<Error>): Promise<never> {
  throw await reason;
}

async function late(deadlineMs: number, signal: AbortSignal): Promise<never> {
  await slept(deadlineMs - Date.now(), signal);
  throw new DeadlineExceededError('it goes on, and has no answer yet');
}
