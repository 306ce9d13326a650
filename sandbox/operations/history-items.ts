import type { Authorization } from '../books/authorizations.js';
import type { Purchase } from '../books/purchase.js';
import type { Sum } from '../books/rupiah.js';
import type { Transfer } from '../books/transfers.js';
import type { Doku } from '../doku/index.js';
import type { Mood } from '../temperaments/mood.js';

/** One line of a wallet's history. */
export interface Item {
  readonly partnerReferenceNo: string;
  readonly referenceNo: string;
  readonly at: number;
  readonly sum: Sum;
  readonly status: 'INIT' | 'SUCCESS' | 'CLOSED' | 'CANCELLED';
  readonly type: 'PAYMENT' | 'REFUND' | 'TOP_UP' | 'DISBURSMENT';
}

interface Manner {
  readonly heldIs: 'INIT' | 'SUCCESS';
  readonly isReversalUnderOriginal: boolean;
}

/** What happened on one wallet, newest first, as the history shows it to that question. */
export function itemsOf(
  { purchases, transfers, authorizations }: Doku,
  accountId: string,
  mood: Mood,
  question: 'historyList' | 'historyDetail',
): Item[] {
  const lagMs = mood.lagOf(question).ms;
  const manner: Manner = {
    heldIs: mood.use('showsHeldAsSuccess') ? 'SUCCESS' : 'INIT',
    isReversalUnderOriginal: mood.use('showsReversalsUnderOriginal') !== undefined,
  };
  return [
    ...purchases.of(accountId, lagMs).flatMap((purchase) => purchaseItems(purchase, manner)),
    ...transfers.of(accountId, lagMs).map(transferItem),
    ...authorizations.of(accountId, lagMs).flatMap((each) => authorizationItems(each, manner)),
  ].sort((a, b) => b.at - a.at);
}

function purchaseItems(purchase: Purchase, { isReversalUnderOriginal }: Manner): Item[] {
  const { partnerReferenceNo, referenceNo, state, sum, paidAt, cancelledAt } = purchase;
  const isReversal = isReversalUnderOriginal && paidAt !== undefined && cancelledAt !== undefined;
  const own: Item = {
    partnerReferenceNo,
    referenceNo,
    at: paidAt ?? purchase.createdAt,
    sum: paidAt === undefined ? { ...sum, sen: purchase.sen, currency: 'IDR' } : sum,
    status: isReversal ? 'SUCCESS' : HISTORY_STATUS[state],
    type: 'PAYMENT',
  };
  const refunds = purchase.refunds.map(
    (refund): Item => ({
      partnerReferenceNo: refund.partnerRefundNo,
      referenceNo: refund.refundNo,
      at: refund.at,
      sum: refund.sum,
      status: MOVEMENT_STATUS[refund.state],
      type: 'REFUND',
    }),
  );
  const reversal: Item[] = isReversal
    ? [{ ...own, at: cancelledAt, status: 'SUCCESS', type: 'REFUND' }]
    : [];
  return [...reversal, own, ...refunds];
}

const transferItem = (transfer: Transfer): Item => ({
  ...transfer,
  status: MOVEMENT_STATUS[transfer.state],
  type: transfer.kind === 'topUp' ? 'TOP_UP' : 'DISBURSMENT',
});

function authorizationItems(authorization: Authorization, manner: Manner): Item[] {
  const steps = [...authorization.steps.values()].map(
    (step): Item => ({
      partnerReferenceNo:
        step.kind === 'void' && manner.isReversalUnderOriginal
          ? authorization.partnerReferenceNo
          : step.partnerNo,
      referenceNo: step.no,
      at: step.at,
      sum: step.sum,
      status: 'SUCCESS',
      type: step.kind === 'capture' ? 'PAYMENT' : 'REFUND',
    }),
  );
  const status = authorization.isClosed ? 'CLOSED' : manner.heldIs;
  return [{ ...authorization, status, type: 'PAYMENT' }, ...steps];
}

const MOVEMENT_STATUS = { pending: 'INIT', success: 'SUCCESS', failed: 'CLOSED' } as const;

const HISTORY_STATUS = {
  initiated: 'INIT',
  paying: 'INIT',
  paid: 'SUCCESS',
  refunded: 'SUCCESS',
  cancelled: 'CANCELLED',
  failed: 'CLOSED',
} as const;
