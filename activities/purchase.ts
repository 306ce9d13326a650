/**
 * The calls of a purchase. Requests that move money answer with a {@link Move}; questions ask until DOKU
 * gives a clear answer.
 *
 * @module
 */
import type { Money } from '../contract/money.js';
import type { Absence, Sent } from './calling/absence.js';
import { askUntilClear, unanswered } from './calling/ask.js';
import { type Move, moveOnce } from './calling/move.js';
import type { Polling } from './calling/polling.js';
import { WithinTask } from './calling/within-task.js';
import { amountText } from './snap/amount.js';
import type { SnapClient } from './snap/client.js';
import type { PurchaseStatusResponse } from './snap/endpoints/purchase-status.js';
import {
  type RefundStatus,
  refundStatusOf,
  shownStatus,
  type TransactionStatus,
  transactionStatusOf,
} from './snap/transaction-status.js';

/** Which purchase, and in whose name DOKU is asked. */
export interface PurchaseKey {
  readonly partnerReferenceNo: string;
  readonly customerId: string;
}

/** A question about a purchase, with what may have reached DOKU and may not show yet (money rule 3). */
export interface PurchaseQuestion extends PurchaseKey {
  /** Purchase Web, or whatever else was sent under the reference last: without its trace DOKU says "not found". */
  readonly sent?: Sent;
  /** The customer may have paid on a page of which the one who asks knows nothing: it shows as still open. */
  readonly payment?: Sent;
  /** A Cancel: without its trace the purchase is as it was. */
  readonly cancel?: Sent;
  /** A refund: without its trace it is not among the refunds. */
  readonly refund?: Sent & { readonly partnerRefundNo: string };
}

export interface PurchaseOrder extends PurchaseKey {
  readonly amount: Money;
  readonly returnUrl: string;
  readonly description?: string;
}

export interface PurchasePage {
  readonly webRedirectUrl: string;
  readonly referenceNo?: string;
  /** How many milliseconds one attempt of `awaitPurchaseEnd` goes on asking; workers did not say it at first. */
  readonly asksForMs?: number;
}

export interface RefundOrder extends PurchaseKey {
  /** The refund's own identity: however often it is sent, DOKU refunds it once. */
  readonly partnerRefundNo: string;
  readonly refundAmount: Money;
  readonly reason: string;
}

/** What DOKU's Query Purchase says, reduced to what a decision needs. */
export interface PurchaseFact {
  readonly status: TransactionStatus;
  /** DOKU's own code, where the status is unknown. */
  readonly statusCode?: string;
  readonly referenceNo?: string;
  readonly paidTime?: string;
  /** What DOKU holds as the purchase's amount, when it says: "10000.00", or "USD 10000.00" where it is no rupiah. */
  readonly amount?: string;
  /** DOKU's description of the status, such as "expired", when it says. */
  readonly description?: string;
  /** Refunds that DOKU knows, by `partnerRefundNo`. */
  readonly refunds: Readonly<Record<string, RefundFact>>;
}

export interface RefundFact {
  readonly status: RefundStatus;
  /** DOKU's own code, where the status is unknown. */
  readonly statusCode?: string;
  /** When DOKU says it. */
  readonly amount?: string;
}

