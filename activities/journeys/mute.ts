/**
 * What it means that a journey did not answer.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import type { ListedJourney } from '../reconciliation/listed-journeys.js';
import { isUnreadable } from '../reconciliation/records.js';

/** No worker that is up takes so long over one task: what fails for longer fails until somebody mends it. */
const STUCK_AFTER_MS = 600_000;
/** gRPC's number: Temporal has seen no worker for it lately, its tasks fail, or it ended before it began. */
const FAILED_PRECONDITION = 9;
/** Nobody has answered in time, also where the server hung up because of it. */
const CANCELLED = 1;
const DEADLINE_EXCEEDED = 4;
/** Too many ask it already, and wait for it. */
const RESOURCE_EXHAUSTED = 8;
const SILENCE: readonly unknown[] = [
  ...[CANCELLED, DEADLINE_EXCEEDED, FAILED_PRECONDITION],
  RESOURCE_EXHAUSTED,
];
/** A worker asks for work again at least every minute. */
const ASKS_WITHIN_MS = 90_000;
const WORKFLOW_TASKS = 1;
/** Temporal's. */
const RUNNING = 1;

/**
 * Whether a journey that did not answer a query is not worth being asked again: Temporal has forgotten it, its history cannot
 * be run, or its own workflow task hangs. Anything else passes, such as a worker that is busy.
 *
 * @param error - what the query was refused with.
 * @throws GrpcServiceError where Temporal does not tell.
 */
export async function isMute(
  client: Client,
  { workflowId, runId }: Pick<ListedJourney, 'workflowId' | 'runId'>,
  error: unknown,
): Promise<boolean> {
  if (isUnreadable(error)) return true;
  const { pendingWorkflowTask, workflowExecutionInfo } =
    await client.workflowService.describeWorkflowExecution({
      namespace: client.options.namespace,
      execution: { workflowId, runId },
    });
  const isRunning = workflowExecutionInfo?.status === RUNNING;
  if (!isRunning || !pendingWorkflowTask) return codeOf(error) === FAILED_PRECONDITION;
  const { seconds } = pendingWorkflowTask.originalScheduledTime ?? {};
  return Number(seconds ?? 0) * 1_000 < Date.now() - STUCK_AFTER_MS;
}

/** Whether it is the journey that did not answer, or not so that it can be read, rather than Temporal. */
export const isSilence = (error: unknown): boolean =>
  isUnreadable(error) || SILENCE.includes(codeOf(error));

/** Whether a worker has asked for work of this task queue lately: where none has, no query is answered. */
export async function isWorkedOn(client: Client, taskQueue: string): Promise<boolean> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: WORKFLOW_TASKS,
  });
  const since = Date.now() - ASKS_WITHIN_MS;
  return pollers.some(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1_000 > since);
}

/** The client puts gRPC's own error below one of its own. */
const codeOf = (error: unknown): unknown => {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return code ?? (cause === undefined ? undefined : codeOf(cause));
};
