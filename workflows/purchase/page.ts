import { proxyLocalActivities, TemporalFailure } from '@temporalio/workflow';
import type { Move } from '../../activities/calling/move.js';
import type { PurchaseActivities, PurchaseOrder, PurchasePage } from '../../activities/purchase.js';
import { FIRST_MOVE, WITHIN_FIRST_TASK_MS } from '../mechanisms/call-options.js';
import { firstTaskTry } from '../mechanisms/first-task.js';

const firstMoves =
  proxyLocalActivities<Pick<PurchaseActivities, 'requestPurchaseWithinTask'>>(FIRST_MOVE);

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
