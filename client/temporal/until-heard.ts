import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import {
  answeredError,
  handedOverError,
  invalidInputError,
  notNeededError,
  notNowError,
  staleError,
  tooManyWaitingError,
} from '../../contract/errors.js';
import { DeadlineExceededError } from '../errors.js';
import {
  GRPC,
  grpcOf,
  isFailure,
  isNamed,
  isOfServer,
  TEMPORALS_OWN,
  UNPROCESSED,
} from './translated.js';

/** Pauses after which an update is sent again; each try may itself take as long as Temporal lets it. */
const PAUSES_MS = [200, 500, 1_000, 2_000];
const LONGEST_PAUSE_MS = 2_000;
/** Of one for which there is no room: its caller is told before anybody else is taken for what keeps it waiting. */
const MOST_WITHOUT_ROOM = 2;

/** The ID of an update, which makes all its tries one. */
export class UpdateId {
  #current: string = randomUUID();

  get current(): string {
    return this.#current;
  }

  /** Journeys know what is asked of them again by what it says: a new ID does it no second time. */
  renew(): void {
    this.#current = randomUUID();
  }
}

/** What is to be known of an update that is sent until it is heard. */
export interface Hearing {
  readonly id: UpdateId;
  /** Ends it: nobody waits any more. */
  readonly signal: AbortSignal;
  /**
   * Of one that may move money: whether Temporal has this very update's outcome on record, as it has of what a run took, and then
   * refused. Without it every refusal is an answer.
   */
  readonly isOnRecord?: () => Promise<boolean>;
}

/**
 * Sends an update until Temporal says what became of it. Temporal lets go of one that a busy server, or one without its
 * worker, does not take within its own deadline; the update's ID makes all tries one. Of one that a reset told the next run, which refused
 * it, the server knows no more than that it was there, and answers INTERNAL for good: it goes under another ID.
 *
 * A try that Temporal let go of may have been taken, and carried out. What the journey then refuses at its door says nothing of it
 * (money rule 2), as the run of a reset does that has yet to find out where the money is: it is sent again, for as long as its caller waits.
 */
export async function untilHeard<Answer>(
  send: () => Promise<Answer>,
  { id, signal, isOnRecord }: Hearing,
): Promise<Answer> {
  let withoutRoom = 0;
  let letGo = 0;
  let mayBeTaken = false;
  for (let tries = 0; ; tries += 1) {
    try {
      return await send();
    } catch (error) {
      if (signal.aborted) throw error;
      const type = typeOf(error);
      if (type === tooManyWaitingError.type) withoutRoom += 1;
      else if (isLetGo(error)) {
        // The next run may take minutes to learn of what was asked for.
        if (type !== handedOverError.type) letGo += 1;
        mayBeTaken ||= !NOT_TAKEN.has(type);
        if (grpcOf(error)?.code === GRPC.INTERNAL) id.renew();
      } else if (!mayBeTaken || !isOnRecord || !AT_THE_DOOR.has(type) || (await isOnRecord()))
        throw error;
      if (withoutRoom > MOST_WITHOUT_ROOM || letGo > PAUSES_MS.length) throw error;
    }
    await setTimeout(PAUSES_MS[tries] ?? LONGEST_PAUSE_MS, undefined, { signal });
  }
}

const typeOf = (error: unknown) =>
  isNamed(error, 'WorkflowUpdateFailedError') && isFailure(error.cause)
    ? (error.cause.type ?? undefined)
    : undefined;

/** Whether a journey has refused an update as one that would change nothing. */
export const isNotNeeded = (error: unknown) => typeOf(error) === notNeededError.type;

/** With these nothing was done by this try. */
const NOT_TAKEN: ReadonlySet<string | undefined> = new Set([UNPROCESSED, staleError.type]);

/** By these a validator refuses, as the journey stands in that moment. */
const AT_THE_DOOR: ReadonlySet<string | undefined> = new Set([
  notNowError.type,
  notNeededError.type,
  invalidInputError.type,
]);

/**
 * By its deadline, by a run that was reset or has handed the journey over to the next, by a task that had no room for it, or by a worker
 * that came so late that it may be a copy; or with the workflow task that it came with, as of a worker that lacks the backend's key.
 */
function isLetGo(error: unknown): boolean {
  if (error instanceof DeadlineExceededError) return true;
  const type = typeOf(error);
  if (type === handedOverError.type || type === staleError.type) return true;
  if (TEMPORALS_OWN.includes(type ?? '')) return true;
  const code = grpcOf(error)?.code;
  return (
    code === GRPC.FAILED_PRECONDITION ||
    isOfServer(error) ||
    (isNamed(error, 'WorkflowUpdateRPCTimeoutOrCancelledError') && code === GRPC.DEADLINE_EXCEEDED)
  );
}

/** A journey that was asked the same too often gives its answer with the refusal, so that it costs no history. */
export function answeredBefore<Answer>(error: unknown): { readonly answer: Answer } | undefined {
  const { cause } = error as { cause?: unknown };
  return isFailure(cause) && cause.type === answeredError.type
    ? { answer: cause.details?.[0] as Answer }
    : undefined;
}
