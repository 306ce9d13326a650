/**
 * The public contract of the `openAccount` journey, for backends in any language: workflow type
 * `openAccount`, workflow ID `account/{customerId}/open/{reference}`, and the names and shapes below.
 *
 * @module
 */
import * as z from 'zod';
import { defaulted, optional } from './absent.js';
import { browserUrlSchema } from './browser-url.js';
import { durationSchema } from './duration.js';
import { inputMismatchError, invalidInputError } from './errors.js';
import { firstAnswerSchema } from './first-answer.js';
import { customerIdSchema, openingReferenceSchema } from './identity.js';
import { instantSchema } from './instant.js';
import { query, update } from './message.js';
import { attentionSchema, resolutionSchema } from './needs-attention.js';
import { enterOtpSchema, otpAnswerOf } from './otp.js';
import { stopShape } from './stop.js';

/** Indonesian mobile numbers as people write them; sent to DOKU as `62…`. */
const phoneNoSchema = z
  .string()
  .max(64)
  .transform((text) => text.replace(/[\s().-]/g, ''))
  .pipe(z.string().regex(/^(?:\+?62|0)?8[1-9]\d{7,11}$/, 'must be an Indonesian mobile number'))
  .transform((text) => `62${text.replace(/^(?:\+?62|0)/, '')}`)
  // Says what comes out, for those who read the schema rather than run it.
  .pipe(z.string().regex(/^628[1-9]\d{7,11}$/));

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
    redirectUrl: browserUrlSchema(2048),
    /** For a customer who is new to DOKU. */
    customer: optional(customerSchema),
    /** For a customer who has a DOKU account: its ID. The journey starts at binding. */
    accountId: optional(z.string().regex(/^\d{1,36}$/, 'must be the digits of a DOKU ID')),
    /** How long the customer may take to enter an OTP. */
    otpWithin: defaulted(durationSchema, '10 minutes'),
    /** How long the customer may take on each of DOKU's pages. */
    pageWithin: defaulted(durationSchema, '30 minutes'),
  })
  .refine(({ customer, accountId }) => (customer === undefined) !== (accountId === undefined), {
    path: ['customer'],
    message: 'exactly one of customer and accountId must be given',
  });
export type OpenAccountInput = z.input<typeof openAccountInputSchema>;
export type ParsedOpenAccountInput = z.output<typeof openAccountInputSchema>;

export const openAccountOutcomeSchema = z.enum([
  /** The account is bound and the `wallet` entity holds the customer's token. */
  'bound',
  /** The customer or the merchant gave up, or a wait ended. Nothing is bound. */
  'abandoned',
  /** DOKU refused, money of the account bound now is on its way, or an operator decided so. */
  'rejected',
]);
export type OpenAccountOutcome = z.output<typeof openAccountOutcomeSchema>;

export const openAccountResultSchema = z
  .object({
    customerId: z.string(),
    outcome: openAccountOutcomeSchema,
    /** DOKU's account, once known. */
    accountId: z.string().exactOptional(),
    linkId: z.string().exactOptional(),
    /**
     * The account that the customer was bound to before, where it is another one. DOKU keeps that binding until it is ended
     * there: what began with it ends with it, and nothing new is asked of it.
     */
    replaced: z.object({ accountId: z.string() }).readonly().exactOptional(),
    /** Workflow IDs of the journeys that move money of the account bound now, and stood in the way; 50 at most. */
    openJourneys: z.array(z.string()).readonly().exactOptional(),
    /** What was waited for in vain, or what DOKU refused with: a sentence for people. */
    reason: z.string().exactOptional(),
    resolution: resolutionSchema.exactOptional(),
  })
  .readonly();
export type OpenAccountResult = z.output<typeof openAccountResultSchema>;

/** What the backend shows the customer next. */
export const nextStepSchema = z.discriminatedUnion('show', [
  z.object({ show: z.literal('wait') }).readonly(),
  enterOtpSchema,
  z
    .object({
      show: z.literal('open-url'),
      url: z.string(),
      page: z.enum(['create-pin', 'bind']),
      expiresAt: instantSchema,
    })
    .readonly(),
  z.object({ show: z.literal('done'), result: openAccountResultSchema }).readonly(),
]);
export type NextStep = z.output<typeof nextStepSchema>;

/** What `submitOtp` answers here; `resendOtp` answers with a {@link NextStep}. */
export const openingOtpAnswerSchema = otpAnswerOf(nextStepSchema);

export const openAccountStatusSchema = z.enum([
  'creating',
  'awaiting-otp',
  'awaiting-pin',
  'binding',
  'awaiting-binding',
  'needs-attention',
  ...openAccountOutcomeSchema.options,
]);
export type OpenAccountStatus = z.output<typeof openAccountStatusSchema>;

export const openAccountViewSchema = z
  .object({
    customerId: z.string(),
    status: openAccountStatusSchema,
    next: nextStepSchema,
    /** The account bound now, which a new one takes the place of once the customer agrees. */
    replaces: z.object({ accountId: z.string() }).readonly().exactOptional(),
    ...stopShape,
    attention: attentionSchema.exactOptional(),
  })
  .readonly();
export type OpenAccountView = z.output<typeof openAccountViewSchema>;

export const returnedSchema = z.strictObject({
  /** The query string of the URL that DOKU sent the browser to, as it came: hints until DOKU confirms. */
  rawQuery: z.string().max(4096),
});

/** Waits until there is something to show, and returns it in the same round trip as the start. */
export const nextStepUpdate = update('nextStep', {
  argument: optional(firstAnswerSchema),
  result: nextStepSchema,
  errors: [invalidInputError, inputMismatchError],
});
/** Answers once it is judged what this very caller has brought. */
export const returnedUpdate = update('returned', {
  argument: returnedSchema,
  result: nextStepSchema,
  errors: [invalidInputError],
});
/** The customer gave up. */
export const abandonUpdate = update('abandon', { result: openAccountResultSchema });
export const openAccountStatusQuery = query('status', { result: openAccountViewSchema });
