import { proxyActivities } from '@temporalio/workflow';
import type { PurchaseActivities } from '../activities/purchase.js';
import { MOVE, QUESTION, WAIT } from './calls.js';

export const moves =
  proxyActivities<
    Pick<PurchaseActivities, 'requestPurchase' | 'cancelPurchase' | 'refundPurchase'>
  >(MOVE);

export const questions = proxyActivities<Pick<PurchaseActivities, 'queryPurchase'>>(QUESTION);

export const waits = proxyActivities<Pick<PurchaseActivities, 'awaitPurchaseEnd'>>(WAIT);
