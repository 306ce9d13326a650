/**
 * Bounds a call by its caller's deadline and signal, whatever Temporal's SDK makes of them.
 *
 * @module
 */
import { setMaxListeners } from 'node:events';
import type { Client } from '@temporalio/client';
import * as z from 'zod';
import { AbortedError, DeadlineExceededError, TemporalUnreachableError } from '../errors.js';
import { unlessAway } from './away.js';
import { checked } from './checked.js';
import { isConnected } from './connected.js';
import type { LookedFor, Looks } from './looks.js';

/** How long a call may take without a deadline of its own: longer than a read asks DOKU, which is the longest. */
const ANSWER_WITHIN_MS = 90_000;

export const answerWithinSchema = z
  .union([z.number().positive(), z.literal(Number.POSITIVE_INFINITY)])
  .default(ANSWER_WITHIN_MS);

/** How long a call may take. Each method takes them last. */
export interface CallOptions {
  /**
   * When to give up: a date, or milliseconds since the epoch; `Infinity`: never. Default: after `answerWithinMs` of the client;
   * `cancel`, `capture` and `void` after ten minutes at least, and never for what waits, such as `result` and `until`. Where
   * none is given, a Temporal or workers that are away, and a payload key that does not fit, are told within five seconds, a worker that was
   * killed with the journey in hand once Temporal has taken that back; else as the deadline passes, or Temporal's SDK gives up.
   */
  readonly deadline?: Date | number | undefined;
  /** Ends the wait. What was asked for may happen all the same. */
  readonly signal?: AbortSignal | undefined;
  /** Of calls that start a journey: called where this one has begun it, before its answer, and not where it found it. */
  readonly onBegun?: (() => void) | undefined;
}

/** No clock of ours was ever before: who says so means how long. */
const EARLIEST_MS = Date.UTC(1990, 0);
const instantSchema = z
  .number()
  .min(EARLIEST_MS, 'must be a point in time, such as Date.now() + 5_000, and not how long');

export const callOptionsSchema = z.strictObject({
  deadline: z.union([z.date(), instantSchema, z.literal(Number.POSITIVE_INFINITY)]).optional(),
  signal: z.instanceof(AbortSignal).optional(),
  onBegun: z.custom<() => void>((given) => typeof given === 'function').optional(),
});

/** Before the deadline it is asked why there is no answer, which takes a moment; of a short time half. */
const ASK_WHY_MS = 2_000;
const LEAST_ASKING_MS = 500;
/** The SDK's own deadline only ends what would go on for nobody: ours comes first. */
const LATER_MS = 1_000;
/** Of Node's timers. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What becomes of a call without an answer. */
interface Silence {
  /** Finds out why there is none; its error is thrown at the deadline. */
  readonly whyLate: () => Promise<Error>;
  /** Of what only a worker can answer: by what it is looked for whether there is one. */
  readonly nobody?: { readonly lookedFor: LookedFor; readonly looks: Looks } | undefined;
}

/**
 * Bounds a call whose caller may have named no deadline, and tells soon then of a Temporal that is away, or of workers that are.
 *
 * @param within.usualMs - of the client: `Infinity` waits for a Temporal that is away, too.
 * @param within.ms - how long this call may take.
 */
export function inOwnTime<Answer>(
  client: Client,
  options: CallOptions,
  { usualMs, ms = usualMs }: { readonly usualMs: number; readonly ms?: number | undefined },
  work: (signal: AbortSignal) => Promise<Answer>,
  { whyLate, nobody }: Silence,
): Promise<Answer> {
  const given = checked(callOptionsSchema, options, 'options');
  const isPatient = given.deadline !== undefined || usualMs === Number.POSITIVE_INFINITY;
  const bounded = { ...given, deadline: given.deadline ?? Date.now() + ms };
  const beganMs = Date.now();
  const impatient = (signal: AbortSignal) => {
    const working = unlessAway(client, work(signal), signal);
    if (nobody === undefined) return working;
    const call = { ...nobody.lookedFor, beganMs, deadlineMs: Number(bounded.deadline) };
    const reason = nobody.looks.reasonAgainst(call, signal);
    return Promise.race([working, reason.then((error) => Promise.reject(error))]);
  };
  return inTime(client, bounded, isPatient ? work : impatient, whyLate);
}

/** @param whyLate - finds out why there is no answer; its error is thrown at the deadline. */
async function inTime<Answer>(
  client: Client,
  options: CallOptions,
  work: (signal: AbortSignal) => Promise<Answer>,
  whyLate: () => Promise<Error>,
): Promise<Answer> {
  const { deadline: given, signal } = options;
  const deadline = given === Number.POSITIVE_INFINITY ? undefined : given;
  if (signal?.aborted) throw aborted(signal);
  const cut = new AbortController();
  // Each call to Temporal listens to it, and a long wait makes many.
  setMaxListeners(0, cut.signal);
  const working = () => client.withAbortSignal(cut.signal, () => work(cut.signal));
  const at = deadline === undefined ? Number.POSITIVE_INFINITY : Number(deadline);
  if (at <= Date.now())
    throw new DeadlineExceededError('the deadline was over before anything was sent');
  const timers = new Timers();
  // Never, of a call with neither: it ends by its answer alone, and what looks after it ends with it all the same.
  const ended = new Promise<never>((_, reject) => {
    if (signal) timers.onAbort(signal, () => reject(aborted(signal)));
    if (deadline !== undefined) rejectAt(at, timers, { whyLate, client, reject });
  });
  try {
    const bounded =
      deadline === undefined ? working() : client.withDeadline(at + LATER_MS, working);
    // What becomes of it once nobody waits is for the next call to find out.
    bounded.catch(() => {});
    return await Promise.race([bounded, ended]);
  } finally {
    timers.clear();
    cut.abort();
  }
}

interface Late {
  readonly client: Client;
  readonly whyLate: () => Promise<Error>;
  readonly reject: (error: Error) => void;
}

function rejectAt(at: number, timers: Timers, { client, whyLate, reject }: Late): void {
  const askingMs = Math.min(ASK_WHY_MS, (at - Date.now()) / 2);
  let why: Error | undefined;
  const told = (error: Error) => {
    why = error;
  };
  timers.at(at - askingMs, () => {
    whyLate().then(told, told);
  });
  // Who does not even answer that is away, given the time to, unless it is only slow.
  const silence = () =>
    askingMs < LEAST_ASKING_MS || isConnected(client)
      ? new DeadlineExceededError(
          'there was no answer in time: it may still come. Call again with the same arguments',
        )
      : new TemporalUnreachableError(
          'Temporal does not answer: is its address right, and is it up?',
        );
  timers.at(at, () => reject(why ?? silence()));
}

const aborted = (signal: AbortSignal) =>
  new AbortedError("the caller's signal ended the call", { cause: signal.reason });

/** What is to happen unless the answer comes first. */
class Timers {
  readonly #undo: (() => void)[] = [];

  at(atMs: number, act: () => void): void {
    let timer: NodeJS.Timeout;
    const arm = () => {
      const leftMs = atMs - Date.now();
      timer = setTimeout(
        () => (Date.now() < atMs ? arm() : act()),
        Math.min(Math.max(leftMs, 0), LONGEST_TIMER_MS),
      );
    };
    arm();
    this.#undo.push(() => clearTimeout(timer));
  }

  onAbort(signal: AbortSignal, act: () => void): void {
    signal.addEventListener('abort', act, { once: true });
    this.#undo.push(() => signal.removeEventListener('abort', act));
  }

  clear(): void {
    for (const undo of this.#undo) undo();
  }
}
