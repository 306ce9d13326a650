import { ApplicationFailure } from '@temporalio/common';
import type { Order } from '../../contender.js';
import { CallFailedError, type PurchaseCalls, type PurchaseKey } from '../purchase-calls.js';
import type { CallTokens, PeerSetting } from '../setting.js';
import { UNAUTHORIZED } from './unauthorized.js';

/**
 * An activity a call. Tokens are results and arguments like all else, as any worker may run the next activity; without
 * them a call uses those of its own process.
 */
export function createActivities({ calls, callsWith, tokens }: PeerSetting) {
  const callsBy = (given: CallTokens | undefined): PurchaseCalls =>
    given ? callsWith(given) : calls;
  return {
    /** From the process's cache: a token fetched anew would end those of all other purchases. */
    getB2BToken: (refusedGeneration?: number) => tokens.b2b(refusedGeneration),
    getCustomerToken: (customerId: string, refusedGeneration?: number) =>
      tokens.customer(customerId, refusedGeneration),
    requestPurchase: (order: Order, given?: CallTokens) =>
      asActivity(callsBy(given).requestPurchase(order)),
    queryPurchase: (key: PurchaseKey, given?: CallTokens) =>
      asActivity(callsBy(given).queryPurchase(key)),
    cancelPurchase: (key: PurchaseKey, given?: CallTokens) =>
      asActivity(callsBy(given).cancelPurchase(key)),
  };
}

export type Activities = ReturnType<typeof createActivities>;

/** Retried as Temporal does by default, but for DOKU's clear refusals. */
async function asActivity<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof CallFailedError)) throw error;
    if (error.credential)
      throw ApplicationFailure.nonRetryable(error.message, UNAUTHORIZED, error.credential);
    if (error.isFinal) throw ApplicationFailure.nonRetryable(error.message, 'Refused');
    throw error;
  }
}
