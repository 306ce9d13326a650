/**
 * Keeps a reset from sending what its journey ended without: whoever reaches Temporal can reset what has ended, and needs no payload
 * key for it (money rule 13). Who wants the movement all the same asks for it under another number.
 *
 * @module
 */
import { type Client, isGrpcServiceError } from '@temporalio/client';
import { mayBeDoneBefore } from '../calling/attempt.js';
import type { Move } from '../calling/move.js';
import { standingOf } from './ended-run.js';
import { earlierRuns, ownExecution } from './run.js';

/**
 * Makes a move, unless an earlier run of the journey had ended, or was to stop, without it.
 *
 * @param firstRunId - of the journey; nothing is known of runs where it is missing, as in what older workers scheduled.
 */
export async function unlessEnded<Answer>(
  client: Client,
  { firstRunId }: { readonly firstRunId?: string | undefined },
  move: () => Promise<Answer>,
): Promise<Answer | Extract<Move<unknown>, { kind: 'refused' | 'not-sent' }>> {
  // An attempt before this one may have sent it: this one sends nothing.
  if (mayBeDoneBefore()) return move();
  try {
    const earlier = await endedRunOf(client, { firstRunId });
    if (earlier !== undefined)
      return { kind: 'refused', refusal: 'ended-before', why: `run ${earlier} ended without it` };
  } catch (error) {
    if (!isGrpcServiceError(error)) throw error;
    return { kind: 'not-sent', why: 'Temporal does not tell how earlier runs ended' };
  }
  return move();
}

/** @returns an earlier run of the asking journey that had ended by itself, or was to stop. */
export async function endedRunOf(
  client: Client,
  { firstRunId }: { readonly firstRunId?: string | undefined },
): Promise<string | undefined> {
  const { workflowId, runId } = ownExecution();
  if (!firstRunId || runId === firstRunId) return undefined;
  for (const earlier of await earlierRuns(client, workflowId, runId))
    if (await isOver(client, workflowId, earlier)) return earlier;
  return undefined;
}

async function isOver(client: Client, workflowId: string, runId: string): Promise<boolean> {
  try {
    const { isCompleted, isCancelRequested } = await standingOf(client, workflowId, runId);
    return isCompleted || isCancelRequested;
  } catch (error) {
    // Forgotten, so that nobody can tell; and whoever can reset can delete.
    if (isGrpcServiceError(error) && error.code === GRPC_NOT_FOUND) return true;
    throw error;
  }
}

const GRPC_NOT_FOUND = 5;
