import type { PurchaseFact, RefundFact } from '../../activities/purchase.js';
import { reversalRefundNo } from './reversal-number.js';

/**
 * Refunds of their own that have given something of an order back, or may be giving it back: of a reversal, which gives back the whole,
 * they are no part.
 *
 * @returns them by their numbers, for an operator; nothing where there are none.
 */
export function refundsOfOthers(
  { refunds, unnamedRefunds = [] }: PurchaseFact,
  partnerReferenceNo: string,
): string | undefined {
  const own = reversalRefundNo(partnerReferenceNo);
  const named = Object.entries(refunds).filter(([number]) => number !== '' && number !== own);
  const unnamed = unnamedRefunds.map((refund): [string, RefundFact] => [NAMELESS, refund]);
  const others = [...named, ...unnamed].filter(([, { status }]) => status !== 'failed');
  return others.length > 0 ? others.map(told).join(', ') : undefined;
}

const NAMELESS = 'a refund without its number';

const told = ([number, { status, amount }]: [string, RefundFact]) =>
  [number, amount, status === 'pending' && 'which is under way'].filter(Boolean).join(' ');

/** What an operator is told of them. */
export const leftTo = (others: string): string =>
  `it was paid, and is given back by refunds of their own: ${others}. Ask again once those under way are done; then record it as paid, and give back what they leave by another refund`;
