import { type Client, isGrpcServiceError } from '@temporalio/client';
import { isWorkedOn } from './mute.js';

const WHY = 'its task queue has no workers any more, and others wait for what it does';

/**
 * Ends an entity that nobody works on, so that whoever needs it begins it anew: one that was begun on another task queue than the
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
    if (!queue || queue === ours || (await isWorkedOn(client, queue))) return false;
    const runId = workflowExecutionInfo?.execution?.runId ?? undefined;
    await client.workflow.getHandle(workflowId, runId).terminate(WHY);
    return true;
  } catch (error) {
    if (isGrpcServiceError(error) || (error as Error).name === 'WorkflowNotFoundError')
      return false;
    throw error;
  }
}
