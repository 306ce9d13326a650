/**
 * Before a refund is rejected for what DOKU says: its word may be one of before, and of what it has it may not list all.
 *
 * @module
 */

import { patched } from '@temporalio/workflow';
import type { Sent } from '../../activities/calling/absence.js';
import type { PurchaseFact } from '../../activities/purchase.js';
import { ownMember } from '../../contract/own-member.js';
import type { ParsedRefundInput, RefundRejection } from '../../contract/refund.js';
import { LONG_AGO } from '../mechanisms/run-of-move.js';
import type { Known } from '../mechanisms/truth.js';
import { type End, refusalBy, rejected } from './fact.js';

const BY_DOKU: readonly (RefundRejection | undefined)[] = [
  'above-paid',
  'not-refundable',
  'not-settled',
  'refused-by-doku',
];
/** What DOKU's status alone says, and may take back. */
const BY_STATUS: readonly (RefundRejection | undefined)[] = ['above-paid', 'not-refundable'];

/** What DOKU shows of a purchase that was paid once, from a replica that lags behind. */
export const isStale = ({ status }: PurchaseFact) =>
  (status === 'open' || status === 'not-found') && patched('a-lag-rejects-no-refund');

/**
 * DOKU's word before anything is sent, once it has had its time where it would reject the refund: the payment, or the end of
 * another refund, may not show yet (money rule 3).
 *
 * @param askAgain - what became of the payment, and of what was sent then.
 */
export async function unlessStale(
  fact: Known<PurchaseFact>,
  input: ParsedRefundInput,
  askAgain: (sent: Sent) => Promise<Known<PurchaseFact>>,
): Promise<Known<PurchaseFact>> {
  const isOwn = ownMember(fact.refunds, input.partnerRefundNo)?.status === 'success';
  if (isOwn || !refusalBy(fact, input) || !patched('a-lag-rejects-no-refund')) return fact;
  return askAgain(LONG_AGO);
}

/**
 * Before it is said that DOKU takes no such refund: a life of the journey that Temporal has forgotten may have made it, or a send
 * that DOKU's status does not list.
 *
 * @param ask - what became of what was sent then.
 * @returns nothing where DOKU does not say any more what it was rejected for: then the journey goes on.
 */
export async function unlessForgotten(
  end: End,
  input: ParsedRefundInput,
  ask: (sent: Sent) => Promise<Known<PurchaseFact>>,
  isDone: (fact: PurchaseFact) => boolean,
): Promise<End | undefined> {
  if (!BY_DOKU.includes(end.rejection) || !patched('rejections-are-asked-about')) return end;
  const fact = await ask(LONG_AGO);
  if (isDone(fact)) return { outcome: 'refunded', by: 'refund' };
  if (fact.isOperatorsWord) return rejected('operator-resolved');
  const isTakenBack = BY_STATUS.includes(end.rejection) && !refusalBy(fact, input);
  return isTakenBack && patched('what-is-taken-back-rejects-nothing') ? undefined : end;
}
