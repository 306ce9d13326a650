/**
 * Why nobody answers: Temporal is away, no worker is there, one cannot read what this backend wrote, or it takes its time.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import {
  type Breakage,
  DeadlineExceededError,
  type DokuJourneysError,
  JourneyBrokenError,
  JourneyUnreadableError,
  NoWorkerError,
} from '../errors.js';
import { isConnected } from './connected.js';
import { ownInput } from './own-input.js';
import { taskQueueSchema } from './task-queue.js';
import {
  GRPC,
  grpcOf,
  isOutOfTime,
  keyIdIn,
  misfitIn,
  theirMisfitIn,
  translated,
} from './translated.js';

/** Of Temporal: what workers ask a task queue for. */
const WORKFLOW_TASKS = 1;
export const ACTIVITIES = 2;
/** Of Temporal: a task, of either kind, that waits for a worker. */
export const SCHEDULED = 1;
/** A worker asks again after a minute at most. One that was killed is listed for some minutes more. */
const SEEN_WITHIN_MS = 90_000;
/** What the last tasks of a journey came to stands at the end of its history. */
const LAST_EVENTS = 20;

/** By Temporal's numbers of how a run has ended. */
const BREAKAGES: Readonly<Record<number, Breakage>> = {
  3: 'failed',
  4: 'cancelled',
  5: 'terminated',
  7: 'timed-out',
};

/** Whom a call waits for. */
export interface Asked {
  readonly taskQueue: string;
  /** Nothing where it is not of one journey. */
  readonly workflowId?: string | undefined;
  /** Of the update that it sent. */
  readonly updateId?: string | undefined;
}

/**
 * @param said - what Temporal said, where it did.
 * @returns the error that says why; never rejects.
 */
export async function whyUnanswered(
  client: Client,
  asked: Asked,
  said?: unknown,
): Promise<DokuJourneysError> {
  const { taskQueue, workflowId } = asked;
  try {
    const stands = workflowId === undefined ? undefined : await standingOf(client, workflowId);
    const queue = stands?.taskQueue ?? taskQueue;
    if (!(await hasWorker(client, queue)))
      return stands && queue !== taskQueue
        ? leftOn(queue, stands, taskQueue)
        : noWorker(`nobody polls ${taskQueue}`, taskQueue);
    const stuck =
      workflowId === undefined
        ? undefined
        : await stuckOn(client, { taskQueue: queue, workflowId });
    if (stuck) return stuck;
    const of = workflowId === undefined ? '' : ` of ${workflowId}`;
    const { code } = grpcOf(said) ?? {};
    return code === GRPC.FAILED_PRECONDITION
      ? new NoWorkerError(`the workers cannot answer${of} now`, { cause: said, taskQueue: queue })
      : notInTime(of, said);
  } catch (error) {
    // Asked in time, and not answered: it is away, or has too much to do.
    return isOutOfTime(error) && isConnected(client)
      ? notInTime('', error)
      : translated(error, workflowId ?? taskQueue);
  }
}

const notInTime = (of: string, cause: unknown) =>
  new DeadlineExceededError(
    `no answer in time${of}: it may still come. Call again with the same arguments`,
    { cause },
  );

const noWorker = (why: string, taskQueue: string) =>
  new NoWorkerError(`no worker answers, as ${why}: are the workers up, and on this task queue?`, {
    taskQueue,
  });

interface Standing {
  readonly workflowId: string;
  readonly taskQueue: string | undefined;
  readonly how: Breakage | undefined;
}

/** On which task queue a journey was begun, and how it broke; nothing where there is none. */
async function standingOf(client: Client, workflowId: string): Promise<Standing | undefined> {
  try {
    const { executionConfig, workflowExecutionInfo } =
      await client.workflowService.describeWorkflowExecution({
        namespace: client.options.namespace,
        execution: { workflowId },
      });
    const taskQueue = executionConfig?.taskQueue?.name ?? undefined;
    return { workflowId, taskQueue, how: BREAKAGES[Number(workflowExecutionInfo?.status)] };
  } catch (error) {
    if (grpcOf(error)?.code === GRPC.NOT_FOUND) return undefined;
    throw error;
  }
}

/** Of what was begun on another task queue than the caller's, as by one whose DOKU_TASK_QUEUE was misspelt. */
function leftOn(queue: string, { workflowId, how }: Standing, asked: string): DokuJourneysError {
  if (how) return brokenBefore(workflowId, how);
  // Anybody who reaches Temporal may have named it.
  const named = taskQueueSchema.safeParse(queue).success ? queue : 'of another name';
  return new NoWorkerError(
    `no worker answers, as ${workflowId} was begun on the task queue ${named}, which nobody polls, and not on ${asked}: it goes on once a worker with DOKU_TASK_QUEUE=${named} is there`,
    { isElsewhere: true },
  );
}

const brokenBefore = (workflowId: string, how: Breakage) =>
  new JourneyBrokenError(`${workflowId} was ${how} before it could answer`, how);

/** Whether a worker has asked for workflow tasks, or for activities, lately, or since a time, in milliseconds since the epoch. */
export async function hasWorker(
  client: Client,
  taskQueue: string,
  since = Date.now() - SEEN_WITHIN_MS,
  taskQueueType = WORKFLOW_TASKS,
): Promise<boolean> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: taskQueue },
    taskQueueType,
  });
  return (pollers ?? []).some(({ lastAccessTime }) => msOf(lastAccessTime) >= since);
}

