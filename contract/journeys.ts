/**
 * All that a backend may start, by workflow type: what goes in, what comes out, and what may be said meanwhile. The JSON
 * Schemas and the tables of the handbook are made of it.
 *
 * @module
 */
import type * as z from 'zod';
import * as authorizedPurchase from './authorized-purchase.js';
import * as bankTransfer from './bank-transfer.js';
import * as check from './check.js';
import * as closeAccount from './close-account.js';
import { eventsQuery } from './event.js';
import * as finding from './finding.js';
import {
  authorizedPurchaseWorkflowId,
  bankTransferWorkflowId,
  checkWorkflowId,
  closeAccountWorkflowId,
  findingWorkflowId,
  openAccountWorkflowId,
  purchaseWorkflowId,
  recheckWorkflowId,
  reconciliationWorkflowId,
  refundWorkflowId,
  topUpBatchPartWorkflowId,
  topUpBatchWorkflowId,
  topUpWorkflowId,
} from './identity.js';
import type { QueryMessage, SignalMessage, UpdateMessage } from './message.js';
import { resolveUpdate } from './needs-attention.js';
import * as openAccount from './open-account.js';
import { otpQuery, resendOtpUpdate, submitOtpUpdate } from './otp.js';
import * as purchase from './purchase.js';
import * as reads from './reads.js';
import * as recheck from './recheck.js';
import * as reconciliation from './reconciliation.js';
import * as refund from './refund.js';
import * as topUp from './top-up.js';
import * as topUpBatch from './top-up-batch.js';

/** What lists show from the start: the status, and the fields of the input that the other two are. */
export interface FirstAttributes {
  readonly status: string;
  readonly customerId?: string;
  readonly partnerReferenceNo?: string;
}

/** One workflow type. */
export interface JourneyContract {
  /** With the fields of the input that make it, in braces. */
  readonly workflowId: string;
  /** Without it nobody but a journey starts it. */
  readonly input?: z.ZodType;
  readonly result: z.ZodType;
  readonly status?: QueryMessage;
  /** Beside that of its status. */
  readonly queries?: readonly QueryMessage[];
  readonly outcomes?: readonly string[];
  /** Starts it, in one round trip. */
  readonly first?: UpdateMessage;
  readonly updates?: readonly UpdateMessage[];
  readonly signals?: readonly SignalMessage[];
  readonly found?: FirstAttributes;
  /** It may run again under the same ID once it has ended. */
  readonly isRepeatable?: boolean;
}

const byNumber = (status: string): FirstAttributes => ({
  status,
  customerId: 'customerId',
  partnerReferenceNo: 'partnerReferenceNo',
});
const byReference = (status: string): FirstAttributes => ({
  ...byNumber(status),
  partnerReferenceNo: 'reference',
});
const read = (input: z.ZodType, result: z.ZodType): JourneyContract => ({
  workflowId: "the caller's own",
  input,
  result,
});

const number = '{partnerReferenceNo}';
const opening = ['{customerId}', '{reference}'] as const;

