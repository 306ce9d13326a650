/**
 * Whether a journey's result and DOKU's word agree.
 *
 * @module
 */

import type { AuthorizedPurchaseResult } from '../../contract/authorized-purchase.js';
import type { BankTransferResult } from '../../contract/bank-transfer.js';
import { amountValueSchema, moneyOf, senOf } from '../../contract/money.js';
import { ownMember } from '../../contract/own-member.js';
import type { PurchaseResult } from '../../contract/purchase.js';
import type { Mismatch } from '../../contract/reconciliation.js';
import type { RefundResult } from '../../contract/refund.js';
import type { TopUpResult } from '../../contract/top-up.js';
import type { TopUpRowResult } from '../../contract/top-up-batch.js';
import type { HistoryFact } from '../history.js';
import type { PurchaseFact, RefundFact } from '../purchase.js';
import type { TopUpFact } from '../top-up.js';
import type { DoneStep } from './done-steps.js';
import type { ListedJourney } from './listed-journeys.js';
import type { OwnRun } from './own-runs.js';

/** What does not agree, apart from whom it is about. */
export type Verdict = Pick<Mismatch, 'kind' | 'here' | 'doku' | 'amount'> | undefined;

const ABSENT = new Set(['not-found', 'absent']);
/** DOKU's words for "no money moved, or it all went back". */
const NOTHING = new Set(['not-found', 'absent', 'failed', 'cancelled', 'refunded', 'closed']);

interface Doku {
  readonly status: string;
  readonly amount?: string;
}

export const told = ({ status, amount }: Doku) => (amount ? `${status} ${amount}` : status);

/** As DOKU's amounts are told: another currency is another amount. */
const amountOf = ({ value, currency }: { value: string; currency: string }) =>
  currency === 'IDR' ? value : `${currency} ${value}`;

/** Of a refund that was made. */
const amountBack = ({ amount, refundedAmount }: Pick<RefundResult, 'amount' | 'refundedAmount'>) =>
  refundedAmount ?? amountOf(amount);

/** @param amount - what DOKU must have moved, where it moved anything. */
function verdict(
  here: string,
  doku: Doku,
  statuses: ReadonlySet<string>,
  about: { readonly amount: string; readonly isMoved: boolean },
): Verdict {
  const said = { here, doku: told(doku), amount: about.amount };
  if (!statuses.has(doku.status))
    return { kind: ABSENT.has(doku.status) ? 'missing-at-doku' : 'status', ...said };
  const isSame = !about.isMoved || doku.amount === undefined || doku.amount === about.amount;
  return isSame ? undefined : { kind: 'amount', ...said };
}

const SUCCESS = new Set(['success']);
const GONE_BACK = new Set(['success', 'refunded', 'cancelled']);

/** What this merchant's journeys gave back of a purchase, and may be giving back. */
export interface GivenBack {
  /** Those that ended `refunded`, by their number: a rejected one excuses nothing. */
  readonly refunded: ReadonlyMap<string, Pick<RefundResult, 'amount' | 'refundedAmount' | 'by'>>;
  /** Those that have not ended, by their number: "10000.00", as each asks for, where it is rupiah. */
  readonly underWay: ReadonlyMap<string, string | undefined>;
}

export const NOTHING_GIVEN_BACK: GivenBack = { refunded: new Map(), underWay: new Map() };

/** @param givenBack - after it was paid. */
export function purchaseVerdict(
  { outcome, amount, heldAmount }: PurchaseResult,
  fact: PurchaseFact,
  givenBack: GivenBack,
): Verdict {
  const about = { amount: heldAmount ?? amountOf(amount), isMoved: outcome === 'paid' };
  const here = `${outcome} ${about.amount}`;
  const done = Object.entries(fact.refunds).filter(
    ([number, { status }]) => number !== '' && status === 'success',
  );
  const unnamed = (fact.unnamedRefunds ?? []).filter(({ status }) => status === 'success');
  if (outcome !== 'paid') {
    // DOKU may show a refund among the purchase's before the purchase's own status follows.
    const isAllBack =
      sumOf([...done.map(([, refund]) => refund), ...unnamed].map((refund) => refund.amount)) ===
      about.amount;
    return isAllBack && fact.status === 'success' ? undefined : verdict(here, fact, NOTHING, about);
  }
  const isAllRefundedHere = comesTo(givenBack, about.amount);
  const isKnown = (number: string) =>
    givenBack.refunded.has(number) || givenBack.underWay.has(number);
  const strange = [
    ...done.filter(([number]) => !isKnown(number)),
    ...unnamedLeft(fact, givenBack)
      .filter(({ status }) => status === 'success')
      .map((refund): [string, RefundFact] => ['', refund]),
  ];
  // DOKU may show a whole purchase's cancel as a refund under a number of its own.
  if (strange.length > 0 && !isAllRefundedHere) {
    const refunds = strange.map(([number, refund]) =>
      told({ ...refund, status: number || NAMELESS }),
    );
    const doku = `${told(fact)}, refunded as ${refunds.join(', ')}`;
    return { kind: 'missing-here', here: `${here}, no such refund`, doku, amount: about.amount };
  }
  const isExcused =
    isAllRefundedHere || (fact.status === 'refunded' && done.length + unnamed.length > 0);
  return verdict(here, fact, isExcused ? GONE_BACK : SUCCESS, about);
}

