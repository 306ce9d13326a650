/**
 * The public contract of the `topUp` journey, for backends in any language: workflow type `topUp`, workflow ID
 * `top-up/{partnerReferenceNo}`, and the names and shapes below.
 *
 * @module
 */
import { defineQuery, defineSignal } from '@temporalio/workflow';
import * as z from 'zod';
import { durationSchema } from './duration.js';
import { customerIdSchema, partnerReferenceNoSchema } from './identity.js';
import { type Money, moneySchema } from './money.js';
import type { Attention, Resolution } from './needs-attention-contract.js';

export const topUpInputSchema = z.strictObject({
  /** The payout's number at the merchant, and the identity of the credit (money rule 1). */
  partnerReferenceNo: partnerReferenceNoSchema,
  /** A customer who is bound. */
  customerId: customerIdSchema,
  amount: moneySchema,
  /** How long to wait while the corporate balance is too low. Without it the top-up ends `insufficient-funds`. */
  waitForFunds: durationSchema.optional(),
  /** Goes to DOKU. Nothing personal. */
  notes: z.string().min(1).max(255).optional(),
});
export type TopUpInput = z.input<typeof topUpInputSchema>;
export type ParsedTopUpInput = z.output<typeof topUpInputSchema>;

/** What a batch knows of a top-up that it hands over to a journey of its own. */
export interface TopUpHandOver {
  /** DOKU may have it already, so that it is asked before anything is sent. */
  readonly mayBeSent: boolean;
}

export type TopUpOutcome =
  /** The customer's wallet was credited, by DOKU's own status. */
  | 'completed'
  /** DOKU refused or failed it; nothing moved. */
  | 'failed'
  /** The corporate balance does not hold enough, and nobody waits for it any more; nothing moved. */
  | 'insufficient-funds';

export interface TopUpResult {
  readonly partnerReferenceNo: string;
  readonly amount: Money;
  readonly outcome: TopUpOutcome;
  /** DOKU's reference, when it ever gave one. */
  readonly referenceNo?: string;
  /** Why DOKU refused, or what it failed with. */
  readonly refusal?: string;
  /** Present when an operator decided. */
  readonly resolution?: Resolution;
}

export type TopUpStatus =
  | 'inquiring'
  | 'sending'
  | 'awaiting-funds'
  | 'needs-attention'
  | TopUpOutcome;

export interface TopUpView {
  readonly partnerReferenceNo: string;
  readonly status: TopUpStatus;
  /** ISO 8601: until when the journey waits for the corporate balance. */
  readonly fundsBy?: string;
  readonly attention?: Attention;
  readonly result?: TopUpResult;
}

/** Money came into the corporate balance: try again now. */
export const fundedSignal = defineSignal('funded');
/** DOKU's notification came in: ask DOKU now. */
export const topUpNotifiedSignal = defineSignal('notified');
export const topUpStatusQuery = defineQuery<TopUpView>('status');