export const journeys: Readonly<Record<string, JourneyContract>> = {
  openAccount: {
    workflowId: openAccountWorkflowId(...opening),
    input: openAccount.openAccountInputSchema,
    result: openAccount.openAccountResultSchema,
    status: openAccount.openAccountStatusQuery,
    queries: [otpQuery, eventsQuery],
    outcomes: openAccount.openAccountOutcomeSchema.options,
    first: openAccount.nextStepUpdate,
    updates: [
      { ...submitOtpUpdate, result: openAccount.openingOtpAnswerSchema },
      { ...resendOtpUpdate, result: openAccount.nextStepSchema },
      openAccount.returnedUpdate,
      openAccount.abandonUpdate,
      resolveUpdate,
    ],
    found: byReference('creating'),
  },
  closeAccount: {
    workflowId: closeAccountWorkflowId(...opening),
    input: closeAccount.closeAccountInputSchema,
    result: closeAccount.closeAccountResultSchema,
    status: closeAccount.closeAccountStatusQuery,
    queries: [otpQuery, eventsQuery],
    outcomes: closeAccount.closeAccountOutcomeSchema.options,
    first: closeAccount.closingStepUpdate,
    updates: [
      { ...submitOtpUpdate, result: closeAccount.closingOtpAnswerSchema },
      { ...resendOtpUpdate, result: closeAccount.closingStepSchema },
      closeAccount.abandonClosingUpdate,
      resolveUpdate,
    ],
    found: byReference('checking'),
  },
  purchase: {
    workflowId: purchaseWorkflowId(number),
    input: purchase.purchaseInputSchema,
    result: purchase.purchaseResultSchema,
    status: purchase.purchaseStatusQuery,
    queries: [eventsQuery],
    outcomes: purchase.purchaseOutcomeSchema.options,
    first: purchase.redirectUpdate,
    updates: [
      purchase.acknowledgeUpdate,
      purchase.cancelUpdate,
      purchase.nudgeUpdate,
      resolveUpdate,
    ],
    signals: [purchase.customerReturnedSignal, purchase.notifiedSignal],
    found: byNumber(purchase.PURCHASE_FOUND_AS),
  },
  refund: {
    workflowId: refundWorkflowId('{partnerRefundNo}'),
    input: refund.refundInputSchema,
    result: refund.refundResultSchema,
    status: refund.refundStatusQuery,
    queries: [eventsQuery],
    outcomes: refund.refundOutcomeSchema.options,
    updates: [resolveUpdate],
    found: byNumber('awaiting-turn'),
  },
  authorizedPurchase: {
    workflowId: authorizedPurchaseWorkflowId(number),
    input: authorizedPurchase.authorizedPurchaseInputSchema,
    result: authorizedPurchase.authorizedPurchaseResultSchema,
    status: authorizedPurchase.authorizedPurchaseStatusQuery,
    queries: [authorizedPurchase.stepQuery, eventsQuery],
    outcomes: authorizedPurchase.authorizedPurchaseOutcomeSchema.options,
    first: authorizedPurchase.authorizedUpdate,
    updates: [authorizedPurchase.captureUpdate, authorizedPurchase.voidUpdate, resolveUpdate],
    signals: [authorizedPurchase.authorizedPurchaseNotifiedSignal],
    found: byNumber('authorizing'),
  },
  topUp: {
    workflowId: topUpWorkflowId(number),
    input: topUp.topUpInputSchema,
    result: topUp.topUpResultSchema,
    status: topUp.topUpStatusQuery,
    queries: [eventsQuery],
    outcomes: topUp.topUpOutcomeSchema.options,
    updates: [topUp.fundedUpdate, resolveUpdate],
    signals: [topUp.fundedSignal, topUp.topUpNotifiedSignal],
    found: byNumber('inquiring'),
  },
  topUpBatch: {
    workflowId: topUpBatchWorkflowId('{batchReference}'),
    input: topUpBatch.topUpBatchInputSchema,
    result: topUpBatch.topUpBatchResultSchema,
    status: topUpBatch.topUpBatchStatusQuery,
    queries: [eventsQuery],
    outcomes: topUpBatch.topUpBatchOutcomeSchema.options,
    updates: [
      topUpBatch.addPartUpdate,
      topUpBatch.pauseUpdate,
      topUpBatch.goOnUpdate,
      topUpBatch.batchFundedUpdate,
      resolveUpdate,
    ],
    signals: [topUpBatch.batchFundedSignal],
    found: { status: 'receiving', partnerReferenceNo: 'batchReference' },
  },
  topUpBatchPart: {
    workflowId: topUpBatchPartWorkflowId('{batchReference}', 0).replace(/0$/, '{index}'),
    result: topUpBatch.topUpBatchPartResultSchema,
    queries: [topUpBatch.partResultsQuery],
  },
  bankTransfer: {
    workflowId: bankTransferWorkflowId(number),
    input: bankTransfer.bankTransferInputSchema,
    result: bankTransfer.bankTransferResultSchema,
    status: bankTransfer.bankTransferStatusQuery,
    queries: [eventsQuery],
    outcomes: bankTransfer.bankTransferOutcomeSchema.options,
    first: bankTransfer.beneficiaryUpdate,
    updates: [bankTransfer.confirmUpdate, bankTransfer.abandonTransferUpdate, resolveUpdate],
    signals: [bankTransfer.transferNotifiedSignal],
    found: byNumber('inquiring'),
  },
  reconciliation: {
    workflowId: reconciliationWorkflowId('{from}_{to}'),
    input: reconciliation.reconciliationInputSchema,
    result: reconciliation.reconciliationResultSchema,
    status: reconciliation.reconciliationStatusQuery,
    queries: [eventsQuery],
    outcomes: reconciliation.reconciliationOutcomeSchema.options,
    updates: [resolveUpdate],
    isRepeatable: true,
  },
  recheck: {
    workflowId: recheckWorkflowId("{journey's workflow ID}"),
    input: recheck.recheckInputSchema,
    result: recheck.recheckResultSchema,
    status: recheck.recheckStatusQuery,
    outcomes: recheck.recheckOutcomeSchema.options,
    updates: [recheck.recheckNewsUpdate, resolveUpdate],
  },
  finding: {
    workflowId: findingWorkflowId('{kind}', number),
    input: finding.findingInputSchema,
    result: finding.findingResultSchema,
    status: finding.findingStatusQuery,
    queries: [eventsQuery],
    outcomes: finding.findingOutcomeSchema.options,
    updates: [finding.seenAgainUpdate, resolveUpdate],
  },
  balanceInquiry: read(reads.balanceInquirySchema, reads.balanceAnswerSchema),
  accountInquiry: read(reads.accountInquirySchema, reads.accountAnswerSchema),
  bankAccountInquiry: read(reads.bankAccountInquirySchema, reads.bankAccountAnswerSchema),
  transactionHistoryPage: read(reads.historyPageSchema, reads.historyPageAnswerSchema),
  transactionHistoryDetail: read(reads.historyDetailSchema, reads.historyDetailAnswerSchema),
  check: {
    workflowId: checkWorkflowId('{any UUID}'),
    input: check.checkInputSchema,
    result: check.checkResultSchema,
  },
};
