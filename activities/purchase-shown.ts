/**
 * What an answer of Query Purchase says, also by what it lists of refunds.
 *
 * @module
 */

import { amountValueSchema, senOf } from '../contract/money.js';
import { ownMember } from '../contract/own-member.js';
import type { PurchaseFact, RefundFact } from './purchase-fact.js';
import { amountText } from './snap/amount.js';
import type { PurchaseStatusResponse } from './snap/endpoints/purchase-status.js';
import { refundStatusOf, shownStatus, transactionStatusOf } from './snap/transaction-status.js';

/** DOKU's answer to Query Purchase. */
export function shownPurchase(answer: PurchaseStatusResponse | 'not-found'): PurchaseFact {
  if (answer === 'not-found') return { status: 'not-found', refunds: {} };
  const entries = (answer.refundHistory ?? []).map((entry): [string, RefundFact] => [
    entry.partnerRefundNo,
    {
      ...shownStatus(refundStatusOf, entry.refundStatus),
      ...(entry.refundAmount && { amount: amountText(entry.refundAmount) }),
    },
  ]);
  const unnamed = entries.filter(([number]) => number === '').map(([, refund]) => refund);
  return {
    ...shownStatus(transactionStatusOf, answer.latestTransactionStatus),
    ...(answer.originalReferenceNo && { referenceNo: answer.originalReferenceNo }),
    ...(answer.paidTime && { paidTime: answer.paidTime }),
    ...(answer.transAmount && { amount: amountText(answer.transAmount) }),
    ...(answer.feeAmount && { feeAmount: amountText(answer.feeAmount) }),
    ...(answer.transactionStatusDesc && { description: answer.transactionStatusDesc }),
    refunds: Object.fromEntries(entries),
    ...(unnamed.length > 0 && { unnamedRefunds: unnamed }),
  };
}

/**
 * The status by what its refunds come to, where DOKU tells all amounts: it may go on showing a purchase as paid of which all went
 * back, and show one as refunded of which a part did (doku-api §10.0, row 15).
 */
export function withRefundsCounted(fact: PurchaseFact): PurchaseFact {
  const { status } = fact;
  if (status !== 'success' && status !== 'refunded') return fact;
  const { isAll, isTold, isNone } = countOf(fact);
  if (isAll) return { ...fact, status: 'refunded' };
  return isTold && !isNone ? { ...fact, status: 'success' } : fact;
}

/**
 * Whether DOKU shows as refunded what nothing that it lists proves to have gone back whole: it may show so what went back in part.
 *
 * @param partnerRefundNo - of a refund of the whole: its entry tells.
 */
export function isSumUntold(fact: PurchaseFact, partnerRefundNo: string): boolean {
  const own = ownMember(fact.refunds, partnerRefundNo)?.status;
  if (fact.status !== 'refunded' || (own !== undefined && own !== 'failed')) return false;
  return !countOf(fact).isAll;
}

interface Count {
  /** What went back comes to all that was paid. */
  readonly isAll: boolean;
  /** DOKU tells what was paid, and all that went back. */
  readonly isTold: boolean;
  /** It lists no refund that is done. */
  readonly isNone: boolean;
}

function countOf({ amount, refunds, unnamedRefunds = [] }: PurchaseFact): Count {
  const { '': _, ...named } = refunds;
  const done = [...Object.values(named), ...unnamedRefunds].filter(
    (refund) => refund.status === 'success',
  );
  const [paid, ...back] = [amount, ...done.map((refund) => refund.amount)].map(rupiahIn);
  const told = back.filter((sen) => sen !== undefined);
  const isNone = back.length === 0;
  return {
    isAll: paid !== undefined && !isNone && told.reduce((sum, sen) => sum + sen, 0n) >= paid,
    isTold: paid !== undefined && told.length === back.length,
    isNone,
  };
}

/** Sen, where DOKU tells an amount of rupiah. */
const rupiahIn = (amount: string | undefined): bigint | undefined =>
  amountValueSchema.safeParse(amount).success ? senOf(amount as string) : undefined;

/** Whether an entry without its number may be the refund that was sent, which is not there under its own. */
export const mayBeUnnamed = (
  { refunds, unnamedRefunds = [] }: PurchaseFact,
  { partnerRefundNo, amount }: { partnerRefundNo?: string; amount?: string } = {},
): boolean =>
  amount !== undefined &&
  ownMember(refunds, partnerRefundNo ?? '') === undefined &&
  unnamedRefunds.some((one) => one.status !== 'failed' && (one.amount ?? amount) === amount);

/** Whether another refund is on its way, as far as DOKU shows. */
export const hasPendingOthers = (
  { refunds }: PurchaseFact,
  { partnerRefundNo }: { partnerRefundNo: string },
): boolean =>
  Object.entries(refunds).some(
    ([number, { status }]) => number !== partnerRefundNo && status === 'pending',
  );
