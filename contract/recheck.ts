/**
 * The contract of `recheck`: a journey that ended, and is held against DOKU again until the two agree once. Workflow ID
 * `recheck/{journey's workflow ID}`. Reconciliations and DOKU's notifications start it; nobody has to.
 *
 * @module
 */
import * as z from 'zod';
import { optional } from './absent.js';
import { invalidInputError, notNeededError } from './errors.js';
import { instantSchema } from './instant.js';
import { query, update } from './message.js';
import { attentionSchema, resolutionSchema } from './needs-attention.js';
import { ROWS_A_PART } from './top-up-batch.js';

/** What DOKU notified of an ended journey, and does not go with its end. */
export const recheckNewsSchema = z.strictObject({
  /** DOKU's `latestTransactionStatus`. */
  latestTransactionStatus: z.string().max(64),
  /** "10000.00", or "USD 10000.00" where it is no rupiah. */
  amount: optional(z.string().max(64)),
  /** It may be of another journey under the same number: it counts only where DOKU's query bears it out. */
  isShared: optional(z.boolean()),
});
export type RecheckNews = z.output<typeof recheckNewsSchema>;

export const recheckInputSchema = z.strictObject({
  /** The journey's. */
  workflowId: z.string().min(1).max(255),
  /** Of a part of a batch: only these rows. */
  rows: optional(z.array(z.string().max(64)).min(1).max(ROWS_A_PART)),
  news: optional(recheckNewsSchema),
  /** ISO 8601: looked at daily until then, also where the two agree. */
  watchUntil: optional(instantSchema),
});
export type RecheckInput = z.output<typeof recheckInputSchema>;

export const recheckOutcomeSchema = z.enum([
  /** DOKU's books and the journey's end agree. */
  'matched',
  /** They did not within thirty days, or could not be compared: a finding says so. */
  'given-up',
  'cancelled',
]);
export type RecheckOutcome = z.output<typeof recheckOutcomeSchema>;

export const recheckResultSchema = z
  .object({
    workflowId: z.string(),
    outcome: recheckOutcomeSchema,
    resolution: resolutionSchema.exactOptional(),
  })
  .readonly();
export type RecheckResult = z.output<typeof recheckResultSchema>;

export const recheckStatusSchema = z.enum([
  /** For the next look. */
  'waiting',
  'needs-attention',
  ...recheckOutcomeSchema.options,
]);
export type RecheckStatus = z.output<typeof recheckStatusSchema>;

export const recheckViewSchema = z
  .object({
    workflowId: z.string(),
    status: recheckStatusSchema,
    /** Rows of a batch's part that are still looked at. */
    rows: z.array(z.string()).readonly().exactOptional(),
    attention: attentionSchema.exactOptional(),
    result: recheckResultSchema.exactOptional(),
  })
  .readonly();
export type RecheckView = z.output<typeof recheckViewSchema>;

/** More news of the journey: DOKU is asked now. The same again is refused, and leaves no event behind. */
export const recheckNewsUpdate = update('news', {
  argument: recheckNewsSchema,
  errors: [invalidInputError, notNeededError],
});
export const recheckStatusQuery = query('status', { result: recheckViewSchema });