/** Whether a worker has tried a run's next task, and failed. */
export async function isFailing(
  client: Client,
  { workflowId, runId }: { readonly workflowId: string; readonly runId: string },
): Promise<boolean> {
  const { pendingWorkflowTask } = await client.workflowService.describeWorkflowExecution({
    namespace: client.options.namespace,
    execution: { workflowId, runId },
  });
  return Number(pendingWorkflowTask?.attempt ?? 0) > 1;
}

async function stuckOn(
  client: Client,
  { taskQueue, workflowId }: { readonly taskQueue: string; readonly workflowId: string },
): Promise<DokuJourneysError | undefined> {
  const { namespace } = client.options;
  const { pendingWorkflowTask, workflowExecutionInfo } =
    await client.workflowService.describeWorkflowExecution({
      namespace,
      execution: { workflowId },
    });
  const how = BREAKAGES[Number(workflowExecutionInfo?.status)];
  if (how) return brokenBefore(workflowId, how);
  // Another backend's key: whoever began it, its workers cannot read this one's messages.
  const unread = await ownInput(client, { workflowId }).then(
    () => undefined,
    (error: unknown) => whoseKey(client, workflowId, error),
  );
  if (unread) return unread;
  const failed = await failedTaskOf(client, workflowId);
  if (failed) return failed;
  if (Number(pendingWorkflowTask?.state) !== SCHEDULED) return undefined;
  // Who has asked for work since then has too much of it, and is not away.
  return (await hasWorker(client, taskQueue, msOf(pendingWorkflowTask?.scheduledTime)))
    ? undefined
    : noWorker(`none on ${taskQueue} has taken ${workflowId}`, taskQueue);
}

/**
 * Of a journey whose input this backend cannot read: whether its workers can.
 *
 * @returns nothing where no payload key is the reason.
 */
export async function whoseKey(
  client: Client,
  workflowId: string,
  error: unknown,
): Promise<DokuJourneysError | undefined> {
  const misfit = misfitIn(error, workflowId);
  if (!misfit) return undefined;
  // Workers whose very failures this backend cannot read have keys that it lacks.
  const failure = await failureOf(client, workflowId).catch(() => undefined);
  const theirs = theirMisfitIn(failure);
  if (!failure || !theirs) return misfit;
  const hasActed = await mayHaveActed(client, workflowId);
  // What they cannot read may be a message of this backend's, under the same key's ID.
  const isSame = keyIdIn(failure) === keyIdIn(error as Error);
  const isKnown = (error as Error).name !== 'UnknownPayloadKeyError';
  if (!isSame || (isKnown && hasActed)) return theirs;
  const money = hasActed
    ? 'look up at DOKU first where its money is, as nobody reverses it then'
    : 'no worker has begun it, so that nothing was asked of DOKU and no money moves';
  return new JourneyUnreadableError(
    `${workflowId} was begun with a payload key${keyIdIn(error as Error)} that neither the workers nor this backend have. Give the workers that key, and it goes on; or end it, in Temporal's UI (Terminate) or by \`temporal workflow terminate --workflow-id ${workflowId}\` (${money}) and take another number`,
    { cause: error },
  );
}

/** Whether a worker has ever read it. */
async function mayHaveActed(client: Client, workflowId: string): Promise<boolean> {
  const { history, nextPageToken } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: { workflowId },
    maximumPageSize: LAST_EVENTS,
  });
  const events = history?.events ?? [];
  const started = events[0]?.workflowExecutionStartedEventAttributes;
  return (
    Boolean(started?.continuedExecutionRunId) ||
    Boolean(nextPageToken?.length) ||
    events.some((event) => event.workflowTaskCompletedEventAttributes)
  );
}

/** Milliseconds since the epoch of a time as Temporal writes it. */
export const msOf = (
  time: { seconds?: unknown; nanos?: number | null } | null | undefined,
): number => Number(time?.seconds ?? 0) * 1_000 + (time?.nanos ?? 0) / 1e6;

/**
 * Temporal's numbers of why a task failed that its workers have not failed on: there was news, it was to be taken by another worker, or
 * the run was closed, reset or paused.
 */
const NOT_THE_WORKERS: ReadonlySet<number> = new Set([1, 13, 17, 18, 20, 31, 39]);

/** What a journey's workers fail with, where they do. What they cannot read was written with another key. */
async function failedTaskOf(
  client: Client,
  workflowId: string,
): Promise<DokuJourneysError | undefined> {
  try {
    const error = await failureOf(client, workflowId);
    return (
      error &&
      (theirMisfitIn(error) ??
        new DeadlineExceededError(
          `no answer of ${workflowId}: its workers fail on it, and go on once they are mended`,
          { cause: error },
        ))
    );
  } catch (error) {
    const misfit = misfitIn(error);
    if (misfit) return misfit;
    throw error;
  }
}

/** What the last task of a journey failed with, where it did. @throws what keeps this backend from reading it. */
async function failureOf(client: Client, workflowId: string): Promise<Error | undefined> {
  const { namespace, loadedDataConverter } = client.options;
  const { history } = await client.workflowService.getWorkflowExecutionHistoryReverse({
    namespace,
    execution: { workflowId },
    maximumPageSize: LAST_EVENTS,
  });
  const last = history?.events?.find(
    (event) =>
      event.workflowTaskFailedEventAttributes || event.workflowTaskCompletedEventAttributes,
  );
  const { failure, cause } = last?.workflowTaskFailedEventAttributes ?? {};
  if (!failure || NOT_THE_WORKERS.has(Number(cause))) return undefined;
  const { decodeOptionalFailureToOptionalError } = await import(
    '@temporalio/common/lib/internal-non-workflow/index.js'
  );
  // For whichever workflow it was written, as a worker that cannot read one writes it for none.
  return decodeOptionalFailureToOptionalError(loadedDataConverter, failure);
}