export function createPurchaseActivities(
  snap: SnapClient,
  polling: Polling,
  absence: Absence,
  mostWithinTasks: number,
) {
  const withinTask = new WithinTask(mostWithinTasks);
  const ask = async (key: PurchaseKey) =>
    asFact(
      await askUntilClear(() =>
        snap.purchaseStatus(
          { originalPartnerReferenceNo: key.partnerReferenceNo },
          { customerId: key.customerId },
        ),
      ),
    );

  const request = (order: PurchaseOrder): Promise<Move<PurchasePage>> =>
    moveOnce(
      () =>
        snap.purchase(
          {
            partnerReferenceNo: order.partnerReferenceNo,
            amount: order.amount,
            urlParams: [{ url: order.returnUrl, type: 'PAY_RETURN', isDeeplink: 'N' }],
            ...(order.description && { additionalInfo: { remarks: order.description } }),
          },
          { customerId: order.customerId },
        ),
      ({ webRedirectUrl, referenceNo }) => ({
        webRedirectUrl,
        ...(referenceNo && { referenceNo }),
        asksForMs: polling.asksForMs,
      }),
    );

  return {
    /** Purchase Web: DOKU opens a page where the customer pays. Moves nothing yet, but may lead to a debit. */
    async requestPurchase(order: PurchaseOrder): Promise<Move<PurchasePage>> {
      return request(order);
    },

    /**
     * The same within the journey's first workflow task, as a local activity.
     *
     * @param order - `notAfter` (ISO 8601): when the worker that began the task must have lost it.
     */
    async requestPurchaseWithinTask(
      order: PurchaseOrder & { readonly notAfter: string },
    ): Promise<Move<PurchasePage>> {
      if (Date.now() > Date.parse(order.notAfter))
        return { kind: 'doubtful', doubt: 'worker-lost' };
      const move = await withinTask.call(() => request(order));
      return move === 'not-now' ? { kind: 'not-sent', why: move } : move;
    },

    /** Query Purchase, once DOKU answers clearly, and does not lag behind what was sent. */
    async queryPurchase(question: PurchaseQuestion): Promise<PurchaseFact> {
      const { sent, payment, cancel, refund } = question;
      polling.endPause(question.partnerReferenceNo);
      const found = () => absence.proven(() => ask(question), isAbsent, sent);
      const paid = () => absence.proven(found, isUnpaid, payment);
      const undone = () => absence.proven(paid, isAsItWas, cancel);
      return absence.proven(
        undone,
        (fact) => isAsItWas(fact) && fact.refunds[refund?.partnerRefundNo ?? ''] === undefined,
        refund,
      );
    },

    /**
     * Query Purchase, once and at once, as a local activity.
     *
     * @throws ApplicationFailure where it cannot be had now: ask with `queryPurchase`.
     */
    async lookAtPurchase(key: PurchaseKey): Promise<PurchaseFact> {
      polling.endPause(key.partnerReferenceNo);
      const fact = await withinTask.call(() => ask(key));
      if (fact === 'not-now') throw unanswered('it is not for a workflow task to ask');
      return fact;
    },

    /** Query Purchase again and again until DOKU's status is final: the history stays the same size however long. */
    async awaitPurchaseEnd(key: PurchaseKey): Promise<PurchaseFact> {
      return polling.untilFinal(
        key.partnerReferenceNo,
        () => ask(key),
        // DOKU gave a page for it, so "not found" only means that its query lags behind.
        ({ status }) => status !== 'open' && status !== 'not-found',
        'the customer has not paid yet',
      );
    },

    /** Cancel Purchase. Whether it worked is for Query Purchase to say. */
    async cancelPurchase(key: PurchaseKey & { reason: string }): Promise<Move<null>> {
      return moveOnce(
        () =>
          snap.purchaseCancel(
            { originalPartnerReferenceNo: key.partnerReferenceNo, reason: key.reason },
            { customerId: key.customerId },
          ),
        () => null,
      );
    },

    /** Refund Purchase under one `partnerRefundNo`. Whether it worked is for Query Purchase to say. */
    async refundPurchase(order: RefundOrder): Promise<Move<null>> {
      return moveOnce(
        () =>
          snap.purchaseRefund(
            {
              originalPartnerReferenceNo: order.partnerReferenceNo,
              partnerRefundNo: order.partnerRefundNo,
              refundAmount: order.refundAmount,
              reason: order.reason,
            },
            { customerId: order.customerId },
          ),
        () => null,
      );
    },
  };
}

const isAbsent = ({ status }: PurchaseFact) => status === 'not-found';
const isUnpaid = ({ status }: PurchaseFact) => status === 'open' || status === 'not-found';
const isAsItWas = (fact: PurchaseFact) => fact.status === 'success' || isUnpaid(fact);

export type PurchaseActivities = ReturnType<typeof createPurchaseActivities>;

function asFact(answer: PurchaseStatusResponse | 'not-found'): PurchaseFact {
  if (answer === 'not-found') return { status: 'not-found', refunds: {} };
  return {
    ...shownStatus(transactionStatusOf, answer.latestTransactionStatus),
    ...(answer.originalReferenceNo && { referenceNo: answer.originalReferenceNo }),
    ...(answer.paidTime && { paidTime: answer.paidTime }),
    ...(answer.transAmount && { amount: amountText(answer.transAmount) }),
    ...(answer.transactionStatusDesc && { description: answer.transactionStatusDesc }),
    refunds: Object.fromEntries(
      (answer.refundHistory ?? []).map((entry) => [
        entry.partnerRefundNo,
        {
          ...shownStatus(refundStatusOf, entry.refundStatus),
          ...(entry.refundAmount && { amount: amountText(entry.refundAmount) }),
        },
      ]),
    ),
  };
}
