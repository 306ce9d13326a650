/**
 * The public contract of the `authorizedPurchase` journey, for backends in any language: workflow type
 * `authorizedPurchase`, workflow ID `authorized-purchase/{partnerReferenceNo}`, and the names and shapes below.
 *
 * @module
 */
import * as z from 'zod';
import { defaulted, optional } from './absent.js';
import { durationSchema } from './duration.js';
import {
  answeredWith,
  endedWith,
  handedOverError,
  inputMismatchError,
  invalidInputError,
  notNowError,
} from './errors.js';
import { firstAnswerSchema } from './first-answer.js';
import { customerIdSchema, partnerReferenceNoSchema } from './identity.js';
import { instantSchema } from './instant.js';
import { query, signal, update } from './message.js';
import { amountValueSchema, moneySchema } from './money.js';
import { attentionSchema, resolutionSchema } from './needs-attention.js';
import { refusedShape } from './refusal.js';
import { stopShape } from './stop.js';

export const authorizedPurchaseInputSchema = z.strictObject({
  /** The order's number at the merchant, and the identity of the authorisation (money rule 1). */
  partnerReferenceNo: partnerReferenceNoSchema,
  customerId: customerIdSchema,
  /** What is held at most. */
  amount: moneySchema,
  /** What the customer sees. */
  title: z.string().min(1).max(256),
  /**
   * After it, what is not captured is given back. A run that is not the first (reset, started again) asks an operator
   * instead, unless it knows all that the earlier ones were told.
   */
  captureWithin: defaulted(durationSchema, '7 days'),
});
export type AuthorizedPurchaseInput = z.input<typeof authorizedPurchaseInputSchema>;
export type ParsedAuthorizedPurchaseInput = z.output<typeof authorizedPurchaseInputSchema>;

export const authorizedPurchaseOutcomeSchema = z.enum([
  /** Something was captured; the rest, if any, was given back. */
  'captured',
  /** All was given back, as far as is known: what is not is `unaccounted`. */
  'voided',
  /** DOKU refused to hold the amount; nothing moved. */
  'declined',
]);
export type AuthorizedPurchaseOutcome = z.output<typeof authorizedPurchaseOutcomeSchema>;

export const authorizedPurchaseResultSchema = z
  .object({
    partnerReferenceNo: z.string(),
    outcome: authorizedPurchaseOutcomeSchema,
    referenceNo: z.string().exactOptional(),
    /** Whose money it is: the customer's DOKU account when it was held. */
    accountId: z.string().exactOptional(),
    /** "10000.00" IDR: what the merchant has. */
    captured: amountValueSchema,
    /** "10000.00" IDR: what went back to the customer. */
    voided: amountValueSchema,
    /**
     * "10000.00" IDR: captured or given back, and nothing here tells which: by an earlier run of the journey, or by a capture or
     * a void of all that was left where DOKU does not tell how much that was. With `captured` and `voided` it comes to what was
     * held.
     */
    unaccounted: amountValueSchema.exactOptional(),
    /** Why it was declined, or what gave the rest back. */
    reason: z.string().exactOptional(),
    ...refusedShape,
    resolution: resolutionSchema.exactOptional(),
  })
  .readonly();
export type AuthorizedPurchaseResult = z.output<typeof authorizedPurchaseResultSchema>;

export const authorizedPurchaseStatusSchema = z.enum([
  'authorizing',
  'authorized',
  'voiding',
  'in-doubt',
  'needs-attention',
  ...authorizedPurchaseOutcomeSchema.options,
]);
export type AuthorizedPurchaseStatus = z.output<typeof authorizedPurchaseStatusSchema>;

export const authorizedPurchaseViewSchema = z
  .object({
    partnerReferenceNo: z.string(),
    status: authorizedPurchaseStatusSchema,
    /** Whose money it is: the customer's DOKU account that it was asked of. */
    accountId: z.string().exactOptional(),
    /** "10000.00" IDR each. */
    captured: amountValueSchema,
    voided: amountValueSchema,
    remaining: amountValueSchema,
    /** Captures and voids that DOKU proved, in their order. */
    steps: z
      .array(z.object({ kind: z.enum(['capture', 'void']), partnerNo: z.string() }).readonly())
      .readonly(),
    /** ISO 8601: when the rest is given back; while it may be captured. */
    captureBy: instantSchema.exactOptional(),
    /** Since when it is not known whether what was sent has happened. */
    inDoubtSince: instantSchema.exactOptional(),
    /**
     * Since when it is not known what an earlier run of the journey (before a reset, say) captured and gave back, or since when
     * DOKU has refused less than this one knows to be held as too much: `captured` and `voided` are at least what was, `remaining`
     * at most.
     */
    unknownSince: instantSchema.exactOptional(),
    ...stopShape,
    attention: attentionSchema.exactOptional(),
    result: authorizedPurchaseResultSchema.exactOptional(),
  })
  .readonly();
export type AuthorizedPurchaseView = z.output<typeof authorizedPurchaseViewSchema>;

