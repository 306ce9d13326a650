import { workflowInfo } from '@temporalio/workflow';

/**
 * How long Temporal must let a worker have the task: the SDK asks for more time, by a task that looks like another one,
 * when four fifths of it are over, and by then the call has ended (`WITHIN_FIRST_TASK_MS`).
 */
const LEAST_TASK_TIMEOUT_MS = 20_000;

/** The journey started, its first task was scheduled, a worker began it. */
const EVENTS_OF_FIRST_TRY = 3;

/**
 * Whether a call that must not be repeated may be made within the workflow task that is being done now, by a local
 * activity.
 *
 * A worker that is lost meanwhile leaves no trace of the call, so that the next one would make it again. But Temporal
 * notes that it hands the task out again, and the history is longer then.
 *
 * @returns `no`: the task is not long enough, as of journeys that began before calls were made in it.
 */
export function firstTaskTry(): 'first' | 'again' | 'no' {
  const { taskTimeoutMs, historyLength } = workflowInfo();
  if (taskTimeoutMs < LEAST_TASK_TIMEOUT_MS) return 'no';
  return historyLength === EVENTS_OF_FIRST_TRY ? 'first' : 'again';
}