/** @param amount - "10000.00", where it is rupiah. */
export const comesTo = ({ refunded }: Pick<GivenBack, 'refunded'>, amount: string): boolean =>
  sumOf([...refunded.values()].map(amountBack)) === amount;

const NAMELESS = '(no number)';

/**
 * Refunds that DOKU lists without their numbers, but for those by which it shows others that were made here.
 *
 * @param own - the refund that asks: by it nothing is accounted for.
 */
function unnamedLeft(
  { refunds, unnamedRefunds = [] }: PurchaseFact,
  { refunded }: GivenBack,
  own?: string,
): RefundFact[] {
  const left = unnamedRefunds.filter(({ status }) => status !== 'failed');
  for (const [number, back] of refunded) {
    if (number === own || back.by === 'cancel' || ownMember(refunds, number) !== undefined)
      continue;
    const same = left.findIndex((entry) => entry.amount === amountBack(back));
    const at = same >= 0 ? same : left.findIndex((entry) => entry.amount === undefined);
    if (at >= 0) left.splice(at, 1);
  }
  return left;
}

/** Nothing where an amount is not known, or none of rupiah. */
function sumOf(amounts: readonly (string | undefined)[]): string | undefined {
  let sen = 0n;
  for (const amount of amounts) {
    if (!amountValueSchema.safeParse(amount).success) return undefined;
    sen += senOf(amount as string);
  }
  return moneyOf(sen).value;
}

/** A top-up, a row of a batch or a bank transfer. */
export function transferVerdict(
  {
    outcome,
    amount,
    sentAmount,
    creditedAmount,
  }: Pick<TopUpResult | TopUpRowResult | BankTransferResult, 'amount'> &
    Pick<BankTransferResult, 'sentAmount'> &
    Pick<TopUpResult, 'creditedAmount'> & { readonly outcome: string },
  fact: TopUpFact | HistoryFact,
): Verdict {
  const moved = sentAmount ?? creditedAmount ?? amountOf(amount);
  const about = { amount: moved, isMoved: outcome === 'completed' };
  const here = `${outcome} ${about.amount}`;
  // Nobody could say what became of it: that is for an operator, whatever DOKU says now.
  if (outcome === 'in-doubt')
    return { kind: 'status', here, doku: told(fact), amount: about.amount };
  return verdict(here, fact, about.isMoved ? SUCCESS : NOTHING, about);
}

const CLOSED = new Set(['success', 'closed', 'cancelled']);

export function authorizedPurchaseVerdict(
  { outcome, captured }: AuthorizedPurchaseResult,
  fact: HistoryFact,
): Verdict {
  // What is still open is held: nothing may be, once a journey has ended.
  const statuses = outcome === 'declined' ? NOTHING : CLOSED;
  const about = { amount: captured, isMoved: false };
  return verdict(`${outcome}, captured ${captured}`, fact, statuses, about);
}

/** One capture or void of an authorised purchase, where history tells it by its number. */
export function stepVerdict(
  { outcome, captured, voided }: AuthorizedPurchaseResult,
  step: DoneStep,
  fact: HistoryFact,
): Verdict {
  if (fact.status !== 'success' || fact.amount === undefined || fact.amount === step.amount)
    return undefined;
  const here = `${outcome}, captured ${captured}, voided ${voided}`;
  const doku = `${step.kind} ${step.partnerNo} ${told(fact)}`;
  return { kind: 'amount', here, doku, amount: step.amount };
}

