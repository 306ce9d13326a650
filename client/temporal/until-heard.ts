import { setTimeout } from 'node:timers/promises';
import {
  answeredError,
  handedOverError,
  notNeededError,
  staleError,
  tooManyWaitingError,
} from '../../contract/errors.js';
import { GRPC, grpcOf, isFailure, isNamed, TEMPORALS_OWN } from './translated.js';

/** Pauses after which an update is sent again; each try may itself take as long as Temporal lets it. */
const PAUSES_MS = [200, 500, 1_000, 2_000];
/** Of one for which there is no room: its caller is told before anybody else is taken for what keeps it waiting. */
const MOST_WITHOUT_ROOM = 2;

/**
 * Sends an update until Temporal says what became of it. Temporal lets go of one that a busy server, or one without its
 * worker, does not take within its own deadline; the update's ID makes all tries one.
 *
 * @param signal - ends it: nobody waits any more.
 */
export async function untilHeard<Answer>(
  send: () => Promise<Answer>,
  signal: AbortSignal,
): Promise<Answer> {
  let withoutRoom = 0;
  for (const pauseMs of PAUSES_MS) {
    try {
      return await send();
    } catch (error) {
      if (typeOf(error) === tooManyWaitingError.type) withoutRoom += 1;
      else if (signal.aborted || !isLetGo(error)) throw error;
      if (signal.aborted || withoutRoom > MOST_WITHOUT_ROOM) throw error;
    }
    await setTimeout(pauseMs, undefined, { signal });
  }
  return send();
}

const typeOf = (error: unknown) =>
  isNamed(error, 'WorkflowUpdateFailedError') && isFailure(error.cause)
    ? error.cause.type
    : undefined;

/** Whether a journey has refused an update as one that would change nothing. */
export const isNotNeeded = (error: unknown) => typeOf(error) === notNeededError.type;

/**
 * By its deadline, by a run that was reset or has handed the journey over to the next, by a task that had no room for it, or by a worker
 * that came so late that it may be a copy; or with the workflow task that it came with, as of a worker that lacks the backend's key.
 */
function isLetGo(error: unknown): boolean {
  const type = typeOf(error);
  if (type === handedOverError.type || type === staleError.type) return true;
  if (TEMPORALS_OWN.includes(type ?? '')) return true;
  const code = grpcOf(error)?.code;
  return (
    code === GRPC.FAILED_PRECONDITION ||
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
