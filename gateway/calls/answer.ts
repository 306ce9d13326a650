import { setMaxListeners } from 'node:events';
import type { Client } from '@temporalio/client';
import { DeadlineExceededError, NotAnsweredError } from '../../client/errors.js';
import type { CallOptions } from '../../client/temporal/in-time.js';
import { type LookedFor, Looks, slept } from '../../client/temporal/looks.js';
import { toldNow } from '../../client/temporal/told-now.js';

/** Before the time is over it is asked where the journey stands, which a worker that is there says at once. */
const SAY_WITHIN_MS = 1_000;

/** In the gateway's own words, which whoever asks may read. */
export class LateError extends DeadlineExceededError {}

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
   * seconds, or at a later look where it comes to that meanwhile, and DeadlineExceededError, which says where the journey stands,
   * when all are there and it takes longer than it may.
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

  /** The same of what begins at once on whichever worker takes it, such as a question to DOKU. @throws NotAnsweredError in place of DeadlineExceededError. */
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
    const late = this.#late(asked, deadlineMs, end.signal);
    const reason = this.#looks.reasonAgainst({ ...asked, beganMs, deadlineMs }, end.signal);
    try {
      const said = await Promise.race([answer, thrown(reason), thrown(late)]);
      this.#looks.answered(workflowId !== undefined);
      return said;
    } finally {
      // What becomes of it once nobody waits is for the next call to find out.
      answer.catch(() => {});
      end.abort();
    }
  }

  /** @returns the error of a call whose time is over. */
  async #late(asked: LookedFor, deadlineMs: number, signal: AbortSignal): Promise<Error> {
    const { workflowId } = asked;
    await slept(deadlineMs - SAY_WITHIN_MS - Date.now(), signal);
    const over = slept(deadlineMs - Date.now(), signal);
    if (asked.isOfAnyWorker) {
      await over;
      return new NotAnsweredError('DOKU gave no clear answer in time');
    }
    const stands = workflowId === undefined ? '' : await this.#standing(workflowId, over);
    await over;
    return new LateError(`it goes on, and has no answer yet${stands}`);
  }

  async #standing(workflowId: string, over: Promise<void>): Promise<string> {
    const asked = toldNow<{ status: string }>(this.#options.client, workflowId, 'status');
    const view = await Promise.race([asked.catch(() => undefined), over]);
    return view ? `: ${workflowId} stands at ${view.status}, and GET tells more` : '';
  }
}

async function thrown(reason: Promise<Error>): Promise<never> {
  throw await reason;
}
