import { type Client, isGrpcServiceError } from '@temporalio/client';
import { inputOf, isUnreadable } from '../reconciliation/records.js';
import { isWorkedOn } from './mute.js';

const WHY = 'no worker of its journey works on it, and nobody else can be told what it is for';
/** Temporal's. */
const RUNNING = 1;
/** Whoever begins what others wait for has it begin now. */
const DELAYED_MS = 60_000;

/**
 * Ends what has the workflow ID of a finding, or of another look at a journey, and would keep the workers' own from being begun: it
 * stands on a task queue that nobody polls, as a rehearsal leaves it, or nobody with the workers' key has begun it, or to begin later.
 *
 * @param ours - the workers' task queue.
 * @param isOwn - whether what it was begun with is what the workers would have given to it.
 * @returns whether it was ended.
 */
export async function isEndedAsStrayed(
  client: Client,
  workflowId: string,
  ours: string,
  isOwn: (input: unknown) => boolean,
): Promise<boolean> {
  try {
    const { workflowExecutionInfo: info, executionConfig } =
      await client.workflowService.describeWorkflowExecution({
        namespace: client.options.namespace,
        execution: { workflowId },
      });
    if (info?.status !== RUNNING) return false;
    const runId = info.execution?.runId ?? '';
    const queue = executionConfig?.taskQueue?.name ?? ours;
    const isLater = Number(info.executionTime?.seconds ?? 0) * 1_000 > Date.now() + DELAYED_MS;
    const isHeeded =
      !isLater &&
      (await isBegunBy(client, { workflowId, runId }, isOwn)) &&
      (queue === ours || (await isWorkedOn(client, queue)));
    if (isHeeded) return false;
    await client.workflow.getHandle(workflowId, runId).terminate(WHY);
    return true;
  } catch (error) {
    if (isGrpcServiceError(error) || (error as Error).name === 'WorkflowNotFoundError')
      return false;
    throw error;
  }
}

async function isBegunBy(
  client: Client,
  run: { readonly workflowId: string; readonly runId: string },
  isOwn: (input: unknown) => boolean,
): Promise<boolean> {
  try {
    return isOwn(await inputOf(client, run));
  } catch (error) {
    if (isUnreadable(error)) return false;
    throw error;
  }
}
