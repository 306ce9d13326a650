import { proxyActivities } from '@temporalio/workflow';
import type { PurchaseActivities } from '../../activities/purchase.js';
import { MOVE, QUESTION, WAIT } from './call-options.js';

export const moves =
  proxyActivities<
    Pick<PurchaseActivities, 'requestPurchase' | 'cancelPurchase' | 'refundPurchase'>
  >(MOVE);

export const questions = proxyActivities<Pick<PurchaseActivities, 'queryPurchase'>>(QUESTION);

export const waits = proxyActivities<Pick<PurchaseActivities, 'awaitPurchaseEnd'>>(WAIT);

/** DOKU may work on a refund for days; after two weeks an operator is asked. */
export const refundWaits = proxyActivities<Pick<PurchaseActivities, 'awaitRefundEnd'>>({
  ...WAIT,
  scheduleToCloseTimeout: '14 days',
});
