import { ApplicationFailure } from '@temporalio/common';
import { refundWorkflowId } from '../../contract/identity.js';
import { ownMember } from '../../contract/own-member.js';
import type { PatientAsker } from '../calling/patient-asker.js';
import type { HistoryActivities } from '../history.js';
import type { PurchaseFact } from '../purchase.js';
import { withRefundsCounted } from '../purchase-shown.js';
import type { OwnRun, OwnRuns } from './own-runs.js';

interface Dependencies {
  readonly own: Pick<OwnRuns, 'begunAs'>;
  readonly doku: Pick<PatientAsker, 'ask'>;
  readonly history: Pick<HistoryActivities, 'queryHistory'>;
}

/**
 * DOKU may go on showing a purchase as paid of which all went back (doku-api §10.0, row 15). What a reversal gave back stands in the
 * customer's history, under the purchase's own number.
 *
 * @returns the fact with what went back so, where history has it.
 */
export function createReversalInHistory({ own, doku, history }: Dependencies) {
  /** A refund of the same customer's may be numbered as this order is. */
  const isAnothers = async ({ partnerReferenceNo, customerId }: OwnRun): Promise<boolean> => {
    const begun = await own.begunAs(refundWorkflowId(partnerReferenceNo));
    return begun.some(
      (given) => given.customerId === customerId && given.partnerReferenceNo !== partnerReferenceNo,
    );
  };

  return async (journey: OwnRun, fact: PurchaseFact): Promise<PurchaseFact> => {
    const { partnerReferenceNo: number, customerId } = journey;
    if (fact.status !== 'success' || ownMember(fact.refunds, number) !== undefined) return fact;
    const since = fact.paidTime ?? journey.startedAt;
    const kind = { kind: 'give-back', isKindNeeded: true } as const;
    const question = { partnerReferenceNo: number, customerId, since, ...kind };
    try {
      const { status, amount, type = '' } = await doku.ask(() => history.queryHistory(question));
      // SNAP counts the numbers of voids, and of refunds, apart from those of orders.
      if (status !== 'success' || type.trim().toUpperCase() === 'VOID') return fact;
      if (await isAnothers(journey)) return fact;
      const reversal = { status, ...(amount && { amount }) };
      return withRefundsCounted({ ...fact, refunds: { ...fact.refunds, [number]: reversal } });
    } catch (error) {
      // Of a customer who is not bound any more it tells nothing: the status alone is what there is.
      if (error instanceof ApplicationFailure && error.nonRetryable) return fact;
      throw error;
    }
  };
}
