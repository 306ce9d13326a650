/**
 * The public contract of the `refund` journey, for backends in any language: workflow type `refund`, workflow ID
 * `refund/{partnerRefundNo}`, and the names and shapes below.
 *
 * @module
 */
import * as z from 'zod';
import { defaulted } from './absent.js';
import { durationSchema } from './duration.js';
import { customerIdSchema, partnerReferenceNoSchema } from './identity.js';
import { instantSchema } from './instant.js';
import { query, signal } from './message.js';
import { amountValueSchema, moneySchema } from './money.js';
import { attentionSchema, resolutionSchema } from './needs-attention.js';
import { operatorWordsSchema } from './operator-words.js';
import { refusedShape } from './refusal.js';
import { stopShape } from './stop.js';

export const refundInputSchema = z.strictObject({
  /** The refund's own number at the merchant, and the identity of the credit (money rule 1). */
  partnerRefundNo: partnerReferenceNoSchema,
  /** The purchase that was paid. */
  partnerReferenceNo: partnerReferenceNoSchema,
  customerId: customerIdSchema,
  /** The whole or a part of what was paid. */
  amount: moneySchema,
  /** Goes to DOKU. Nothing personal. */
  reason: operatorWordsSchema(128),
  /** A part can only go back once the purchase has settled: how long to wait for that. */
  settleWithin: defaulted(durationSchema, '7 days'),
});
export type RefundInput = z.input<typeof refundInputSchema>;
export type ParsedRefundInput = z.output<typeof refundInputSchema>;

export const refundOutcomeSchema = z.enum([
  /** The money went back, by DOKU's own status. */
  'refunded',
  /** Nothing went back under this number. */
  'rejected',
]);
export type RefundOutcome = z.output<typeof refundOutcomeSchema>;

export const refundRejectionSchema = z.enum([
  /** The purchase's journey is another customer's. */
  'other-customer',
  /** The purchase's journey is still open: cancel the purchase instead. */
  'purchase-open',
  /** It was never paid, or has gone back already: DOKU's status says which. */
  'not-refundable',
  /** With the other refunds it would be more than was paid. */
  'above-paid',
  /** The purchase did not settle in time. */
  'not-settled',
  'refused-by-doku',
  'cancelled',
  /** Its journey ended without it, or was to stop, before it was reset: ask for it under another number. */
  'ended-before',
  'operator-resolved',
]);
export type RefundRejection = z.output<typeof refundRejectionSchema>;

export const refundResultSchema = z
  .object({
    partnerRefundNo: z.string(),
    partnerReferenceNo: z.string(),
    amount: moneySchema,
    outcome: refundOutcomeSchema,
    /** "10000.00" IDR: what went back, where DOKU shows that it was not `amount`, and an operator recorded it so. */
    refundedAmount: amountValueSchema.exactOptional(),
    /** How it went back: before settlement by Cancel Purchase, after it by Refund Purchase. */
    by: z.enum(['cancel', 'refund']).exactOptional(),
    rejection: refundRejectionSchema.exactOptional(),
    /** DOKU's case or status behind the rejection. */
    refusal: z.string().exactOptional(),
    ...refusedShape,
    resolution: resolutionSchema.exactOptional(),
  })
  .readonly();
export type RefundResult = z.output<typeof refundResultSchema>;

/** What of a refund went back, as "10000.00"; what was asked for, unless an operator has recorded another amount. */
export const amountBack = ({
  amount,
  refundedAmount,
}: Pick<RefundResult, 'amount' | 'refundedAmount'>): string => refundedAmount ?? amount.value;

export const refundStatusSchema = z.enum([
  /** Another refund of the same purchase comes first. */
  'awaiting-turn',
  'refunding',
  'awaiting-settlement',
  'in-doubt',
  'needs-attention',
  ...refundOutcomeSchema.options,
]);
export type RefundStatus = z.output<typeof refundStatusSchema>;

export const refundViewSchema = z
  .object({
    partnerRefundNo: z.string(),
    partnerReferenceNo: z.string(),
    status: refundStatusSchema,
    /** Workflow ID of the refund of the same purchase that comes first, while one does. */
    waitsFor: z.array(z.string()).max(1).readonly().exactOptional(),
    /** That one needs attention: neither goes on before an operator has decided. */
    waitsForOperator: z.literal(true).exactOptional(),
    /** Since when it is not known whether what was sent has happened. */
    inDoubtSince: instantSchema.exactOptional(),
    ...stopShape,
    attention: attentionSchema.exactOptional(),
    result: refundResultSchema.exactOptional(),
  })
  .readonly();
export type RefundView = z.output<typeof refundViewSchema>;

/** To the turn that a refund holds, by its workflow ID: it is done with it. */
export const turnLeftSignal = signal('left', { argument: z.object({ refund: z.string() }) });

export const refundStatusQuery = query('status', { result: refundViewSchema });
