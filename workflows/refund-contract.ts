/**
 * The public contract of the `refund` journey, for backends in any language: workflow type `refund`, workflow ID
 * `refund/{partnerRefundNo}`, and the names and shapes below.
 *
 * @module
 */
import { defineQuery } from '@temporalio/workflow';
import * as z from 'zod';
import { durationSchema } from './duration.js';
import { customerIdSchema, partnerReferenceNoSchema } from './identity.js';
import { type Money, moneySchema } from './money.js';
import type { Attention, Resolution } from './needs-attention-contract.js';

export const refundInputSchema = z.strictObject({
  /** The refund's own number at the merchant, and the identity of the credit (money rule 1). */
  partnerRefundNo: partnerReferenceNoSchema,
  /** The purchase that was paid. */
  partnerReferenceNo: partnerReferenceNoSchema,
  customerId: customerIdSchema,
  /** The whole or a part of what was paid. */
  amount: moneySchema,
  /** Goes to DOKU. Nothing personal. */
  reason: z.string().min(1).max(128),
  /** A part can only go back once the purchase has settled: how long to wait for that. */
  settleWithin: durationSchema.default('7 days'),
});
export type RefundInput = z.input<typeof refundInputSchema>;
export type ParsedRefundInput = z.output<typeof refundInputSchema>;

export type RefundOutcome =
  /** The money went back, by DOKU's own status. */
  | 'refunded'
  /** Nothing went back under this number. */
  | 'rejected';

export type RefundRejection =
  /** The purchase's journey is still open: cancel the purchase instead. */
  | 'purchase-open'
  /** It was never paid, or has gone back already: DOKU's status says which. */
  | 'not-refundable'
  /** With the other refunds it would be more than was paid. */
  | 'above-paid'
  /** The purchase did not settle in time. */
  | 'not-settled'
  | 'refused-by-doku'
  | 'cancelled'
  | 'operator-resolved';

export interface RefundResult {
  readonly partnerRefundNo: string;
  readonly partnerReferenceNo: string;
  readonly amount: Money;
  readonly outcome: RefundOutcome;
  /** How it went back: before settlement by Cancel Purchase, after it by Refund Purchase. */
  readonly by?: 'cancel' | 'refund';
  readonly rejection?: RefundRejection;
  /** DOKU's case or status behind the rejection. */
  readonly refusal?: string;
  readonly resolution?: Resolution;
}

export type RefundStatus =
  /** Another refund of the same purchase comes first. */
  'awaiting-turn' | 'refunding' | 'awaiting-settlement' | 'needs-attention' | RefundOutcome;

export interface RefundView {
  readonly partnerRefundNo: string;
  readonly partnerReferenceNo: string;
  readonly status: RefundStatus;
  readonly attention?: Attention;
  readonly result?: RefundResult;
}

export const refundStatusQuery = defineQuery<RefundView>('status');
