import { proxyActivities } from '@temporalio/workflow';
import type { PurchaseActivities } from '../../activities/purchase.js';
import { HISTORY_QUESTION, MOVE, WAIT } from './call-options.js';

export const moves =
  proxyActivities<
    Pick<PurchaseActivities, 'requestPurchase' | 'cancelPurchase' | 'refundPurchase'>
  >(MOVE);

/** A refund that the status does not list is looked for in the customer's history, which may be long, and DOKU slow. */
export const questions =
  proxyActivities<Pick<PurchaseActivities, 'queryPurchase'>>(HISTORY_QUESTION);

export const waits = proxyActivities<Pick<PurchaseActivities, 'awaitPurchaseEnd'>>(WAIT);

/** DOKU may work on a refund for days; after two weeks an operator is asked. */
export const refundWaits = proxyActivities<Pick<PurchaseActivities, 'awaitRefundEnd'>>({
  ...HISTORY_QUESTION,
  scheduleToCloseTimeout: '14 days',
  priority: { priorityKey: 3 },
});
