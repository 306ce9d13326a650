import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { PurchaseActivities } from '../../activities/purchase.js';
import { LOOK, MOVE, QUESTION, WAIT } from './call-options.js';

export const moves =
  proxyActivities<
    Pick<PurchaseActivities, 'requestPurchase' | 'cancelPurchase' | 'refundPurchase'>
  >(MOVE);

export const questions = proxyActivities<Pick<PurchaseActivities, 'queryPurchase'>>(QUESTION);

export const looks = proxyLocalActivities<Pick<PurchaseActivities, 'lookAtPurchase'>>(LOOK);

export const waits = proxyActivities<Pick<PurchaseActivities, 'awaitPurchaseEnd'>>(WAIT);
