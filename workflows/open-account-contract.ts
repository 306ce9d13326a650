/**
 * The public contract of the `openAccount` journey, for backends in any language: workflow type
 * `openAccount`, workflow ID `account/{customerId}/open/{reference}`, and the names and shapes below.
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

/** Indonesian mobile numbers as people write them; sent to DOKU as `62…`. */
const phoneNoSchema = z
  .string()
  .transform((text) => text.replace(/[\s().-]/g, ''))
  .pipe(z.string().regex(/^(?:\+?62|0)?8[1-9]\d{7,11}$/, 'must be an Indonesian mobile number'))
  .transform((text) => `62${text.replace(/^(?:\+?62|0)/, '')}`);

const customerSchema = z.strictObject({
  name: z.string().min(3).max(128),
  /** Secret: reaches Temporal only encrypted. */
  phoneNo: phoneNoSchema,
  /** Secret: reaches Temporal only encrypted. */
  email: z.email().max(254),
});

export const openAccountInputSchema = z
  .strictObject({
    customerId: customerIdSchema,
    /** The merchant's number for this opening. */
    reference: openingReferenceSchema,
    /** Where DOKU's pages send the customer's browser back to. */
    redirectUrl: z.url({ protocol: /^https?$/ }).max(2048),
    /** For a customer who is new to DOKU. */
    customer: customerSchema.optional(),
    /** For a customer who has a DOKU account: its ID. The journey starts at binding. */
    accountId: z
      .string()
      .regex(/^\d{1,36}$/, 'must be the digits of a DOKU ID')
      .optional(),
    /** How long the customer may take to enter an OTP. */
    otpWithin: durationSchema.default('10 minutes'),
    /** How long the customer may take on each of DOKU's pages. */
    pageWithin: durationSchema.default('30 minutes'),
  })
  .refine(({ customer, accountId }) => (customer === undefined) !== (accountId === undefined), {
    path: ['customer'],
    message: 'exactly one of customer and accountId must be given',
  });
export type OpenAccountInput = z.input<typeof openAccountInputSchema>;
export type ParsedOpenAccountInput = z.output<typeof openAccountInputSchema>;

export type OpenAccountOutcome =
  /** The account is bound and the `wallet` entity holds the customer's token. */
  | 'bound'
  /** The customer or the merchant gave up, or a wait ended. Nothing is bound. */
  | 'abandoned'
  /** DOKU refused. */
  | 'rejected';

export interface OpenAccountResult {
  readonly customerId: string;
  readonly outcome: OpenAccountOutcome;
  /** DOKU's account, once known. */
  readonly accountId?: string;
  readonly linkId?: string;
  /** What was waited for in vain, or what DOKU refused with. */
  readonly reason?: string;
  readonly resolution?: Resolution;
}

/** What the backend shows the customer next. */
export type NextStep =
  | { readonly show: 'wait' }
  | EnterOtp
  | {
      readonly show: 'open-url';
      readonly url: string;
      readonly page: 'create-pin' | 'bind';
      readonly expiresAt: string;
    }
  | { readonly show: 'done'; readonly result: OpenAccountResult };

export type OpenAccountStatus =
  | 'creating'
  | 'awaiting-otp'
  | 'awaiting-pin'
  | 'binding'
  | 'awaiting-binding'
  | 'needs-attention'
  | OpenAccountOutcome;

export interface OpenAccountView {
  readonly customerId: string;
  readonly status: OpenAccountStatus;
  readonly next: NextStep;
  readonly attention?: Attention;
}

export const returnedSchema = z.strictObject({
  /** The query string of the URL that DOKU sent the browser to, as it came: hints until DOKU confirms. */
  rawQuery: z.string().max(4096),
});

/** Waits until there is something to show, and returns it in the same round trip as the start. */
export const nextStepUpdate = defineUpdate<NextStep, [FirstAnswerArgument?]>('nextStep');
export const returnedUpdate = defineUpdate<NextStep, [z.output<typeof returnedSchema>]>('returned');
/** The customer gave up. */
export const abandonUpdate = defineUpdate<OpenAccountResult>('abandon');
export const openAccountStatusQuery = defineQuery<OpenAccountView>('status');
