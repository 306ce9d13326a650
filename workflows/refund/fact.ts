/**
 * What DOKU's word on a purchase says of a refund of it.
 *
 * @module
 */

import { patched } from '@temporalio/workflow';
import type { PurchaseFact } from '../../activities/purchase.js';
import { senOf } from '../../contract/money.js';
import { ownMember } from '../../contract/own-member.js';
import type { ParsedRefundInput, RefundRejection, RefundResult } from '../../contract/refund.js';
import { otherAmount } from '../mechanisms/other-amount.js';
import { refundMisfit } from '../mechanisms/refund-entry.js';
import type { AsShown, Known } from '../mechanisms/truth.js';

/** What the end of a refund adds to its input. */
export type End = Omit<
  RefundResult,
  'partnerRefundNo' | 'partnerReferenceNo' | 'amount' | 'resolution'
>;

export const rejected = (rejection: RefundRejection, refusal?: string): End => ({
  outcome: 'rejected',
  rejection,
  ...(refusal && { refusal }),
});

/** What makes a refund impossible before anything is sent. */
export function refusalBy(before: Known<PurchaseFact>, input: ParsedRefundInput): End | undefined {
  if (before.isOperatorsWord) return rejected('operator-resolved');
  if (ownMember(before.refunds, input.partnerRefundNo)?.status === 'pending') return undefined;
  if (before.status !== 'success') return rejected('not-refundable', before.status);
  const others = Object.values(before.refunds).filter(({ status }) => status !== 'failed');
  const told = [before.amount, ...others.map(({ amount }) => amount)].map(rupiahIn);
  // Where DOKU does not tell the amounts, its own refusal has to do.
  if (told.includes(undefined)) return undefined;
  const [paid = 0n, ...gone] = told as bigint[];
  const all = gone.reduce((sum, sen) => sum + sen, senOf(input.amount.value));
  return all > paid ? rejected('above-paid') : undefined;
}

/**
 * Neither what went back, nor what did not, may be recorded otherwise without force.
 *
 * @param isHidden - whether DOKU has shown the refund before, and does not now.
 * @param recorded - what the decision says.
 */
export function contradictionOf(
  fact: PurchaseFact,
  { partnerRefundNo, amount }: ParsedRefundInput,
  decision: string,
  isHidden: boolean,
  recorded: PurchaseFact,
): string | undefined {
  const own = ownMember(fact.refunds, partnerRefundNo);
  const said = ownMember(recorded.refunds, partnerRefundNo)?.amount;
  const misfit = refundMisfit(own, said ?? amount.value);
  if (misfit) return `DOKU holds ${misfit}`;
  const isUntoldOf = own === undefined && fact.doubt !== undefined;
  const isWhole = own === undefined && !isUntoldOf && isUndoneWhole(fact);
  const isBack = own?.status === 'success' || isWhole;
  const mayBeBack = isUntoldOf || (own === undefined && hasUnnamed(fact, amount.value));
  const none = mayBeBack
    ? `there is ${fact.doubt ?? 'a refund without a number'}, which may be this one`
    : 'there is no such refund';
  const shown = `DOKU's status is ${fact.status}, and ${own ? `the refund's ${own.status}` : none}`;
  if (decision !== 'record-not-refunded') {
    // What else tells of it counts where the status says nothing.
    const isUntold = fact.status === 'unknown' && (!own || !patched('words-are-held-against-all'));
    return isBack || mayBeBack || isUntold ? undefined : shown;
  }
  if (isBack || mayBeBack || own?.status === 'pending') return shown;
  return isHidden && patched('words-are-held-against-all')
    ? 'DOKU has shown the refund before, which may yet be done'
    : undefined;
}

/** What of it DOKU shows as gone back in another amount, out of what was paid: an operator may record that it is so. */
export function refundAsShown(
  fact: PurchaseFact,
  { partnerRefundNo, amount }: ParsedRefundInput,
): AsShown<PurchaseFact> | undefined {
  const own = ownMember(fact.refunds, partnerRefundNo);
  const shown = own && otherAmount(amount, own);
  if (shown === undefined || senOf(shown) > (rupiahIn(fact.amount) ?? senOf(shown)))
    return undefined;
  const refunds = { [partnerRefundNo]: { status: 'success', amount: shown } as const };
  return { amount: shown, fact: { status: 'refunded', refunds } };
}

/** DOKU may list it without its number. */
const hasUnnamed = ({ unnamedRefunds = [] }: PurchaseFact, amount: string) =>
  unnamedRefunds.some((one) => one.status !== 'failed' && (one.amount ?? amount) === amount);

/** DOKU took the refund on and gave it up: it takes no other under its number. */
export const hasFailed = ({ refunds }: PurchaseFact, partnerRefundNo: string) =>
  ownMember(refunds, partnerRefundNo)?.status === 'failed';

/** Whether the whole is back with the customer, and not by refunds under numbers of their own. */
export const isUndoneWhole = ({ status, refunds }: PurchaseFact) =>
  status === 'cancelled' ||
  (status === 'refunded' && Object.keys(refunds).every((number) => number === ''));

/** Sen, where DOKU tells an amount of rupiah. */
const rupiahIn = (amount: string | undefined) =>
  amount !== undefined && /^\d+\.\d{2}$/.test(amount) ? senOf(amount) : undefined;