/** @param givenBack - by other refunds, where entries without a number may be theirs. */
export function refundVerdict(
  result: RefundResult,
  fact: PurchaseFact,
  givenBack: GivenBack,
): Verdict {
  const { partnerRefundNo, outcome, by } = result;
  const about = { amount: amountBack(result), isMoved: outcome === 'refunded' };
  const here = `${outcome}${by ? ` by ${by}` : ''} ${about.amount}`;
  if (outcome === 'refunded' && by === 'cancel')
    return verdict(here, fact, new Set(['cancelled', 'refunded']), about);
  const own = ownEntry(fact, givenBack, { partnerRefundNo, amount: about.amount });
  const shown = own ?? { status: 'absent' };
  return verdict(here, shown, outcome === 'refunded' ? SUCCESS : NOTHING, about);
}

/** What DOKU has of a refund: under its number, or without any, which may be it. */
function ownEntry(
  fact: PurchaseFact,
  givenBack: GivenBack,
  { partnerRefundNo, amount }: { readonly partnerRefundNo: string; readonly amount?: string },
): Doku | undefined {
  const named = ownMember(fact.refunds, partnerRefundNo);
  if (named || !fact.mayBeUnnamed) return named;
  return unnamedLeft(fact, givenBack, partnerRefundNo)
    .filter((entry) => entry.amount === undefined || entry.amount === amount)
    .map((entry) => ({ status: entry.status, ...(amount && { amount }) }))[0];
}

/** A journey that Temporal ended without a result, while DOKU may have moved its money. */
export function brokenVerdict(how: string, doku: Doku): Verdict {
  if (NOTHING.has(doku.status)) return undefined;
  return {
    kind: 'missing-here',
    here: `its journey ended ${how.toLowerCase()}`,
    doku: told(doku),
    ...(doku.amount && { amount: doku.amount }),
  };
}

export const refundNoOf = ({ workflowId }: Pick<ListedJourney, 'workflowId'>) =>
  workflowId.slice(workflowId.indexOf('/') + 1);

/**
 * What DOKU has under the refund's own number tells of it, or that the whole purchase went back.
 *
 * @param givenBack - by other refunds: where they account for all of it, nothing is left for this one.
 * @param isReversed - the purchase's own journey took it back whole.
 */
export function brokenRefundVerdict(
  { workflowId, status, amount }: Pick<OwnRun, 'workflowId' | 'status' | 'amount'>,
  fact: PurchaseFact,
  givenBack: GivenBack,
  isReversed: boolean,
): Verdict {
  const about = { partnerRefundNo: refundNoOf({ workflowId }), ...(amount && { amount }) };
  const own = ownEntry(fact, givenBack, about);
  if (own) return brokenVerdict(status, own);
  return isReversed
    ? undefined
    : wentBack(`its journey ended ${status.toLowerCase()}`, fact, givenBack);
}

/**
 * A refund that was rejected, though the whole purchase went back: its cancel may have been carried out late.
 *
 * @param givenBack - by other refunds.
 * @param isReversed - the purchase's own journey took it back whole.
 */
export function rejectedRefundVerdict(
  { outcome, amount }: RefundResult,
  fact: PurchaseFact,
  givenBack: GivenBack,
  isReversed: boolean,
): Verdict {
  // A part of it cannot have gone back by a cancel.
  const isWhole = fact.amount === undefined || fact.amount === amountOf(amount);
  // What came back by a refund stands under that one's number.
  if (outcome !== 'rejected' || fact.status !== 'cancelled' || !isWhole || isReversed)
    return undefined;
  return wentBack(`rejected ${amountOf(amount)}`, fact, givenBack);
}

/** A whole purchase that went back, for which nobody else accounts. */
function wentBack(here: string, fact: PurchaseFact, givenBack: GivenBack): Verdict {
  const isBack = fact.status === 'cancelled' || fact.status === 'refunded';
  if (!isBack || isBackBy(givenBack, fact)) return undefined;
  return {
    kind: 'missing-here',
    here,
    doku: told(fact),
    ...(fact.amount && { amount: fact.amount }),
  };
}

function isBackBy({ refunded }: GivenBack, fact: PurchaseFact): boolean {
  const all = [...refunded.values()];
  if (all.some(({ by }) => by === 'cancel')) return true;
  const shown = Object.keys(fact.refunds);
  const isEachKnown = shown.length > 0 && shown.every((number) => refunded.has(number));
  return (
    isEachKnown || (all.length > 0 && sumOf(all.map(({ amount }) => amount.value)) === fact.amount)
  );
}
