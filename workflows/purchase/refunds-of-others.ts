import type { PurchaseFact } from '../../activities/purchase.js';
import { reversalRefundNo } from './reversal-number.js';

/**
 * What refunds of their own have given back of an order, or may be giving back: of a reversal, which gives the whole back, they are
 * no part.
 *
 * @returns them by their numbers, for an operator; nothing where there are none.
 */
export function refundsOfOthers(
  { refunds }: PurchaseFact,
  partnerReferenceNo: string,
): string | undefined {
  const own = reversalRefundNo(partnerReferenceNo);
  const others = Object.entries(refunds).flatMap(([number, { status, amount }]) =>
    number === own || status === 'failed' ? [] : [told(number, amount)],
  );
  return others.length > 0 ? others.join(', ') : undefined;
}

const told = (number: string, amount = '') =>
  [number || 'a refund without its number', amount].filter(Boolean).join(' ');

/** What an operator is told of them. */
export const restGoesBackBy = (others: string): string =>
  `it is paid, and ${others} gave some of it back: record it as paid, and give back the rest by a refund of its own`;
