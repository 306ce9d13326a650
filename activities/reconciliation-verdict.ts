/**
 * Whether a journey's result and DOKU's word agree.
 *
 * @module
 */
import type { AuthorizedPurchaseResult } from '../workflows/authorized-purchase-contract.js';
import type { BankTransferResult } from '../workflows/bank-transfer-contract.js';
import type { PurchaseResult } from '../workflows/purchase-contract.js';
import type { Mismatch } from '../workflows/reconciliation-contract.js';
import type { RefundResult } from '../workflows/refund-contract.js';
import type { TopUpRowResult } from '../workflows/top-up-batch-contract.js';
import type { TopUpResult } from '../workflows/top-up-contract.js';
import type { HistoryFact } from './history.js';
import type { PurchaseFact } from './purchase.js';
import type { TopUpFact } from './top-up.js';

/** What does not agree, apart from whom it is about. */
export type Verdict = Pick<Mismatch, 'kind' | 'here' | 'doku'> | undefined;

const ABSENT = new Set(['not-found', 'absent']);
/** DOKU's words for "no money moved, or it all went back". */
const NOTHING = new Set(['not-found', 'absent', 'failed', 'cancelled', 'refunded', 'closed']);

function verdict(
  here: string,
  doku: { status: string; amount?: string },
  expected: { moved: boolean; amount: string; statuses: ReadonlySet<string> },
): Verdict {
  const said = { here, doku: `${doku.status}${doku.amount ? ` ${doku.amount}` : ''}` };
  if (!expected.statuses.has(doku.status)) {
    if (ABSENT.has(doku.status)) return { kind: 'missing-at-doku', ...said };
    return { kind: 'status', ...said };
  }
  const isSame = doku.amount === undefined || doku.amount === expected.amount;
  return expected.moved && !isSame ? { kind: 'amount', ...said } : undefined;
}

const SUCCESS = new Set(['success']);

/** @param wasRefunded - a refund journey gave it back after it was paid. */
export function purchaseVerdict(
  { outcome, amount }: PurchaseResult,
  fact: PurchaseFact,
  wasRefunded: boolean,
): Verdict {
  const statuses =
    outcome !== 'paid'
      ? NOTHING
      : new Set(wasRefunded ? ['success', 'refunded', 'cancelled'] : SUCCESS);
  return verdict(`${outcome} ${amount.value}`, fact, {
    moved: outcome === 'paid',
    amount: amount.value,
    statuses,
  });
}

export function topUpVerdict(
  { outcome, amount }: Pick<TopUpResult | TopUpRowResult, 'outcome' | 'amount'>,
  fact: TopUpFact,
): Verdict {
  const moved = outcome === 'completed';
  return verdict(`${outcome} ${amount.value}`, fact, {
    moved,
    amount: amount.value,
    statuses: moved ? SUCCESS : NOTHING,
  });
}

export function bankTransferVerdict(
  { outcome, amount }: BankTransferResult,
  fact: HistoryFact,
): Verdict {
  const moved = outcome === 'completed';
  return verdict(`${outcome} ${amount.value}`, fact, {
    moved,
    amount: amount.value,
    statuses: moved ? SUCCESS : NOTHING,
  });
}

export function authorizedPurchaseVerdict(
  { outcome, captured }: AuthorizedPurchaseResult,
  fact: HistoryFact,
): Verdict {
  const statuses =
    outcome === 'declined' ? NOTHING : new Set(['success', 'closed', 'cancelled', 'open']);
  return verdict(`${outcome}, captured ${captured}`, fact, { moved: false, amount: '', statuses });
}

export function refundVerdict(
  { partnerRefundNo, outcome, by, amount }: RefundResult,
  fact: PurchaseFact,
): Verdict {
  const own = fact.refunds[partnerRefundNo];
  const here = `${outcome}${by ? ` by ${by}` : ''} ${amount.value}`;
  if (outcome === 'refunded' && by === 'cancel') {
    return verdict(
      here,
      { status: fact.status },
      {
        moved: false,
        amount: '',
        statuses: new Set(['cancelled', 'refunded']),
      },
    );
  }
  const doku = { status: own?.status ?? 'absent', ...(own?.amount && { amount: own.amount }) };
  return verdict(here, doku, {
    moved: outcome === 'refunded',
    amount: amount.value,
    statuses: outcome === 'refunded' ? SUCCESS : NOTHING,
  });
}

/** A journey that Temporal ended without a result, while DOKU may have moved its money. */
export function brokenVerdict(how: string, doku: { status: string; amount?: string }): Verdict {
  if (NOTHING.has(doku.status)) return undefined;
  return {
    kind: 'missing-here',
    here: `its journey ended ${how.toLowerCase()}`,
    doku: `${doku.status}${doku.amount ? ` ${doku.amount}` : ''}`,
  };
}
