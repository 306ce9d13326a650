/**
 * The public contract of the `closeAccount` journey, for backends in any language: workflow type `closeAccount`,
 * workflow ID `account/{customerId}/close/{reference}`, the names and shapes below, and the updates of
 * `otp-contract.ts`.
 *
 * @module
 */
import { defineQuery, defineUpdate } from '@temporalio/workflow';
import * as z from 'zod';
import { durationSchema } from './duration.js';
import { customerIdSchema, openingReferenceSchema } from './identity.js';
import type { FirstAnswerArgument } from './input-digest.js';
import type { Attention, Resolution } from './needs-attention-contract.js';
import type { EnterOtp } from './otp-contract.js';

export const closeAccountInputSchema = z.strictObject({
  customerId: customerIdSchema,
  /** The merchant's number for this closing. */
  reference: openingReferenceSchema,
  /** How long the customer may take to enter an OTP. */
  otpWithin: durationSchema.default('10 minutes'),
  /**
   * How long to wait while purchases, transfers, top-ups or refunds of the customer are open. Without it the closing
   * is `rejected`, with their list.
   */
  waitForOpenJourneys: durationSchema.optional(),
});
export type CloseAccountInput = z.input<typeof closeAccountInputSchema>;
export type ParsedCloseAccountInput = z.output<typeof closeAccountInputSchema>;

export type CloseAccountOutcome =
  /** DOKU shows no binding any more, and the `wallet` entity has forgotten its tokens and ended. */
  | 'unbound'
  /** The customer or the merchant gave up, or a wait ended. The account is still bound. */
  | 'abandoned'
  /** DOKU refused, there is nothing to close, or journeys are open. */
  | 'rejected';

export interface CloseAccountResult {
  readonly customerId: string;
  readonly outcome: CloseAccountOutcome;
  readonly reason?: string;
  /** Workflow IDs of the journeys that stood in the way, 50 at most. */
  readonly openJourneys?: readonly string[];
  readonly resolution?: Resolution;
}

/** What the backend shows the customer next. */
export type ClosingStep =
  | { readonly show: 'wait' }
  | EnterOtp
  | { readonly show: 'done'; readonly result: CloseAccountResult };

export type CloseAccountStatus =
  | 'checking'
  | 'awaiting-journeys'
  | 'unbinding'
  | 'awaiting-otp'
  | 'proving'
  | 'needs-attention'
  | CloseAccountOutcome;

export interface CloseAccountView {
  readonly customerId: string;
  readonly status: CloseAccountStatus;
  readonly next: ClosingStep;
  readonly attention?: Attention;
}

/** Waits until there is something to show, and returns it in the same round trip as the start. */
export const closingStepUpdate = defineUpdate<ClosingStep, [FirstAnswerArgument?]>('nextStep');
/** The customer gave up before the right OTP. */
export const abandonClosingUpdate = defineUpdate<CloseAccountResult>('abandon');
export const closeAccountStatusQuery = defineQuery<CloseAccountView>('status');
