import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import proto from '@temporalio/proto';

const { ResetReapplyExcludeType } = proto.temporal.api.enums.v1;

/**
 * What an operator does in the Temporal UI: starts another run with the history up to the end of a workflow task.
 *
 * @param task - which of them, from the first; from the last where it is negative.
 * @param isTold - whether Temporal tells the new run the updates that came after.
 * @param runId - of another run than the latest.
 */
export async function reset(
  client: Client,
  workflowId: string,
  { task = 0, isTold = false, runId }: { task?: number; isTold?: boolean; runId?: string } = {},
): Promise<void> {
  const handle = client.workflow.getHandle(workflowId, runId);
  const { events } = await handle.fetchHistory();
  const ends = (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes);
  const workflowTaskFinishEventId = ends.at(task)?.eventId;
  if (!workflowTaskFinishEventId)
    throw new RangeError(`${workflowId} has no workflow task ${task}`);
  await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId, ...(runId && { runId }) },
    reason: 'test',
    requestId: randomUUID(),
    workflowTaskFinishEventId,
    resetReapplyExcludeTypes: isTold
      ? []
      : [
          ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_SIGNAL,
          ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_UPDATE,
        ],
  });
}

/** How many workflow tasks a journey has had so far: a reset to the last of them goes on from where it is now. */
export async function tasksOf(client: Client, workflowId: string): Promise<number> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes).length;
}

/** What Temporal's retention does to a journey that has ended, or to one run of it: nothing is left of it. */
export async function forget(client: Client, workflowId: string, runId?: string): Promise<void> {
  const { namespace } = client.options;
  await client.workflowService.deleteWorkflowExecution({
    namespace,
    workflowExecution: { workflowId, ...(runId && { runId }) },
  });
  for (;;) {
    try {
      await client.workflow.getHandle(workflowId, runId).describe();
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return;
      throw error;
    }
    await setTimeout(100);
  }
}
