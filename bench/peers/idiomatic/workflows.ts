/**
 * A purchase as Temporal's documentation and samples write it: an activity a call, a signal that wakes a timer loop, and
 * a query that a client repeats until the page is there.
 *
 * In its favour: the first search attributes come with the start, both tokens are fetched side by side, the first
 * question waits for a poll interval or a notification, and of DOKU's answers only what is needed is kept. Against it:
 * for slow polling Temporal's documentation also shows retries of one activity, as the product does; and no answer is
 * doubted, so that it is fast where the product must be careful.
 *
 * @module
 */
import {
  ActivityFailure,
  condition,
  defineQuery,
  defineSignal,
  proxyActivities,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { searchAttributes } from '../../../contract/search-attributes.js';
import type { Order } from '../../contender.js';
import { isFinal, outcomeOf } from '../final.js';
import type { PurchaseFact, PurchasePage } from '../purchase-calls.js';
import type { CallTokens } from '../setting.js';
import type { Activities } from './activities.js';
import { PurchaseTokens } from './tokens.js';

const { requestPurchase, queryPurchase, cancelPurchase } = proxyActivities<Activities>({
  startToCloseTimeout: '20 seconds',
});

export interface PurchaseInput extends Order {
  readonly pollMs: number;
  readonly payWithinMs: number;
  /** Whether tokens have activities of their own, or the calls' activities see to them by themselves. */
  readonly hasTokenActivities: boolean;
}

export interface PurchaseResult {
  readonly outcome: string;
  readonly referenceNo?: string;
  readonly paidTime?: string;
}

export const redirectQuery = defineQuery<string | undefined>('redirect');
export const notifiedSignal = defineSignal('notified');

export async function purchase(input: PurchaseInput): Promise<PurchaseResult> {
  const { partnerReferenceNo, customerId, amount, pollMs, payWithinMs } = input;
  const key = { partnerReferenceNo, customerId };
  const payBy = Date.now() + payWithinMs;
  const tokens = new PurchaseTokens(customerId);
  const called = <T>(call: (...given: [CallTokens] | []) => Promise<T>) =>
    input.hasTokenActivities ? tokens.callWith(call) : call();
  let page: PurchasePage | undefined;
  let isNotified = false;
  setHandler(redirectQuery, () => page?.webRedirectUrl);
  setHandler(notifiedSignal, () => {
    isNotified = true;
  });

  try {
    page = await called((...given) => requestPurchase({ ...key, amount }, ...given));
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    enter('declined');
    return { outcome: 'declined' };
  }
  enter('awaiting-payment');

  let fact: PurchaseFact;
  do {
    // The customer has only just seen the page: wait first, ask then.
    const leftMs = payBy - Date.now();
    const isWoken = await condition(
      () => isNotified,
      leftMs > 0 ? Math.min(pollMs, leftMs) : pollMs,
    );
    isNotified = false;
    if (!isWoken && Date.now() >= payBy) await called((...given) => cancelPurchase(key, ...given));
    fact = await called((...given) => queryPurchase(key, ...given));
  } while (!isFinal(fact.status));

  const outcome = outcomeOf(fact.status);
  enter(outcome);
  const { referenceNo } = page;
  const { paidTime } = fact;
  return { outcome, ...(referenceNo && { referenceNo }), ...(paidTime && { paidTime }) };
}

const enter = (status: string) =>
  upsertSearchAttributes([{ key: searchAttributes.journeyStatus, value: status }]);