export const captureSchema = z.strictObject({
  /** The capture's own number: sent twice it is captured once. */
  partnerCaptureNo: partnerReferenceNoSchema,
  /** Default, and so for `null`: all that remains. */
  amount: optional(moneySchema),
  /** The last capture gives the rest back and ends the journey. */
  last: defaulted(z.boolean(), false),
});
export const voidSchema = z.strictObject({
  /** The void's own number: sent twice it is given back once, and nothing else may have it. */
  partnerVoidNo: partnerReferenceNoSchema,
  /** Default, and so for `null`: all that remains. */
  amount: optional(moneySchema),
  /** Goes to DOKU. Nothing personal. */
  reason: defaulted(z.string().min(1).max(128), 'voided by the merchant'),
});

/**
 * What became of one capture or void. `rejected` is an answer, not an error: nothing moved under this number and nothing will.
 * DOKU refused it, or those that came first left less than it asks for (`above what remains`).
 */
export const stepResultSchema = z
  .object({
    outcome: z.enum(['captured', 'voided', 'rejected']),
    /**
     * "10000.00" IDR. "0.00" of what was captured or given back where nobody tells how much: all that remained for an earlier run
     * of the journey, which was forgotten, and whose amount DOKU leaves out. The result has it as `unaccounted`. What DOKU shows,
     * where that is not what was asked for, and an operator recorded it as shown.
     */
    amount: amountValueSchema,
    remaining: amountValueSchema,
    refusal: z.string().exactOptional(),
    ...refusedShape,
  })
  .readonly();
export type StepResult = z.output<typeof stepResultSchema>;

/** A capture or a void, as its number was given to it. Without `amount`: all that remained. */
export const stepAskedSchema = z.union([
  z
    .object({
      partnerCaptureNo: z.string(),
      amount: moneySchema.exactOptional(),
      last: z.boolean(),
    })
    .readonly(),
  z.object({ partnerVoidNo: z.string(), amount: moneySchema.exactOptional() }).readonly(),
]);
export type StepAsked = z.output<typeof stepAskedSchema>;

/** Its number was given to another capture or void, which the details hold. */
export const stepMismatchError = {
  ...inputMismatchError,
  details: z.tuple([stepAskedSchema]),
} as const;

/** What became of a capture or a void that was asked for before. */
export const stepBeforeSchema = z
  .object({
    /** As it was answered then. */
    answer: stepResultSchema.exactOptional(),
    /** The number is that of another one. */
    isOther: z.literal(true).exactOptional(),
    /** That other one. */
    existing: stepAskedSchema.exactOptional(),
  })
  .readonly();
export type StepBefore = z.output<typeof stepBeforeSchema>;

/** A capture or a void that one run of the journey took on. */
export const ownStepSchema = z
  .object({
    kind: z.enum(['capture', 'void']),
    partnerNo: z.string(),
    /** As it was asked for: without it all that remained. */
    amount: moneySchema.exactOptional(),
    closes: z.boolean(),
    reason: z.string(),
    /** Absent where that run never learned what became of it. */
    answer: stepResultSchema.exactOptional(),
    /** Without an answer: DOKU accepted it, and does not show it yet. */
    isAccepted: z.literal(true).exactOptional(),
    /** It is `rejected` by an operator's word: DOKU's books may have it all the same. */
    isRecorded: z.literal(true).exactOptional(),
  })
  .readonly();
export type OwnStep = z.output<typeof ownStepSchema>;

export const ownStepsSchema = z
  .object({
    /** Nothing was captured or given back that is not among them. */
    isWhole: z.boolean(),
    /** In their order. */
    steps: z.array(ownStepSchema).readonly(),
  })
  .readonly();
export type OwnSteps = z.output<typeof ownStepsSchema>;

/** Returns once the amount is held, in the same round trip as the start (update-with-start). */
export const authorizedUpdate = update('authorized', {
  argument: optional(firstAnswerSchema),
  result: authorizedPurchaseViewSchema,
  errors: [
    invalidInputError,
    inputMismatchError,
    answeredWith(authorizedPurchaseViewSchema),
    endedWith(authorizedPurchaseResultSchema),
  ],
});
const stepErrors = [
  invalidInputError,
  stepMismatchError,
  notNowError,
  handedOverError,
  answeredWith(stepResultSchema),
  endedWith(authorizedPurchaseResultSchema),
];
/** Takes from what is held, and returns when DOKU proves it. */
export const captureUpdate = update('capture', {
  argument: captureSchema,
  result: stepResultSchema,
  errors: stepErrors,
});
/** Gives back from what is held, and returns when DOKU proves it. */
export const voidUpdate = update('void', {
  argument: voidSchema,
  result: stepResultSchema,
  errors: stepErrors,
});
/** Asked of a journey that takes no updates any more as it has ended, by whoever missed the answer to one: either member. */
export const stepQuery = query('step', {
  argument: z.object({
    capture: captureSchema.exactOptional(),
    void: voidSchema.exactOptional(),
  }),
  result: stepBeforeSchema,
});
/** Asked of a run by the one that an operator's reset made of it. */
export const ownStepsQuery = query('ownSteps', { result: ownStepsSchema });
/** DOKU notified it: only a hint, its history is asked. */
export const authorizedPurchaseNotifiedSignal = signal('notified');
export const authorizedPurchaseStatusQuery = query('status', {
  result: authorizedPurchaseViewSchema,
});
