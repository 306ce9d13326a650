import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';

const EXCLUDED = {
  signal: proto.temporal.api.enums.v1.ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_SIGNAL,
  update: proto.temporal.api.enums.v1.ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_UPDATE,
} as const;

/**
 * An operator's reset: the journey goes on in another run, from its first workflow task.
 *
 * @param without - what it was told is not told to that run.
 * @returns the new run's ID.
 */
export async function resetToFirstTask(
  client: Client,
  workflowId: string,
  without: readonly ('signal' | 'update')[] = [],
): Promise<string> {
  const handle = client.workflow.getHandle(workflowId);
  const { events } = await handle.fetchHistory();
  const first = events?.find((event) => event.workflowTaskCompletedEventAttributes);
  const { runId } = await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId, runId: (await handle.describe()).runId },
    workflowTaskFinishEventId: first?.eventId ?? null,
    requestId: randomUUID(),
    reason: 'an operator looks again',
    resetReapplyExcludeTypes: without.map((type) => EXCLUDED[type]),
  });
  return runId;
}
