/**
 * Who took a purchase back. A cancel has no number of its own, so that DOKU does not tell.
 *
 * @module
 */
import { ApplicationFailure } from '@temporalio/activity';
import { type Client, isGrpcServiceError } from '@temporalio/client';
import { purchaseWorkflowId, refundWorkflowId } from '../../contract/identity.js';
import type { PurchaseResult } from '../../contract/purchase.js';
import type { RefundResult } from '../../contract/refund.js';
import { givenBackOf, isReversed } from '../reconciliation/given-back.js';
import { currentRun } from '../reconciliation/listed-journeys.js';
import { OwnRuns } from '../reconciliation/own-runs.js';
import { resultOf } from '../reconciliation/records.js';
import { comesTo } from '../reconciliation/verdict.js';
import { endedRunBefore } from './ended-run.js';

const UNDER_WAY_AGAIN = '5 seconds';
/** gRPC's number. */
const UNIMPLEMENTED = 12;

export interface Undone {
  readonly partnerReferenceNo: string;
  /** The refund that asks. */
  readonly partnerRefundNo: string;
  /** Workflow ID of the refund that came before it, if it waited for one: lists may not have it yet. */
  readonly before?: string;
}

export interface GoneBack {
  readonly partnerReferenceNo: string;
  /** DOKU's, by which all of it went back: `cancelled` or `refunded`. */
  readonly status: string;
}

export function createUndoneActivities(client: Client, taskQueue: string) {
  const own = new OwnRuns(client, taskQueue);
  /** Numbers of refunds that took it back by a cancel. */
  const cancelled = async (partnerReferenceNo: string): Promise<string[]> => {
    try {
      const { refunded } = await givenBackOf(client, own, partnerReferenceNo);
      return [...refunded].filter(([, { by }]) => by === 'cancel').map(([number]) => number);
    } catch (error) {
      // A server for tests has no lists.
      if (isGrpcServiceError(error) && error.code === UNIMPLEMENTED) return [];
      throw error;
    }
  };

  /** @throws ApplicationFailure, to be asked again, as long as a refund is under way that may yet say so. */
  const isGivenBack = async (
    { partnerReferenceNo, amount, heldAmount }: PurchaseResult,
    status: string,
  ): Promise<boolean> => {
    const whole = heldAmount ?? amount.value;
    const givenBack = await givenBackOf(client, own, partnerReferenceNo);
    const isCancelled = [...givenBack.refunded.values()].some(({ by }) => by === 'cancel');
    if (isCancelled || comesTo(givenBack, whole)) return true;
    // Only a refund of the whole cancels it.
    const isAwaited = [...givenBack.underWay.values()].some(
      (asked) => status === 'refunded' || asked === undefined || asked === whole,
    );
    if (!isAwaited) return false;
    throw ApplicationFailure.create({
      ...{ message: 'a refund of it is under way', nextRetryDelay: UNDER_WAY_AGAIN },
    });
  };

  return {
    /** How an earlier run of a purchase has told it as paid, where refunds gave it back since. */
    async toldAsPaidBefore({
      partnerReferenceNo,
      status,
    }: GoneBack): Promise<PurchaseResult | undefined> {
      const workflowId = purchaseWorkflowId(partnerReferenceNo);
      // By the clock of now, as a run that a reset made bears the time at which the first one began.
      const ended = await endedRunBefore(client, workflowId, new Date().toISOString());
      const result = ended?.result as PurchaseResult | undefined;
      return result?.outcome === 'paid' && (await isGivenBack(result, status)) ? result : undefined;
    },

    /** Whether a journey other than the asking refund says that it took the whole purchase back. */
    async isUndoneByAnother({ partnerReferenceNo, ...refund }: Undone): Promise<boolean> {
      if (await isReversed(own, partnerReferenceNo)) return true;
      const run = refund.before ? await currentRun(client, refund.before) : undefined;
      if (
        run?.status === 'COMPLETED' &&
        run.workflowId !== refundWorkflowId(refund.partnerRefundNo)
      )
        if ((await resultOf<RefundResult>(client, run)).by === 'cancel') return true;
      return (await cancelled(partnerReferenceNo)).some((each) => each !== refund.partnerRefundNo);
    },
  };
}

export type UndoneActivities = ReturnType<typeof createUndoneActivities>;
