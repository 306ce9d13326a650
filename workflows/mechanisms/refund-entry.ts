import type { RefundFact } from '../../activities/purchase.js';

/** @returns what of an entry in DOKU's refunds is not as it was asked for under its number (money rule 7). */
export function refundMisfit(entry: RefundFact | undefined, amount: string): string | undefined {
  return entry?.amount === undefined || entry.amount === amount
    ? undefined
    : `a refund of another amount under the same number, ${entry.amount}`;
}
