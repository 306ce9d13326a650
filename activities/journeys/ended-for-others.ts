import { type Client, isGrpcServiceError } from '@temporalio/client';

/** What Temporal says of the run that has a workflow ID. */
export interface Described {
  readonly workflowId: string;
  readonly runId: string;
  readonly taskQueue: string | undefined;
  /** Temporal's number. */
  readonly status: number;
  /** Milliseconds since the epoch: from when on workers are handed it; 0 where Temporal does not say. */
  readonly beginsAtMs: number;
}

/**
 * Ends what has a workflow ID that others need, where it is of no use to them, so that they begin it anew.
 *
 * @param isUseless - asked about the very run that is ended then.
 * @param why - for people.
 * @returns whether it was ended. Where Temporal does not tell, it was not.
 */
export async function isEndedForOthers(
  client: Client,
  workflowId: string,
  isUseless: (run: Described) => Promise<boolean>,
  why: string,
): Promise<boolean> {
  try {
    const { workflowExecutionInfo: info, executionConfig } =
      await client.workflowService.describeWorkflowExecution({
        namespace: client.options.namespace,
        execution: { workflowId },
      });
    const runId = info?.execution?.runId;
    if (!runId) return false;
    const run = {
      ...{ workflowId, runId, status: Number(info.status) },
      taskQueue: executionConfig?.taskQueue?.name ?? undefined,
      beginsAtMs: Number(info.executionTime?.seconds ?? 0) * 1_000,
    };
    if (!(await isUseless(run))) return false;
    await client.workflow.getHandle(workflowId, runId).terminate(why);
    return true;
  } catch (error) {
    if (isGrpcServiceError(error) || (error as Error).name === 'WorkflowNotFoundError')
      return false;
    throw error;
  }
}
