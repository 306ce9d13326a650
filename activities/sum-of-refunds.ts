import type { Absence } from './calling/absence.js';
import { type PollingDelays, stillPending } from './calling/ask.js';
import { LagOfHistory } from './lag-of-history.js';
import type { PurchaseFact, PurchaseKey } from './purchase-fact.js';
import { isSumUntold, withRefundsCounted } from './purchase-shown.js';
import type { createRefundInHistory } from './refund-in-history.js';

const AGAIN: PollingDelays = { firstMs: 500, factor: 1.6, mostMs: 15_000 };
/** A call's time and two quiet times. */
const IN_FULL = { mayBeUnderWay: true } as const;

/** Whether whoever asks ends with what a purchase's status says went back. */
export interface SumAsked {
  readonly isSumAsked?: true;
}

/**
 * DOKU may show a purchase as refunded of which a part went back, and list no refund of it (doku-api §10.0, row 15, and §10.13): that
 * alone is no proof of the whole (money rule 4). History tells what a reversal gave back, under the purchase's own number; where it
 * does not, nobody may guess.
 */
export function createSumOfRefunds(
  withRefund: ReturnType<typeof createRefundInHistory>,
  absence: Pick<Absence, 'hasHadTime'>,
) {
  const lag = new LagOfHistory(absence);
  return async (key: PurchaseKey & SumAsked, fact: PurchaseFact): Promise<PurchaseFact> => {
    const { partnerReferenceNo: number } = key;
    if (!key.isSumAsked || !isSumUntold(fact, number)) return fact;
    const asked = { ...key, partnerRefundNo: number };
    const found = withRefundsCounted(await withRefund(asked, fact));
    const doubt = found.doubt ?? doubtOfSum(found, number);
    if (doubt === undefined) return found;
    lag.note(number);
    if (lag.mayEnd(number, IN_FULL)) throw stillPending(`DOKU does not tell: ${doubt}`, AGAIN);
    return { ...found, mayBeUnnamed: true, doubt };
  };
}

/** @returns what an operator is to be asked, where nothing tells that it went back whole. */
export const doubtOfSum = (fact: PurchaseFact, partnerRefundNo: string): string | undefined =>
  isSumUntold(fact, partnerRefundNo)
    ? 'refunds of which nothing tells how much went back'
    : undefined;
