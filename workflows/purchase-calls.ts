import { proxyActivities } from '@temporalio/workflow';
import type { PurchaseActivities } from '../activities/purchase.js';

/**
 * A call that may move money runs once: the second attempt only tells that the first was lost with its
 * worker (see `activities/move.ts`). 20 s leave room for one renewal of a token and two 10 s requests cut
 * short by it; a lost worker is noticed no later than that.
 */
export const moves = proxyActivities<
  Pick<PurchaseActivities, 'requestPurchase' | 'cancelPurchase' | 'refundPurchase'>
>({
  startToCloseTimeout: '20 seconds',
  retry: { maximumAttempts: 2, initialInterval: '1 second' },
});

/** How long DOKU may fail to answer one question before an operator is asked to look. */
const PATIENCE = '24 hours';

export const questions = proxyActivities<Pick<PurchaseActivities, 'queryPurchase'>>({
  startToCloseTimeout: '20 seconds',
  scheduleToCloseTimeout: PATIENCE,
  // The activity plans its own delays; this one only follows a lost worker.
  retry: { initialInterval: '1 second', backoffCoefficient: 1 },
});

/** Open as long as the journey waits; the journey's own timer ends it. */
export const waits = proxyActivities<Pick<PurchaseActivities, 'awaitPurchaseEnd'>>({
  startToCloseTimeout: '20 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 1 },
});
