/**
 * The contract of `finding`: something about a reference that does not add up between here and DOKU, kept open until an
 * operator has looked. Workflow ID `finding/{kind}/{partnerReferenceNo}`: one run of it is open at a time, and what nobody
 * has explained yet starts another (`raiseFinding` in `activities/journeys/findings.ts`).
 *
 * @module
 */
import * as z from 'zod';
import { defaulted, optional } from './absent.js';
import { fullError, invalidInputError, knownError, notNowError } from './errors.js';
import { query, update } from './message.js';
import { attentionSchema, resolutionSchema } from './needs-attention.js';
import { stopShape } from './stop.js';

export const FINDING_KINDS = [
  /** DOKU notified a reference that no journey knows. */
  'unknown-notification',
  /** DOKU's books have it, and no journey does, or its journey broke. */
  'missing-here',
  /** A journey ended well, and DOKU does not have it. */
  'missing-at-doku',
  /** Both have it, and disagree on how it ended. */
  'status',
  /** Both have it, with different amounts. */
  'amount',
  /** For thirty days nobody could hold it against DOKU. */
  'unproven',
] as const;
export const findingKindSchema = z.enum(FINDING_KINDS);
export type FindingKind = z.output<typeof findingKindSchema>;

/** One report, a line each; nothing secret, and nothing that differs each time it is seen, such as an instant. */
const reportSchema = z.array(z.string().min(1).max(300)).min(1).max(20);

export const findingInputSchema = z.strictObject({
  kind: findingKindSchema,
  /** As DOKU writes it: it may be none of our form. */
  partnerReferenceNo: z
    .string()
    .regex(/^[^\p{Cc}]{1,128}$/u, 'must be 1 to 128 printable characters'),
  customerId: optional(z.string().max(64)),
  /** What it is about, "10000.00", or "USD 10000.00" where it is no rupiah. */
  amount: optional(z.string().max(64)),
  /** What is known, a line each; nothing secret. */
  facts: reportSchema,
  /** What to look up before deciding. */
  check: z.string().min(1).max(300),
  /** Reports that an operator has explained before, by their keys. */
  explained: defaulted(z.array(z.string().max(6_100)).max(50), []),
});
export type FindingInput = z.input<typeof findingInputSchema>;

export const findingOutcomeSchema = z.enum([
  /** It is as it should be; the note says why. */
  'explained',
  /** Somebody put it right, here or at DOKU. */
  'corrected',
  /** It is none of this merchant's business. */
  'dismissed',
]);
export type FindingOutcome = z.output<typeof findingOutcomeSchema>;

export const findingResultSchema = z
  .object({
    kind: findingKindSchema,
    partnerReferenceNo: z.string(),
    outcome: findingOutcomeSchema,
    /** The reports that the operator decided on, and those of before, by their keys: the same again is no news. */
    explained: z.array(z.string()).readonly().exactOptional(),
    resolution: resolutionSchema.exactOptional(),
  })
  .readonly();
export type FindingResult = z.output<typeof findingResultSchema>;

export const findingViewSchema = z
  .object({
    kind: findingKindSchema,
    partnerReferenceNo: z.string(),
    status: z.enum(['needs-attention', ...findingOutcomeSchema.options]),
    ...stopShape,
    attention: attentionSchema.exactOptional(),
  })
  .readonly();
export type FindingView = z.output<typeof findingViewSchema>;
export const findingStatusQuery = query('status', { result: findingViewSchema });

export const seenAgainSchema = z.strictObject({ facts: reportSchema });
/**
 * The same reference does not add up in another way. Refused without an event where the finding has this report already
 * (type `Known`), holds as many as an operator reads (`Full`), or is just being resolved (`NotNow`).
 */
export const seenAgainUpdate = update('seenAgain', {
  argument: seenAgainSchema,
  errors: [invalidInputError, knownError, fullError, notNowError],
});

/** Tells reports apart. */
export const reportKey = (facts: readonly string[]) => facts.join('; ');
