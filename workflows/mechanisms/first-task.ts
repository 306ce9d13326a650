import { proxyLocalActivities, TemporalFailure, workflowInfo } from '@temporalio/workflow';
import type { Move } from '../../activities/calling/move.js';
import type { PurchaseActivities, PurchaseOrder, PurchasePage } from '../../activities/purchase.js';
import { FIRST_MOVE, WITHIN_FIRST_TASK_MS } from './call-options.js';

const firstMoves =
  proxyLocalActivities<Pick<PurchaseActivities, 'requestPurchaseWithinTask'>>(FIRST_MOVE);

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
function firstTaskTry(): 'first' | 'again' | 'no' {
  const { taskTimeoutMs, historyLength } = workflowInfo();
  if (taskTimeoutMs < LEAST_TASK_TIMEOUT_MS) return 'no';
  return historyLength === EVENTS_OF_FIRST_TRY ? 'first' : 'again';
}

/**
 * Purchase Web within the journey's first workflow task, which spares it an activity and a second task.
 *
 * @returns nothing where it has to be sent by an activity of its own, as nothing was sent.
 */
export async function requestPurchaseWithinTask(
  order: PurchaseOrder,
  summary: string,
): Promise<Move<PurchasePage> | undefined> {
  const attempt = firstTaskTry();
  if (attempt === 'no') return undefined;
  if (attempt === 'again') return { kind: 'doubtful', doubt: 'worker-lost' };
  const notAfter = new Date(Date.now() + WITHIN_FIRST_TASK_MS).toISOString();
  try {
    const answer = await firstMoves.requestPurchaseWithinTask.executeWithOptions({ summary }, [
      { ...order, notAfter },
    ]);
    return answer.kind === 'not-sent' ? undefined : answer;
  } catch (error) {
    // A local activity's own failure comes as it is, a time-out as an ActivityFailure.
    if (!(error instanceof TemporalFailure)) throw error;
    return { kind: 'doubtful', doubt: 'timed-out' };
  }
}
