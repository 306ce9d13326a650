/**
 * What purchases did within a workflow task, by local activities, before `page-by-activity` and `look-by-activity`. No worker
 * starts them any more: with a query under way they left histories that do not replay (SDK 1.24, money rule 12). Here they are
 * only read again from the histories of journeys that began before.
 *
 * @module
 */
import {
  type LocalActivityOptions,
  patched,
  proxyLocalActivities,
  TemporalFailure,
  workflowInfo,
} from '@temporalio/workflow';
import type { Move } from '../../activities/calling/move.js';
import type {
  PurchaseFact,
  PurchaseKey,
  PurchaseOrder,
  PurchasePage,
} from '../../activities/purchase.js';

interface WithinTask {
  requestPurchaseWithinTask(order: PurchaseOrder): Promise<Move<PurchasePage>>;
  lookAtPurchase(key: PurchaseKey): Promise<PurchaseFact>;
}

const within = (time: '15 seconds' | '5 seconds') =>
  ({
    startToCloseTimeout: time,
    scheduleToCloseTimeout: time,
    retry: { maximumAttempts: 1 },
  }) satisfies LocalActivityOptions;

const { requestPurchaseWithinTask } = proxyLocalActivities<WithinTask>(within('15 seconds'));
const { lookAtPurchase } = proxyLocalActivities<WithinTask>(within('5 seconds'));

/** The workflow task timeout from which on it was done. */
const LEAST_TASK_TIMEOUT_MS = 20_000;
/** The journey started, its first task was scheduled, a worker began it. */
const EVENTS_OF_FIRST_TRY = 3;

/** @returns what the first request came to, where it was made so. */
export async function requestedWithinTask(
  order: PurchaseOrder,
  summary: string,
): Promise<Move<PurchasePage> | undefined> {
  const { taskTimeoutMs, historyLength } = workflowInfo();
  if (taskTimeoutMs < LEAST_TASK_TIMEOUT_MS || patched('page-by-activity')) return undefined;
  if (historyLength !== EVENTS_OF_FIRST_TRY) return { kind: 'doubtful', doubt: 'worker-lost' };
  try {
    const answer = await requestPurchaseWithinTask.executeWithOptions({ summary }, [order]);
    return answer.kind === 'not-sent' ? undefined : answer;
  } catch (error) {
    // A local activity's own failure comes as it is, a time-out as an ActivityFailure.
    if (!(error instanceof TemporalFailure)) throw error;
    return { kind: 'doubtful', doubt: 'timed-out' };
  }
}

/** @returns what a look came to, where it was had so. */
export async function seenWithinTask(
  key: PurchaseKey,
  page: PurchasePage | undefined,
): Promise<PurchaseFact | undefined> {
  if (page?.isLookedIntoByActivity || patched('look-by-activity')) return undefined;
  try {
    return await lookAtPurchase(key);
  } catch (error) {
    if (!(error instanceof TemporalFailure)) throw error;
    return undefined;
  }
}
