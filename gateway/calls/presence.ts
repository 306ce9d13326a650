/**
 * Why a call has no answer yet: Temporal away, workers away, a key that does not fit, or only that it takes its time.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import { Problem } from '../problems/problem.js';
import { grpcCodeOf, problemOf } from '../problems/translation.js';

/** A worker that polls asks again within a minute; some more for a busy server. */
const POLLED_WITHIN_MS = 75_000;
/** gRPC's numbers. */
const NOT_FOUND = 5;
/** Temporal's `TaskQueueType`. */
const WORKFLOW_TASKS = 1;

export interface Presence {
  readonly client: Client;
  readonly taskQueue: string;
}

/**
 * Looks why there is no answer, and comes back without an error where Temporal and a worker are there.
 *
 * @param workflowId - the journey that does not answer, where it has a query `status`.
 * @throws Problem `TemporalUnreachable`, `TemporalRefused`, `NoWorker`, `PayloadKey`.
 */
export async function assertPresence(
  presence: Presence,
  workflowId: string | undefined,
  deadlineMs: number,
): Promise<void> {
  await assertPolled(presence, deadlineMs);
  if (workflowId === undefined) return assertTaken(presence, deadlineMs);
  const { client } = presence;
  try {
    await client.withDeadline(deadlineMs, () =>
      client.workflow.getHandle(workflowId).query('status'),
    );
  } catch (error) {
    const { problem } = problemOf(error);
    if (problem === 'PayloadKey' || problem === 'TemporalUnreachable') throw problemOf(error);
    // Not started yet, or it has ended meanwhile: nothing against the worker.
    if (grpcCodeOf(error) === NOT_FOUND || (error as Error).name === 'WorkflowNotFoundError')
      return;
    throw await whyNotTaken(client, workflowId, error);
  }
}

/** @throws Problem `TemporalUnreachable`, `TemporalRefused`, `NoWorker`. */
export async function assertPolled(
  { client, taskQueue }: Presence,
  deadlineMs: number,
): Promise<void> {
  const { pollers } = await described({ client, taskQueue }, deadlineMs);
  const newest = Math.max(
    0,
    ...(pollers ?? []).map(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1_000),
  );
  if (newest < Date.now() - POLLED_WITHIN_MS)
    throw new Problem('NoWorker', `no worker polls the task queue ${taskQueue}`);
}

/** By the tasks that wait for somebody to take them. */
async function assertTaken(presence: Presence, deadlineMs: number): Promise<void> {
  const { stats } = await described(presence, deadlineMs);
  if (
    Number(stats?.approximateBacklogCount ?? 0) > 0 &&
    Number(stats?.tasksDispatchRate ?? 0) === 0
  )
    throw new Problem('NoWorker', `no worker takes tasks of the task queue ${presence.taskQueue}`);
}

async function described({ client, taskQueue }: Presence, deadlineMs: number) {
  try {
    return await client.withDeadline(deadlineMs, () =>
      client.workflowService.describeTaskQueue({
        namespace: client.options.namespace,
        taskQueue: { name: taskQueue },
        taskQueueType: WORKFLOW_TASKS,
        reportStats: true,
      }),
    );
  } catch (error) {
    const problem = problemOf(error);
    throw problem.problem === 'TemporalRefused'
      ? problem
      : new Problem('TemporalUnreachable', undefined, { cause: error });
  }
}

/** A worker that cannot read what it is to work on fails the journey's task, again and again. */
async function whyNotTaken(client: Client, workflowId: string, error: unknown): Promise<Problem> {
  const away = new Problem('NoWorker', 'no worker answers for this journey', { cause: error });
  try {
    const { history } = await client.withDeadline(Date.now() + 1_000, () =>
      client.workflowService.getWorkflowExecutionHistoryReverse({
        namespace: client.options.namespace,
        execution: { workflowId },
        maximumPageSize: 5,
      }),
    );
    const failed = history?.events?.find(
      ({ workflowTaskFailedEventAttributes: task }) => task != null,
    )?.workflowTaskFailedEventAttributes?.failure?.applicationFailureInfo?.type;
    return failed && PAYLOAD_KEY_ERRORS.has(failed)
      ? new Problem('PayloadKey', 'the workers cannot read what this gateway has written', {
          cause: error,
        })
      : away;
  } catch {
    return away;
  }
}

const PAYLOAD_KEY_ERRORS = new Set(['UnknownPayloadKeyError', 'WrongPayloadKeyError']);
