/**
 * The public contract of the `authorizedPurchase` journey, for backends in any language: workflow type
 * `authorizedPurchase`, workflow ID `authorized-purchase/{partnerReferenceNo}`, and the names and shapes below.
 *
 * @module
 */
import { defineQuery, defineUpdate } from '@temporalio/workflow';
import * as z from 'zod';
import { durationSchema } from './duration.js';
import { customerIdSchema, partnerReferenceNoSchema } from './identity.js';
import type { FirstAnswerArgument } from './input-digest.js';
import { moneySchema } from './money.js';
import type { Attention, Resolution } from './needs-attention-contract.js';

export const authorizedPurchaseInputSchema = z.strictObject({
  /** The order's number at the merchant, and the identity of the authorisation (money rule 1). */
  partnerReferenceNo: partnerReferenceNoSchema,
  customerId: customerIdSchema,
  /** What is held at most. */
  amount: moneySchema,
  /** What the customer sees. */
  title: z.string().min(1).max(256),
  /** After it, what is not captured is given back. */
  captureWithin: durationSchema.default('7 days'),
});
export type AuthorizedPurchaseInput = z.input<typeof authorizedPurchaseInputSchema>;
export type ParsedAuthorizedPurchaseInput = z.output<typeof authorizedPurchaseInputSchema>;

export type AuthorizedPurchaseOutcome =
  /** Something was captured; the rest, if any, was given back. */
  | 'captured'
  /** All was given back. */
  | 'voided'
  /** DOKU refused to hold the amount; nothing moved. */
  | 'declined';

export interface AuthorizedPurchaseResult {
  readonly partnerReferenceNo: string;
  readonly outcome: AuthorizedPurchaseOutcome;
  readonly referenceNo?: string;
  /** "10000.00" IDR: what the merchant has. */
  readonly captured: string;
  /** "10000.00" IDR: what went back to the customer. */
  readonly voided: string;
  /** Why it was declined, or what gave the rest back. */
  readonly reason?: string;
  readonly resolution?: Resolution;
}

export type AuthorizedPurchaseStatus =
  | 'authorizing'
  | 'authorized'
  | 'voiding'
  | 'needs-attention'
  | AuthorizedPurchaseOutcome;

export interface AuthorizedPurchaseView {
  readonly partnerReferenceNo: string;
  readonly status: AuthorizedPurchaseStatus;
  /** "10000.00" IDR each. */
  readonly captured: string;
  readonly voided: string;
  readonly remaining: string;
  /** Captures and voids that DOKU proved, in their order. */
  readonly steps: readonly { readonly kind: 'capture' | 'void'; readonly partnerNo: string }[];
  /** ISO 8601: when the rest is given back. */
  readonly captureBy?: string;
  readonly attention?: Attention;
  readonly result?: AuthorizedPurchaseResult;
}

export const captureSchema = z.strictObject({
  /** The capture's own number: sent twice it is captured once. */
  partnerCaptureNo: partnerReferenceNoSchema,
  /** Default: all that remains. */
  amount: moneySchema.optional(),
  /** The last capture gives the rest back and ends the journey. */
  last: z.boolean().default(false),
});
export const voidSchema = z.strictObject({
  /** The void's own number: sent twice it is given back once. */
  partnerVoidNo: partnerReferenceNoSchema,
  /** Default: all that remains. */
  amount: moneySchema.optional(),
  /** Goes to DOKU. Nothing personal. */
  reason: z.string().min(1).max(128).default('voided by the merchant'),
});

/** What became of one capture or void. A refusal of DOKU's is an answer, not an error. */
export interface StepResult {
  readonly outcome: 'captured' | 'voided' | 'rejected';
  /** "10000.00" IDR. */
  readonly amount: string;
  readonly remaining: string;
  readonly refusal?: string;
}

/** Returns once the amount is held, in the same round trip as the start (update-with-start). */
export const authorizedUpdate = defineUpdate<AuthorizedPurchaseView, [FirstAnswerArgument?]>(
  'authorized',
);
/** Takes from what is held, and returns when DOKU proves it. */
export const captureUpdate = defineUpdate<StepResult, [z.input<typeof captureSchema>]>('capture');
/** Gives back from what is held, and returns when DOKU proves it. */
export const voidUpdate = defineUpdate<StepResult, [z.input<typeof voidSchema>]>('void');
export const authorizedPurchaseStatusQuery = defineQuery<AuthorizedPurchaseView>('status');
