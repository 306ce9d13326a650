import { ApplicationFailure } from '@temporalio/common';
import { refundWorkflowId } from '../contract/identity.js';
import type { Absence } from './calling/absence.js';
import { type HistoryActivities, WINDOW_MS } from './history.js';
import type { HistoryStatus } from './history-entry.js';
import type { PurchaseFact, PurchaseKey, RefundFact } from './purchase-fact.js';
import { whose } from './snap/sender.js';

/** A history that is down for longer is not waited for. */
const DOWN_FOR_MS = 120_000;

/** What says that there is such a refund. */
const STATUSES: Partial<Record<HistoryStatus, RefundFact['status']>> = {
  success: 'success',
  open: 'pending',
};

/** A refund that DOKU's status does not list. */
interface Unlisted extends PurchaseKey {
  readonly partnerRefundNo: string;
  /** ISO 8601: it was not made before then. */
  readonly notBefore: string;
}

/**
 * Query Purchase may list refunds late, without their numbers, or not at all (doku-api §10.13): the customer's history, which has a
 * lag of its own, is asked before one is believed not to have happened (money rule 3).
 *
 * @returns the fact with the refund, where history has it.
 */
export function createRefundInHistory(
  { queryHistory }: Pick<HistoryActivities, 'queryHistory'>,
  absence: Pick<Absence, 'mayAskAgain'>,
) {
  return async (
    { partnerRefundNo, notBefore, ...key }: Unlisted,
    fact: PurchaseFact,
  ): Promise<PurchaseFact> => {
    // Its detail tells of a number of its own; List is read for one that the purchase has, too, and no further back than it tells at once.
    const since = Math.max(Date.parse(fact.paidTime ?? notBefore), Date.now() - WINDOW_MS);
    try {
      const {
        status,
        amount,
        type = '',
      } = await queryHistory({
        ...whose(key),
        partnerReferenceNo: partnerRefundNo,
        since: new Date(since).toISOString(),
        kind: 'give-back',
        // The number of a void, say, of which SNAP counts as it does of refunds.
        mayBeAnothers: true,
        ...(partnerRefundNo === key.partnerReferenceNo
          ? // The payment stands there, too.
            { isKindNeeded: true as const }
          : { ownJourney: refundWorkflowId(partnerRefundNo) }),
      });
      if (type.trim().toUpperCase() === 'VOID') return fact;
      const refundStatus = STATUSES[status];
      if (refundStatus === undefined) return fact;
      const refund = { status: refundStatus, ...(amount && { amount }) };
      return { ...fact, refunds: { ...fact.refunds, [partnerRefundNo]: refund } };
    } catch (error) {
      if (!(error instanceof ApplicationFailure)) throw error;
      // Of a customer who is not bound any more it tells nothing; nor does one that is down hold the status up for long.
      if (!error.nonRetryable && absence.mayAskAgain(DOWN_FOR_MS)) throw error;
      return fact;
    }
  };
}
