/**
 * Whether a journey's result and DOKU's word agree.
 *
 * @module
 */
import type { AuthorizedPurchaseResult } from '../../contract/authorized-purchase.js';
import type { BankTransferResult } from '../../contract/bank-transfer.js';
import type { PurchaseResult } from '../../contract/purchase.js';
import type { Mismatch } from '../../contract/reconciliation.js';
import type { RefundResult } from '../../contract/refund.js';
import type { TopUpResult } from '../../contract/top-up.js';
import type { TopUpRowResult } from '../../contract/top-up-batch.js';
import type { HistoryFact } from '../history.js';
import type { PurchaseFact } from '../purchase.js';
import type { TopUpFact } from '../top-up.js';

/** What does not agree, apart from whom it is about. */
export type Verdict = Pick<Mismatch, 'kind' | 'here' | 'doku'> | undefined;

const ABSENT = new Set(['not-found', 'absent']);
/** DOKU's words for "no money moved, or it all went back". */
const NOTHING = new Set(['not-found', 'absent', 'failed', 'cancelled', 'refunded', 'closed']);

interface Doku {
  readonly status: string;
  readonly amount?: string;
}

const told = ({ status, amount }: Doku) => (amount ? `${status} ${amount}` : status);

/** @param amount - what DOKU must have moved, where it moved anything. */
function verdict(
  here: string,
  doku: Doku,
  statuses: ReadonlySet<string>,
  amount?: string,
): Verdict {
  const said = { here, doku: told(doku) };
  if (!statuses.has(doku.status))
    return { kind: ABSENT.has(doku.status) ? 'missing-at-doku' : 'status', ...said };
  const isSame = amount === undefined || doku.amount === undefined || doku.amount === amount;
  return isSame ? undefined : { kind: 'amount', ...said };
}

const SUCCESS = new Set(['success']);

/** @param wasRefunded - a refund journey gave it back after it was paid. */
export function purchaseVerdict(
  { outcome, amount }: PurchaseResult,
  fact: PurchaseFact,
  wasRefunded: boolean,
): Verdict {
  const here = `${outcome} ${amount.value}`;
  if (outcome !== 'paid') return verdict(here, fact, NOTHING);
  const statuses = wasRefunded ? new Set(['success', 'refunded', 'cancelled']) : SUCCESS;
  return verdict(here, fact, statuses, amount.value);
}

/** A top-up, a row of a batch or a bank transfer. */
export function transferVerdict(
  {
    outcome,
    amount,
  }: Pick<TopUpResult | TopUpRowResult | BankTransferResult, 'outcome' | 'amount'>,
  fact: TopUpFact | HistoryFact,
): Verdict {
  const here = `${outcome} ${amount.value}`;
  return outcome === 'completed'
    ? verdict(here, fact, SUCCESS, amount.value)
    : verdict(here, fact, NOTHING);
}

export function authorizedPurchaseVerdict(
  { outcome, captured }: AuthorizedPurchaseResult,
  fact: HistoryFact,
): Verdict {
  const statuses =
    outcome === 'declined' ? NOTHING : new Set(['success', 'closed', 'cancelled', 'open']);
  return verdict(`${outcome}, captured ${captured}`, fact, statuses);
}

export function refundVerdict(
  { partnerRefundNo, outcome, by, amount }: RefundResult,
  fact: PurchaseFact,
): Verdict {
  const here = `${outcome}${by ? ` by ${by}` : ''} ${amount.value}`;
  if (outcome === 'refunded' && by === 'cancel')
    return verdict(here, { status: fact.status }, new Set(['cancelled', 'refunded']));
  const own = fact.refunds[partnerRefundNo] ?? { status: 'absent' };
  return outcome === 'refunded'
    ? verdict(here, own, SUCCESS, amount.value)
    : verdict(here, own, NOTHING);
}

/** A journey that Temporal ended without a result, while DOKU may have moved its money. */
export function brokenVerdict(how: string, doku: Doku): Verdict {
  if (NOTHING.has(doku.status)) return undefined;
  return { kind: 'missing-here', here: `its journey ended ${how.toLowerCase()}`, doku: told(doku) };
}
