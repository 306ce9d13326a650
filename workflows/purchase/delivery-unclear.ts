import { leftTo, refundsOfOthers } from './refunds-of-others.js';
import type { StepOf } from './state.js';

/** What an operator is asked where nobody may guess whether a paid order was delivered, and what he can decide. */
export function toAskOf({ fact, why }: StepOf<'delivery-unclear'>, partnerReferenceNo: string) {
  const others = refundsOfOthers(fact, partnerReferenceNo);
  if (others)
    return { reason: why, check: [leftTo(others)], decisions: ['ask-again', 'record-paid'] };
  return {
    reason: why,
    check: ['Was the order delivered? Then record it as paid; otherwise reverse it.'],
    decisions: ['record-paid', 'reverse'],
  };
}
