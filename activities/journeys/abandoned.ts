import { type Client, isGrpcServiceError } from '@temporalio/client';
import { isWorkedOn } from './mute.js';
import { isBegunByNobody, readFor } from './nobodys.js';

const WHY = 'nobody works on it, and others wait for what it does';

/**
 * Ends an entity that nobody works on, or that nobody with a payload key has begun, so that whoever needs it begins it anew: one that was begun on another task queue than the
 * workers' stays there, as when a rehearsal was the first to need it, or somebody else was who reaches Temporal.
 *
 * @param ours - the workers' task queue.
 * @returns whether it was ended. Where Temporal does not tell, it was not.
 */
export async function isEndedAsAbandoned(
  client: Client,
  workflowId: string,
  ours: string,
): Promise<boolean> {
  try {
    const { workflowExecutionInfo, executionConfig } =
      await client.workflowService.describeWorkflowExecution({
        namespace: client.options.namespace,
        execution: { workflowId },
      });
    const queue = executionConfig?.taskQueue?.name;
    const runId = workflowExecutionInfo?.execution?.runId;
    if (!queue || !runId) return false;
    const isLeft = queue !== ours && !(await isWorkedOn(client, queue));
    if (!isLeft && !(await isNobodys(client, { workflowId, runId }))) return false;
    await client.workflow.getHandle(workflowId, runId).terminate(WHY);
    return true;
  } catch (error) {
    if (isGrpcServiceError(error) || (error as Error).name === 'WorkflowNotFoundError')
      return false;
    throw error;
  }
}

async function isNobodys(
  client: Client,
  { workflowId, runId }: { readonly workflowId: string; readonly runId: string },
): Promise<boolean> {
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const started = events?.[0]?.workflowExecutionStartedEventAttributes;
  const begun = await readFor(client, workflowId, started?.input?.payloads);
  return isBegunByNobody(begun, events ?? []);
}
