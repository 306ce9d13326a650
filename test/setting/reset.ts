import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';

/** An operator's reset: the journey goes on in another run, from its first workflow task. @returns the new run's ID. */
export async function resetToFirstTask(client: Client, workflowId: string): Promise<string> {
  const handle = client.workflow.getHandle(workflowId);
  const { events } = await handle.fetchHistory();
  const first = events?.find((event) => event.workflowTaskCompletedEventAttributes);
  const { runId } = await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId, runId: (await handle.describe()).runId },
    workflowTaskFinishEventId: first?.eventId ?? null,
    requestId: randomUUID(),
    reason: 'an operator looks again',
  });
  return runId;
}
