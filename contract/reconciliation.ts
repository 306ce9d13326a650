/**
 * The public contract of the `reconciliation`: workflow type `reconciliation`, by hand under the ID
 * `reconciliation/{from}_{to}`, or daily by Temporal's schedule `reconciliation`. Its input is the period that its ID names; only what
 * that schedule begins has none.
 *
 * @module
 */
import * as z from 'zod';
import { optional } from './absent.js';
import { findingKindSchema } from './finding.js';
import { instantSchema } from './instant.js';
import { query } from './message.js';
import { attentionSchema, resolutionSchema } from './needs-attention.js';

export const reconciliationInputSchema = z
  .strictObject({
    /** ISO 8601 with offset: journeys that ended from then. Default: the midnight before the schedule's day in Jakarta. */
    from: optional(instantSchema),
    /** Until before then, which must be over. Default: the midnight of the schedule's day in Jakarta. */
    to: optional(instantSchema),
  })
  .refine(({ from, to }) => (from === undefined) === (to === undefined), {
    path: ['to'],
    message: 'from and to come together',
  })
  // Of what is no instant, which is told already, neither of these is told.
  .refine(({ from, to }) => !from || !to || !(Date.parse(from) >= Date.parse(to)), {
    path: ['to'],
    message: 'must be after from',
  })
  .refine(
    ({ from, to }) => !from || !to || !(Date.parse(to) - Date.parse(from) > 28 * 86_400_000),
    {
      path: ['to'],
      message: 'must be within four weeks of from',
    },
  );
export type ReconciliationInput = z.input<typeof reconciliationInputSchema>;

/** Something that does not add up. */
export const mismatchSchema = z
  .object({
    kind: findingKindSchema.exclude(['unknown-notification', 'unproven']),
    /** Workflow ID of the journey, or what DOKU calls the entry. */
    subject: z.string(),
    partnerReferenceNo: z.string(),
    customerId: z.string(),
    /** How it is here, such as "paid 10000.00". */
    here: z.string(),
    /** How it is at DOKU. */
    doku: z.string(),
    /** What it is about: "10000.00", or "USD 10000.00" where it is no rupiah. */
    amount: z.string().exactOptional(),
  })
  .readonly();
export type Mismatch = z.output<typeof mismatchSchema>;

export const reconciliationCountsSchema = z
  .object({
    /** Ended journeys and rows of batches that were held against DOKU. */
    checked: z.int(),
    matched: z.int(),
    mismatched: z.int(),
    /** Journeys that have not ended yet: they come with the day of their end. */
    open: z.int(),
    /**
     * DOKU could not be asked, as the customer is no longer bound, or gave no answer that can be read; or no worker answers for
     * the journey, or what Temporal has of it cannot be read: each is looked at again daily. And what nobody with the workers' key
     * has begun, or begun once more.
     */
    unaskable: z.int(),
    /** Entries of DOKU's history that were looked for here. */
    entries: z.int(),
  })
  .readonly();
export type ReconciliationCounts = z.output<typeof reconciliationCountsSchema>;

/** What is otherwise than it was when the merchant reconciled the same period before, or else the first daily one did. */
export const reconciliationChangesSchema = z
  .object({
    /** ISO 8601: when that reconciliation ended. */
    since: instantSchema,
    /** Mismatches that are listed now, and were not then. */
    appeared: z.array(mismatchSchema).readonly(),
    /** The other way round. */
    gone: z.array(mismatchSchema).readonly(),
    /** One of the two has more mismatches than it lists, so that not all changes can be told. */
    isPartial: z.boolean(),
  })
  .readonly();
export type ReconciliationChanges = z.output<typeof reconciliationChangesSchema>;

export const reconciliationOutcomeSchema = z.enum(['finished', 'cancelled']);

export const reconciliationResultSchema = z
  .object({
    /** ISO 8601 with offset. */
    from: instantSchema,
    to: instantSchema,
    outcome: reconciliationOutcomeSchema,
    counts: reconciliationCountsSchema,
    /** The first {@link MOST_LISTED}; each is open as a `finding`. */
    mismatches: z.array(mismatchSchema).readonly(),
    /**
     * The first {@link MOST_ODD} workflow IDs of journeys that somebody without the workers' key has begun, or begun once more. They
     * supersede nothing, and count as `unaskable`.
     */
    odd: z.array(z.string()).readonly().exactOptional(),
    /** Absent where the period was never reconciled before. */
    changes: reconciliationChangesSchema.exactOptional(),
    resolution: resolutionSchema.exactOptional(),
  })
  .readonly();
export type ReconciliationResult = z.output<typeof reconciliationResultSchema>;

/** What a report lists at most, so that its payload stays small. */
export const MOST_LISTED = 500;

/** What a report names at most of what nobody with the workers' key has begun. */
export const MOST_ODD = 100;

export const reconciliationStatusSchema = z.enum([
  'journeys',
  'history',
  'needs-attention',
  ...reconciliationOutcomeSchema.options,
]);
export type ReconciliationStatus = z.output<typeof reconciliationStatusSchema>;

export const reconciliationViewSchema = z
  .object({
    from: instantSchema,
    to: instantSchema,
    status: reconciliationStatusSchema,
    counts: reconciliationCountsSchema,
    attention: attentionSchema.exactOptional(),
    result: reconciliationResultSchema.exactOptional(),
  })
  .readonly();
export type ReconciliationView = z.output<typeof reconciliationViewSchema>;
export const reconciliationStatusQuery = query('status', { result: reconciliationViewSchema });

/** What one run hands over to the next. */
export interface ReconciliationProgress {
  readonly phase: 'journeys' | 'history';
  readonly token: string;
  readonly counts: ReconciliationCounts;
  readonly mismatches: readonly Mismatch[];
  readonly odd?: readonly string[];
}
