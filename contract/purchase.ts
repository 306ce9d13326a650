/**
 * The public contract of the `purchase` journey, for backends in any language: workflow type `purchase`,
 * workflow ID `purchase/{partnerReferenceNo}`, and the names and shapes below.
 *
 * @module
 */
import * as z from 'zod';
import { defaulted, optional } from './absent.js';
import { browserUrlSchema } from './browser-url.js';
import { durationSchema } from './duration.js';
import {
  endedWith,
  handedOverError,
  inputMismatchError,
  invalidInputError,
  notAcknowledgeableError,
  notCancellableError,
  notNeededError,
  notNowError,
} from './errors.js';
import { firstAnswerSchema } from './first-answer.js';
import { customerIdSchema, partnerReferenceNoSchema } from './identity.js';
import { dokuTimeSchema, instantSchema } from './instant.js';
import { query, signal, update } from './message.js';
import { moneySchema } from './money.js';
import { attentionSchema, resolutionSchema } from './needs-attention.js';
import { operatorWordsSchema } from './operator-words.js';
import { refusedShape } from './refusal.js';
import { stopShape } from './stop.js';

/**
 * The status to start it with, as lists show it: what it is once DOKU's first answer has brought its page. Where that brings
 * none, or the start names another status, the journey puts it right: an event, an action of Temporal Cloud and a write to
 * the lists more.
 */
export const PURCHASE_FOUND_AS = 'awaiting-payment' satisfies PurchaseStatus;

export const purchaseInputSchema = z.strictObject({
  /** The order's number at the merchant, and the identity of the debit (money rule 1). */
  partnerReferenceNo: partnerReferenceNoSchema,
  customerId: customerIdSchema,
  amount: moneySchema,
  /** Where DOKU sends the customer's browser after the PIN page. */
  returnUrl: browserUrlSchema(512),
  /** How long the customer may take. After it the purchase is cancelled. */
  payWithin: defaulted(durationSchema, '30 minutes'),
  /** If set, a payment not acknowledged within this time is reversed (money rule 5). */
  acknowledgeWithin: optional(durationSchema),
  /** What the customer sees on DOKU's page, where DOKU shows it. */
  description: optional(z.string().min(1).max(40)),
});
/** What a backend passes; defaults may be left out. */
export type PurchaseInput = z.input<typeof purchaseInputSchema>;
export type ParsedPurchaseInput = z.output<typeof purchaseInputSchema>;

/** How a purchase ends. Each says what DOKU's own status said at the end (money rule 3). */
export const purchaseOutcomeSchema = z.enum([
  /** Paid, and where asked for acknowledged. */
  'paid',
  /** Cancelled at DOKU: the customer's money stayed with or went back to them. */
  'cancelled',
  /** Refunded in full after it had settled. */
  'refunded',
  /** DOKU or the customer declined; no money moved. */
  'declined',
  /** DOKU never had it, or let it lapse; no money moved. */
  'expired',
]);
export type PurchaseOutcome = z.output<typeof purchaseOutcomeSchema>;

export const purchaseEndReasonSchema = z.enum([
  'customer-paid',
  'merchant-acknowledged',
  'pay-within-elapsed',
  'acknowledge-within-elapsed',
  'cancel-requested',
  'redirect-unobtainable',
  'refused-by-doku',
  'customer-declined',
  'ended-at-doku',
  'operator-resolved',
]);
export type PurchaseEndReason = z.output<typeof purchaseEndReasonSchema>;

export const purchaseResultSchema = z
  .object({
    partnerReferenceNo: z.string(),
    amount: moneySchema,
    outcome: purchaseOutcomeSchema,
    reason: purchaseEndReasonSchema,
    /** DOKU's reference, when it ever gave one. */
    referenceNo: z.string().exactOptional(),
    /** ISO 8601 with offset, when DOKU told it. */
    paidTime: dokuTimeSchema.exactOptional(),
    /**
     * What DOKU says that it took from the customer on top of the amount, for `paid`: "25.00" in rupiah. It is not the
     * merchant's, and a refund does not give it back.
     */
    feeAmount: z.string().exactOptional(),
    /**
     * What DOKU held under the number where that was not `amount`, and an operator had it reversed all the same: what was cancelled,
     * or given back. "10000.00" in rupiah, or "USD 10.00".
     */
    heldAmount: z.string().exactOptional(),
    /** Why DOKU refused, for `declined` with reason `refused-by-doku`. */
    refusal: z.string().exactOptional(),
    ...refusedShape,
    /** What the caller of `cancel` gave as the reason, or the operator as the note. */
    note: z.string().exactOptional(),
    /** Present when an operator decided. */
    resolution: resolutionSchema.exactOptional(),
  })
  .readonly();
