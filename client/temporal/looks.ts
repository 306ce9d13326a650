/**
 * Finds out soon why a call has no answer yet, rather than at its deadline: looked at after ever longer pauses.
 *
 * @module
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import {
  DeadlineExceededError,
  NeedsAttentionError,
  NoWorkerError,
  TemporalUnreachableError,
} from '../errors.js';
import { waitsForOperator } from './attention.js';
import { isConnected } from './connected.js';
import { isOutOfTime } from './translated.js';
import { ACTIVITIES, hasWorker, whyUnanswered } from './unanswered.js';
import { isUntaken } from './untaken.js';

/** After so long it is looked why there is no answer, so that whoever asks knows within five seconds. */
const LOOK_AFTER_MS = 2_500;
const LOOK_FOR_MS = 2_000;
/** Between looks, which cost more, it is glanced whether the journey's next task lies there untaken. */
const GLANCE_EACH_MS = 2_500;
/** Then whoever was heard longer ago may have been killed since, be it with the journey in hand. */
const HEARD_WITHIN_MS = 12_500;

/** Whom a call asks. */
export interface LookedFor {
  readonly workflowId?: string | undefined;
  /** Whichever worker takes it. */
  readonly isOfAnyWorker?: true;
  /** A worker answers it at once, also of a journey that waits for an operator. */
  readonly isQuestion?: boolean | undefined;
}

/** A call that waits, in milliseconds since the epoch. */
export interface Waiting extends LookedFor {
  readonly beganMs: number;
  readonly deadlineMs: number;
}

/** For the reason why a call has no answer, in milliseconds since the epoch. */
interface Look extends Waiting {
  /** Of the look before, or of the call. */
  readonly sinceMs: number;
  readonly untilMs: number;
}

export interface LooksOptions {
  readonly client: Client;
  /** The caller's. */
  readonly taskQueue: string;
  /** Which reasons end a call: what others are told as its time is over. Default: all. */
  readonly isTold?: (reason: Error) => boolean;
}

/** Looks of one client: what it has heard for one call tells for the others, too. */
export class Looks {
  readonly #options: LooksOptions;
  /** When a worker was heard last, of any journey; milliseconds since the epoch. */
  #heardAt = 0;
  /** When Temporal has answered last, whatever it was; milliseconds since the epoch. */
  #answeredAt = 0;

  constructor(options: LooksOptions) {
    this.#options = options;
  }

  /** Notes an answer. @param isOfWorker - one of whom only a worker can have it. */
  answered(isOfWorker: boolean): void {
    this.#answeredAt = Date.now();
    if (isOfWorker) this.#heardAt = this.#answeredAt;
  }

  /**
   * Looks after ever longer pauses, sooner where nobody takes what there is to do, and once more before the time is over.
   *
   * @param signal - ends it: nobody waits any more.
   * @returns why there is no answer; never, where all are there, and it takes its time.
   */
  async reasonAgainst(call: Waiting, signal: AbortSignal): Promise<Error> {
    const { isTold = () => true } = this.#options;
    const { beganMs, deadlineMs } = call;
    const lastLookMs = Math.max(deadlineMs - LOOK_FOR_MS, beganMs + LOOK_AFTER_MS);
    let sinceMs = beganMs;
    let pauseMs = LOOK_AFTER_MS;
    for (let atMs = beganMs + LOOK_AFTER_MS; sinceMs < lastLookMs; ) {
      const lookMs = Math.min(atMs, lastLookMs);
      await slept(lookMs - Date.now(), signal);
      const untilMs = lookMs + LOOK_FOR_MS;
      const isDue = lookMs >= Math.min(sinceMs + pauseMs, lastLookMs);
      if (isDue || (await this.#isLeft(call, untilMs))) {
        const reason = await this.#lookedAt({ ...call, sinceMs, untilMs }, signal);
        if (reason && isTold(reason)) return reason;
      }
      if (isDue) {
        sinceMs = lookMs;
        pauseMs *= 2;
      }
      atMs = Math.max(atMs + GLANCE_EACH_MS, Date.now());
    }
    return new Promise<never>(() => {});
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
    if (!(why instanceof NoWorkerError)) return why;
    // Those that were heard have nothing to do with what is on another task queue.
    if (why.isElsewhere) return why;
    // One with nothing to do is not heard between two looks.
    const isLeft = this.#isLeft(asked, Date.now() + LOOK_FOR_MS);
    return !(await this.#isHeardSince(beganMs)) || (await isLeft) ? why : undefined;
  }

  /** Whether nobody takes what there is to do, and none was heard lately: as of workers that were killed since the call began. */
  async #isLeft({ workflowId, isOfAnyWorker }: LookedFor, untilMs: number): Promise<boolean> {
    const { client, taskQueue } = this.#options;
    if (workflowId === undefined || isOfAnyWorker) return false;
    const sinceMs = Date.now() - HEARD_WITHIN_MS;
    const left = client.withDeadline(
      untilMs,
      async () =>
        (await isUntaken(client, workflowId)) &&
        !(await this.#isHeardSince(sinceMs)) &&
        !(await hasWorker(client, taskQueue, sinceMs, ACTIVITIES)),
    );
    // Not known, or not begun.
    return left.catch(() => false);
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
      pause(Math.max(untilMs - Date.now(), 0), undefined, { ref: false }).then(() => true),
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
    { workflowId, isOfAnyWorker, isQuestion }: LookedFor,
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
    if (isOfAnyWorker)
      return new NoWorkerError(`no worker has asked ${taskQueue} for work since`, { taskQueue });
    if (workflowId === undefined) return undefined;
    const silence = await this.#silenceOf(workflowId, untilMs);
    return isQuestion && silence instanceof NeedsAttentionError ? undefined : silence;
  }

  /** A worker that was killed just now is listed for minutes; one that is there answers a query at once. */
  async #silenceOf(workflowId: string, untilMs: number): Promise<Error | undefined> {
    const { client, taskQueue } = this.#options;
    const beforeMs = untilMs - 200;
    const away = pause(Math.max(beforeMs - Date.now(), 0), undefined, { ref: false }).then(
      () => new NoWorkerError(`no worker on ${taskQueue} answers of ${workflowId}`, { taskQueue }),
    );
    const answered = client
      .withDeadline(beforeMs, () => waitsForOperator(client, workflowId))
      .catch((error: Error) => (error.name === 'WorkflowNotFoundError' ? undefined : away));
    return Promise.race([answered, away]);
  }
}

/** For ever, once nobody waits. */
export async function slept(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await pause(Math.max(ms, 0), undefined, { signal });
  } catch {
    await new Promise<never>(() => {});
  }
}
