/**
 * The public contract of the `purchase` journey, for backends in any language: workflow type `purchase`,
 * workflow ID `purchase/{partnerReferenceNo}`, and the names and shapes below.
 *
 * @module
 */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import * as z from 'zod';
import { durationSchema } from './duration.js';
import { customerIdSchema, partnerReferenceNoSchema } from './identity.js';
import type { FirstAnswerArgument } from './input-digest.js';
import { type Money, moneySchema } from './money.js';
import type { Attention, Resolution } from './needs-attention-contract.js';

/**
 * The workflow task timeout to start it with, so that DOKU is asked for the page within the first task. Started with
 * less, such as Temporal's 10 seconds, it asks by an activity of its own: two writes of Temporal's and one task more.
 */
export const PURCHASE_TASK_TIMEOUT = '20 seconds';

/**
 * The status to start it with, as lists show it: what it is by the end of its first task, unless the page is not there by
 * then. Started with another one, it puts that right: an event, an action of Temporal Cloud and a write to the lists more.
 */
export const PURCHASE_FOUND_AS = 'awaiting-payment' satisfies PurchaseStatus;

export const purchaseInputSchema = z.strictObject({
  /** The order's number at the merchant, and the identity of the debit (money rule 1). */
  partnerReferenceNo: partnerReferenceNoSchema,
  customerId: customerIdSchema,
  amount: moneySchema,
  /** Where DOKU sends the customer's browser after the PIN page. */
  returnUrl: z.url({ protocol: /^https?$/ }).max(512),
  /** How long the customer may take. After it the purchase is cancelled. */
  payWithin: durationSchema.default('30 minutes'),
  /** If set, a payment not acknowledged within this time is reversed (money rule 5). */
  acknowledgeWithin: durationSchema.optional(),
  /** What the customer sees on DOKU's page, where DOKU shows it. */
  description: z.string().min(1).max(40).optional(),
});
/** What a backend passes; defaults may be left out. */
export type PurchaseInput = z.input<typeof purchaseInputSchema>;
export type ParsedPurchaseInput = z.output<typeof purchaseInputSchema>;

/** How a purchase ends. Each says what DOKU's own status said at the end (money rule 3). */
export type PurchaseOutcome =
  /** Paid, and where asked for acknowledged. */
  | 'paid'
  /** Cancelled at DOKU: the customer's money stayed with or went back to them. */
  | 'cancelled'
  /** Refunded in full after it had settled. */
  | 'refunded'
  /** DOKU or the customer declined; no money moved. */
  | 'declined'
  /** DOKU never had it, or let it lapse; no money moved. */
  | 'expired';

export type PurchaseEndReason =
  | 'customer-paid'
  | 'merchant-acknowledged'
  | 'pay-within-elapsed'
  | 'acknowledge-within-elapsed'
  | 'cancel-requested'
  | 'redirect-unobtainable'
  | 'refused-by-doku'
  | 'customer-declined'
  | 'ended-at-doku'
  | 'operator-resolved';

export interface PurchaseResult {
  readonly partnerReferenceNo: string;
  readonly amount: Money;
  readonly outcome: PurchaseOutcome;
  readonly reason: PurchaseEndReason;
  /** DOKU's reference, when it ever gave one. */
  readonly referenceNo?: string;
  /** ISO 8601 with offset, when DOKU told it. */
  readonly paidTime?: string;
  /** Why DOKU refused, for `declined` with reason `refused-by-doku`. */
  readonly refusal?: string;
  /** What the caller of `cancel` gave as the reason, or the operator as the note. */
  readonly note?: string;
  /** Present when an operator decided. */
  readonly resolution?: Resolution;
}

export type PurchaseStatus =
  | 'requesting'
  | 'awaiting-payment'
  | 'awaiting-acknowledgement'
  | 'reversing'
  | 'needs-attention'
  | PurchaseOutcome;

export interface PurchaseView {
  readonly partnerReferenceNo: string;
  readonly status: PurchaseStatus;
  readonly redirect?: PurchaseRedirect;
  /** ISO 8601: when an unacknowledged payment is reversed. */
  readonly acknowledgeBy?: string;
  readonly attention?: Attention;
  readonly result?: PurchaseResult;
}

export interface PurchaseRedirect {
  /** Open it in the customer's browser. */
  readonly webRedirectUrl: string;
  readonly referenceNo?: string;
  /** ISO 8601: when `payWithin` ends. */
  readonly expiresAt: string;
}

export const cancelArgumentSchema = z.strictObject({
  /** Goes to DOKU and into the result. Nothing personal. */
  reason: z.string().min(1).max(128),
});
export const customerReturnedSchema = z.object({
  /** The raw query string of the return, a hint only: DOKU's own status decides. */
  rawQuery: z.string().max(4096).optional(),
});
export const notifiedSchema = z.object({
  latestTransactionStatus: z.string().max(2).optional(),
});

/** Returns the page to open, in the same round trip as the start (update-with-start). */
export const redirectUpdate = defineUpdate<PurchaseRedirect, [FirstAnswerArgument?]>('redirect');
/** The merchant took note of the payment and will deliver. Refused once a reversal has begun. */
export const acknowledgeUpdate = defineUpdate<PurchaseView>('acknowledge');
/** Cancels or reverses, and returns when DOKU's status proves the end. */
export const cancelUpdate = defineUpdate<PurchaseResult, [z.input<typeof cancelArgumentSchema>]>(
  'cancel',
);
/** The customer's browser came back: ask DOKU now. */
export const customerReturnedSignal =
  defineSignal<[z.input<typeof customerReturnedSchema>?]>('customerReturned');
/** DOKU's notification came in: ask DOKU now. */
export const notifiedSignal = defineSignal<[z.input<typeof notifiedSchema>?]>('notified');
export const purchaseStatusQuery = defineQuery<PurchaseView>('status');

/** Decisions that an operator may take while a purchase needs attention. */
export type PurchaseDecision =
  | 'ask-again'
  | 'reverse'
  | 'record-paid'
  | 'record-cancelled'
  | 'record-refunded';
