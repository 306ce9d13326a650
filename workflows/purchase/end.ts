import type { Move } from '../../activities/calling/move.js';
import type { PurchaseFact } from '../../activities/purchase.js';
import type {
  PurchaseEndReason,
  PurchaseOutcome,
  PurchaseResult,
} from '../../contract/purchase.js';
import { refusedWith } from '../mechanisms/refused-with.js';

/** What the end of a purchase adds to what was known of it all along. */
export type End = Omit<
  PurchaseResult,
  'partnerReferenceNo' | 'amount' | 'referenceNo' | 'resolution'
>;

/** Why a purchase is undone, or was. */
export interface Undo {
  readonly reason: PurchaseEndReason;
  /** The merchant's or operator's words. */
  readonly note?: string;
}

export const paidBy = (fact: PurchaseFact, reason: PurchaseEndReason): End => ({
  outcome: 'paid',
  ...(fact.paidTime && { paidTime: fact.paidTime }),
  ...(fact.feeAmount && { feeAmount: fact.feeAmount }),
  reason,
});

export const declinedBy = (refused: Extract<Move<unknown>, { kind: 'refused' }>): End => ({
  outcome: 'declined',
  reason: 'refused-by-doku',
  refusal: refused.refusal,
  ...refusedWith(refused),
});

/**
 * The end that DOKU's word, or an operator's in its place, proves.
 *
 * @param agreedAmount - what DOKU holds instead of the order's own amount, where an operator decided in view of that.
 */
export function endOf(
  fact: PurchaseFact,
  undo: Undo,
  isByOperator: boolean,
  agreedAmount: string | undefined,
): End {
  const isDeclined = fact.status === 'failed' && undo.reason === 'ended-at-doku';
  const outcome = outcomeOf(fact);
  return {
    outcome,
    reason: isByOperator ? 'operator-resolved' : isDeclined ? 'customer-declined' : undo.reason,
    ...(fact.paidTime && { paidTime: fact.paidTime }),
    ...(outcome === 'paid' && fact.feeAmount && { feeAmount: fact.feeAmount }),
    ...(undo.note && { note: undo.note }),
    ...(agreedAmount !== undefined && fact.amount === agreedAmount && { heldAmount: agreedAmount }),
  };
}

/** Whether no money is or will be with the merchant. */
export const isOver = ({ status }: PurchaseFact) =>
  status === 'cancelled' || status === 'refunded' || status === 'failed';

function outcomeOf(fact: PurchaseFact): PurchaseOutcome {
  switch (fact.status) {
    case 'success':
      return 'paid';
    case 'cancelled':
    case 'refunded':
      return fact.status;
    case 'failed':
      return /expire/i.test(fact.description ?? '') ? 'expired' : 'declined';
    case 'not-found':
    case 'open':
    case 'unknown':
      return 'expired';
    default:
      return fact.status satisfies never;
  }
}
