import type { Client } from '@temporalio/client';
import { JourneyUnreadableError, NoWorkerError, PayloadKeyError } from '../errors.js';
import { whyLate } from './attention.js';
import { type CallOptions, inOwnTime } from './in-time.js';
import { type LookedFor, Looks } from './looks.js';
import { isOfServer, isUnanswered, translated } from './translated.js';
import { whyUnanswered } from './unanswered.js';
import type { UpdateId } from './until-heard.js';

export interface BoundedCallsOptions {
  readonly client: Client;
  readonly taskQueue: string;
  /** How long a call may take whose caller names no deadline. */
  readonly answerWithinMs: number;
}

/** What is to be known of a call. */
export interface CallKind {
  /** How long it may take, where the caller names no deadline. */
  readonly withinMs?: number;
  /** A worker answers it at once, also of a journey that waits for an operator. */
  readonly isQuestion?: boolean | undefined;
  /** Nobody else can answer it than a worker: one of the journey, or any. Such a call is told soon that there is none. */
  readonly asks?: 'journey' | 'any-worker';
  /** Of the update that it sends. */
  readonly updateId?: UpdateId;
}

/** Calls to Temporal, each bounded, with its errors translated. */
export class BoundedCalls {
  readonly #options: BoundedCallsOptions;
  readonly #looks: Looks;

  constructor(options: BoundedCallsOptions) {
    this.#options = options;
    // What takes its time may still be answered; these wait for somebody who puts it right.
    const isTold = (reason: Error) =>
      reason instanceof NoWorkerError ||
      reason instanceof PayloadKeyError ||
      reason instanceof JourneyUnreadableError;
    this.#looks = new Looks({ ...options, isTold });
  }

  /** @param workflowId - of the journey that it is about, if it is about one. */
  async call<Answer>(
    options: CallOptions,
    workflowId: string | undefined,
    work: (signal: AbortSignal) => Promise<Answer>,
    { withinMs, isQuestion, asks, updateId }: CallKind = {},
  ): Promise<Answer> {
    const { client, taskQueue, answerWithinMs } = this.#options;
    const whyOf = isQuestion ? whyUnanswered : whyLate;
    const why = (said?: unknown) =>
      whyOf(client, { taskQueue, workflowId, updateId: updateId?.current }, said);
    const within = { usualMs: answerWithinMs, ms: withinMs };
    const lookedFor: LookedFor =
      asks === 'any-worker' ? { workflowId, isOfAnyWorker: true } : { workflowId, isQuestion };
    const nobody = asks && { lookedFor, looks: this.#looks };
    try {
      const answer = await inOwnTime(client, options, within, work, {
        whyLate: () => why(),
        nobody,
      });
      this.#looks.answered(asks === 'journey');
      return answer;
    } catch (error) {
      if (isUnanswered(error) || (asks && isOfServer(error))) throw await why(error);
      throw translated(error, workflowId ?? 'Temporal');
    }
  }
}
