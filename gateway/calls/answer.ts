import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import {
  DeadlineExceededError,
  NeedsAttentionError,
  NoWorkerError,
  TemporalUnreachableError,
} from '../../client/errors.js';
import { waitsForOperator } from '../../client/temporal/attention.js';
import { isConnected } from '../../client/temporal/connected.js';
import type { CallOptions } from '../../client/temporal/in-time.js';
import { isOutOfTime } from '../../client/temporal/translated.js';
import { hasWorker, whyUnanswered } from '../../client/temporal/unanswered.js';

/** After so long it is looked why there is no answer, so that whoever asks knows within five seconds. */
const LOOK_AFTER_MS = 2_500;
const LOOK_FOR_MS = 2_000;

export interface CallsOptions {
  readonly client: Client;
  readonly taskQueue: string;
  /** How long a call may take at most. */
  readonly answerWithinMs: number;
}

/** Whom a call asks. */
interface Asked {
  readonly workflowId?: string | undefined;
  /** Whichever worker takes it. */
  readonly isOfAnyWorker?: true;
  /** A worker answers it at once, also of a journey that waits for an operator. */
  readonly isQuestion?: true;
}

/** One of them, in milliseconds since the epoch. */
interface BoundedCall extends Asked {
  readonly beganMs: number;
  readonly deadlineMs: number;
}

/** For the reason why a call has no answer, in milliseconds since the epoch. */
interface Look extends BoundedCall {
  /** Of the look before, or of the call. */
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** Calls to journeys, each bounded, and each with a reason where it brings nothing. */
export class Calls {
  readonly #options: CallsOptions;
  /** When a worker was heard last, of any journey; milliseconds since the epoch. */
  #heardAt = 0;
  /** When Temporal has answered last, whatever it was; milliseconds since the epoch. */
  #answeredAt = 0;

  constructor(options: CallsOptions) {
    this.#options = options;
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
    asked: Asked,
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
    const against = this.#reasonAgainst({ ...asked, beganMs, deadlineMs }, end.signal);
    try {
      const said = await Promise.race([answer, against]);
      this.#answeredAt = Date.now();
      if (workflowId !== undefined) this.#heardAt = this.#answeredAt;
      return said;
    } finally {
      // What becomes of it once nobody waits is for the next call to find out.
      answer.catch(() => {});
      end.abort();
    }
  }

  /** Ends with an error only. Looks after ever longer pauses, and once more before the time is over. */
  async #reasonAgainst(call: BoundedCall, signal: AbortSignal): Promise<never> {
    const { beganMs, deadlineMs } = call;
    const lastLookMs = Math.max(deadlineMs - LOOK_FOR_MS, beganMs + LOOK_AFTER_MS);
    let sinceMs = beganMs;
    for (let pauseMs = LOOK_AFTER_MS; sinceMs < lastLookMs; pauseMs *= 2) {
      const lookMs = Math.min(sinceMs + pauseMs, lastLookMs);
      await slept(lookMs - Date.now(), signal);
      const reason = await this.#lookedAt(
        { ...call, sinceMs, untilMs: lookMs + LOOK_FOR_MS },
        signal,
      );
      if (reason) throw reason;
      sinceMs = lookMs;
    }
    await slept(deadlineMs - Date.now(), signal);
    throw new DeadlineExceededError('it goes on, and has no answer yet');
  }

  /** @returns why there is no answer; nothing where all are there, and it takes its time. */
  async #lookedAt(look: Look, signal: AbortSignal): Promise<Error | undefined> {
    const { client } = this.#options;
    const { sinceMs, untilMs } = look;
    // Whatever Temporal's SDK makes of its deadline: it tries again for minutes.
    const silence = slept(untilMs - Date.now(), signal).then(() =>
      isConnected(client) ? undefined : new TemporalUnreachableError('Temporal does not answer'),
    );
    const hanging = this.#hanging(sinceMs, untilMs);
    const found = await Promise.race([this.#look(look), silence]);
    return found ?? (await hanging);
  }

  async #look({ beganMs, untilMs, ...asked }: Look): Promise<Error | undefined> {
    const why = await this.#reasonFor(asked, untilMs);
    // Those that were heard have nothing to do with what is on another task queue.
    if (why instanceof NoWorkerError && why.isElsewhere) return why;
    // One with nothing to do is not heard between two looks.
    return why instanceof NoWorkerError && (await this.#isHeardSince(beganMs)) ? undefined : why;
  }

  /** One that hangs keeps its connection, and answers nothing, not even what costs it nothing; one that is only slow does. */
  async #hanging(sinceMs: number, untilMs: number): Promise<Error | undefined> {
    const { client } = this.#options;
    const answered = client.withDeadline(untilMs, () => client.workflowService.getSystemInfo({}));
    const isSilent = await Promise.race([
      answered.then(
        () => false,
        (error: unknown) => isOutOfTime(error),
      ),
      pause(Math.max(untilMs - Date.now(), 0)).then(() => true),
    ]);
    return isSilent && this.#answeredAt < sinceMs
      ? new TemporalUnreachableError('Temporal does not answer, though it is connected')
      : undefined;
  }

  /** Workers with more than they can do answer others, or ask for more: that is no silence. */
  async #isHeardSince(ms: number): Promise<boolean> {
    const { client, taskQueue } = this.#options;
    // Where Temporal does not say, nothing is known of them.
    return this.#heardAt >= ms || hasWorker(client, taskQueue, ms).catch(() => true);
  }

  async #reasonFor(
    { workflowId, isOfAnyWorker, isQuestion }: Asked,
    untilMs: number,
  ): Promise<Error | undefined> {
    const { client, taskQueue } = this.#options;
    const why = await client.withDeadline(untilMs, () =>
      whyUnanswered(client, { taskQueue, workflowId }),
    );
    // Not known: it has not even been begun.
    if (why.name === 'UnknownJourneyError') return undefined;
    if (!(why instanceof DeadlineExceededError)) return why;
    // Whoever takes it asks for more at once.
    if (isOfAnyWorker) return new NoWorkerError('no worker has asked for work since');
    if (workflowId === undefined) return undefined;
    const silence = await this.#silenceOf(workflowId, untilMs);
    return isQuestion && silence instanceof NeedsAttentionError ? undefined : silence;
  }

  /** A worker that was killed just now is listed for minutes; one that is there answers a query at once. */
  async #silenceOf(workflowId: string, untilMs: number): Promise<Error | undefined> {
    const { client } = this.#options;
    const beforeMs = untilMs - 200;
    const away = pause(Math.max(beforeMs - Date.now(), 0)).then(
      () => new NoWorkerError(`no worker answers of ${workflowId}`),
    );
    const answered = client
      .withDeadline(beforeMs, () => waitsForOperator(client, workflowId))
      .catch((error: Error) => (error.name === 'WorkflowNotFoundError' ? undefined : away));
    return Promise.race([answered, away]);
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
