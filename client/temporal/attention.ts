/**
 * What keeps a call waiting that a worker has taken: an operator, whom asking again does not hasten.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import { type Attention, attentionSchema } from '../../contract/needs-attention.js';
import { DeadlineExceededError, type DokuJourneysError, NeedsAttentionError } from '../errors.js';
import { GRPC, grpcOf } from './translated.js';
import { type Asked, whyUnanswered } from './unanswered.js';

/** A worker that is there answers at once. */
const SAID_WITHIN_MS = 1_500;

/**
 * Why a call has no answer at its end.
 *
 * @param said - what Temporal said, where it did.
 * @returns the error that says why; never rejects.
 */
export async function whyLate(
  client: Client,
  asked: Asked,
  said?: unknown,
): Promise<DokuJourneysError> {
  const why = await whyUnanswered(client, asked, said);
  const { workflowId, updateId } = asked;
  if (!(why instanceof DeadlineExceededError) || workflowId === undefined) return why;
  const waits = client.withDeadline(Date.now() + SAID_WITHIN_MS, async () =>
    (await wasTaken(client, workflowId, updateId))
      ? waitsForOperator(client, workflowId)
      : undefined,
  );
  return (await waits.catch(() => undefined)) ?? why;
}

/** Temporal may have turned it away until its deadline, as more are in flight than it takes: then nothing stands. */
export async function wasTaken(
  client: Client,
  workflowId: string,
  updateId: string | undefined,
): Promise<boolean> {
  if (updateId === undefined) return true;
  try {
    await client.workflowService.pollWorkflowExecutionUpdate({
      namespace: client.options.namespace,
      updateRef: { workflowExecution: { workflowId }, updateId },
      // As it stands now.
      waitPolicy: { lifecycleStage: 0 },
    });
    return true;
  } catch (error) {
    if (grpcOf(error)?.code === GRPC.NOT_FOUND) return false;
    throw error;
  }
}

/** @returns the error of a journey that waits for an operator's decision; nothing of any other. */
export async function waitsForOperator(
  client: Client,
  workflowId: string,
): Promise<NeedsAttentionError | undefined> {
  const { status, attention } = await client.workflow
    .getHandle(workflowId)
    .query<{ status?: unknown; attention?: unknown }>('status');
  if (status !== 'needs-attention') return undefined;
  const parsed = attentionSchema.safeParse(attention);
  return new NeedsAttentionError(
    `${workflowId} waits for an operator's decision${parsed.success ? `: ${told(parsed.data)}` : ''}. What was asked for stands, and asking again does not hasten it`,
    parsed.data,
  );
}

const told = ({ reason, decisions }: Attention) => `${reason} (${decisions.join(', ')})`;
