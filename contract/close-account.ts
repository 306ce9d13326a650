/**
 * The public contract of the `closeAccount` journey, for backends in any language: workflow type `closeAccount`,
 * workflow ID `account/{customerId}/close/{reference}`, the names and shapes below, and the updates of
 * `contract/otp.ts`.
 *
 * @module
 */
import * as z from 'zod';
import { defaulted, optional } from './absent.js';
import { durationSchema } from './duration.js';
import { inputMismatchError, invalidInputError } from './errors.js';
import { firstAnswerSchema } from './first-answer.js';
import { customerIdSchema, openingReferenceSchema } from './identity.js';
import { query, update } from './message.js';
import { attentionSchema, resolutionSchema } from './needs-attention.js';
import { enterOtpSchema, otpAnswerOf } from './otp.js';
import { stopShape } from './stop.js';

export const closeAccountInputSchema = z.strictObject({
  customerId: customerIdSchema,
  /** The merchant's number for this closing. */
  reference: openingReferenceSchema,
  /** How long the customer may take to enter an OTP. */
  otpWithin: defaulted(durationSchema, '10 minutes'),
  /**
   * How long to wait while purchases, transfers, top-ups or refunds of the customer are open. Without it the closing
   * is `rejected`, with their list.
   */
  waitForOpenJourneys: optional(durationSchema),
});
export type CloseAccountInput = z.input<typeof closeAccountInputSchema>;
export type ParsedCloseAccountInput = z.output<typeof closeAccountInputSchema>;

export const closeAccountOutcomeSchema = z.enum([
  /** DOKU shows no binding any more, and the `wallet` entity has forgotten its tokens and ended. */
  'unbound',
  /** The customer or the merchant gave up, or a wait ended. The account is still bound. */
  'abandoned',
  /** DOKU refused, there is nothing to close, or journeys are open. */
  'rejected',
]);
export type CloseAccountOutcome = z.output<typeof closeAccountOutcomeSchema>;

export const closeAccountResultSchema = z
  .object({
    customerId: z.string(),
    outcome: closeAccountOutcomeSchema,
    /** `not-bound` where there is nothing to close; else a sentence for people. */
    reason: z.string().exactOptional(),
    /** Workflow IDs of the journeys that stood in the way, 50 at most. */
    openJourneys: z.array(z.string()).readonly().exactOptional(),
    resolution: resolutionSchema.exactOptional(),
  })
  .readonly();
export type CloseAccountResult = z.output<typeof closeAccountResultSchema>;

/** What the backend shows the customer next. */
export const closingStepSchema = z.discriminatedUnion('show', [
  z.object({ show: z.literal('wait') }).readonly(),
  enterOtpSchema,
  z.object({ show: z.literal('done'), result: closeAccountResultSchema }).readonly(),
]);
export type ClosingStep = z.output<typeof closingStepSchema>;

/** What `submitOtp` answers here; `resendOtp` answers with a {@link ClosingStep}. */
export const closingOtpAnswerSchema = otpAnswerOf(closingStepSchema);

export const closeAccountStatusSchema = z.enum([
  'checking',
  'awaiting-journeys',
  'unbinding',
  'awaiting-otp',
  'proving',
  'needs-attention',
  ...closeAccountOutcomeSchema.options,
]);
export type CloseAccountStatus = z.output<typeof closeAccountStatusSchema>;

export const closeAccountViewSchema = z
  .object({
    customerId: z.string(),
    status: closeAccountStatusSchema,
    next: closingStepSchema,
    ...stopShape,
    attention: attentionSchema.exactOptional(),
  })
  .readonly();
export type CloseAccountView = z.output<typeof closeAccountViewSchema>;

/** Waits until there is something to show, and returns it in the same round trip as the start. */
export const closingStepUpdate = update('nextStep', {
  argument: optional(firstAnswerSchema),
  result: closingStepSchema,
  errors: [invalidInputError, inputMismatchError],
});
/** The customer gave up before the right OTP. */
export const abandonClosingUpdate = update('abandon', { result: closeAccountResultSchema });
export const closeAccountStatusQuery = query('status', { result: closeAccountViewSchema });