export type PurchaseResult = z.output<typeof purchaseResultSchema>;

export const purchaseStatusSchema = z.enum([
  'requesting',
  'awaiting-payment',
  'awaiting-acknowledgement',
  'reversing',
  'in-doubt',
  'needs-attention',
  ...purchaseOutcomeSchema.options,
]);
export type PurchaseStatus = z.output<typeof purchaseStatusSchema>;

export const purchaseRedirectSchema = z
  .object({
    /** Open it in the customer's browser. */
    webRedirectUrl: z.string(),
    /** What the page asks the customer for. Absent from what journeys answered before it was told. */
    amount: moneySchema.exactOptional(),
    referenceNo: z.string().exactOptional(),
    /** ISO 8601: when `payWithin` ends. */
    expiresAt: instantSchema,
  })
  .readonly();
export type PurchaseRedirect = z.output<typeof purchaseRedirectSchema>;

export const purchaseViewSchema = z
  .object({
    partnerReferenceNo: z.string(),
    status: purchaseStatusSchema,
    /** While the customer may still pay. */
    redirect: purchaseRedirectSchema.exactOptional(),
    /** ISO 8601: when an unacknowledged payment is reversed; while it may be acknowledged. */
    acknowledgeBy: instantSchema.exactOptional(),
    /** Since when it is not known whether what was sent has happened. */
    inDoubtSince: instantSchema.exactOptional(),
    ...stopShape,
    attention: attentionSchema.exactOptional(),
    result: purchaseResultSchema.exactOptional(),
  })
  .readonly();
export type PurchaseView = z.output<typeof purchaseViewSchema>;

export const cancelArgumentSchema = z.strictObject({
  /** Goes to DOKU and into the result. Nothing personal. */
  reason: operatorWordsSchema(128),
});
export const customerReturnedSchema = z.object({
  /** The raw query string of the return, a hint only: DOKU's own status decides. */
  rawQuery: optional(z.string().max(4096)),
});
export const notifiedSchema = z.object({
  latestTransactionStatus: optional(z.string().max(2)),
});

/**
 * Returns the page to open, in the same round trip as the start (update-with-start). Refused as `NotNow` once nobody is to pay
 * there any more: it is paid, or being undone.
 */
export const redirectUpdate = update('redirect', {
  argument: optional(firstAnswerSchema),
  result: purchaseRedirectSchema,
  errors: [
    invalidInputError,
    inputMismatchError,
    notNowError,
    handedOverError,
    endedWith(purchaseResultSchema),
  ],
});
/**
 * The merchant took note of the payment and will deliver. Refused once a reversal has begun. While it is not known whether the
 * payment stands, as after an operator's reset, it waits for DOKU's word, or an operator's.
 */
export const acknowledgeUpdate = update('acknowledge', {
  result: purchaseViewSchema,
  errors: [notAcknowledgeableError, handedOverError, endedWith(purchaseResultSchema)],
});
/** Cancels or reverses, and returns when DOKU's status proves the end. */
export const cancelUpdate = update('cancel', {
  argument: cancelArgumentSchema,
  result: purchaseResultSchema,
  errors: [invalidInputError, notCancellableError, handedOverError],
});
/**
 * The customer may have paid: ask DOKU now. Refused, leaving no event behind, where it would change nothing, as after
 * another one seconds ago. The signals say the same, where nobody can wait for an answer.
 */
export const nudgeUpdate = update('nudge', { errors: [notNeededError] });
/** The customer's browser came back: ask DOKU now. */
export const customerReturnedSignal = signal('customerReturned', {
  argument: optional(customerReturnedSchema),
});
/** DOKU's notification came in: ask DOKU now. */
export const notifiedSignal = signal('notified', { argument: optional(notifiedSchema) });
export const purchaseStatusQuery = query('status', { result: purchaseViewSchema });

/** Decisions that an operator may take while a purchase needs attention. `reverse` is in whatever amount DOKU holds. */
export const purchaseDecisionSchema = z.enum([
  'ask-again',
  'reverse',
  'record-paid',
  'record-cancelled',
  'record-refunded',
]);
export type PurchaseDecision = z.output<typeof purchaseDecisionSchema>;
