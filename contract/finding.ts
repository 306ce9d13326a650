/**
 * The contract of `finding`: something about a reference that does not add up between here and DOKU, kept open until an
 * operator has looked. Workflow ID `finding/{kind}/{partnerReferenceNo}`.
 *
 * @module
 */
import * as z from 'zod';
import { partnerReferenceNoSchema } from './identity.js';
import { query } from './message.js';
import { attentionSchema, resolutionSchema } from './needs-attention.js';

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
] as const;
export const findingKindSchema = z.enum(FINDING_KINDS);
export type FindingKind = z.output<typeof findingKindSchema>;

export const findingInputSchema = z.strictObject({
  kind: findingKindSchema,
  partnerReferenceNo: partnerReferenceNoSchema,
  customerId: z.string().max(64).optional(),
  /** What is known, a line each; nothing secret. */
  facts: z.array(z.string().min(1).max(300)).max(20),
  /** What to look up before deciding. */
  check: z.string().min(1).max(300),
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
    resolution: resolutionSchema.exactOptional(),
  })
  .readonly();
export type FindingResult = z.output<typeof findingResultSchema>;

export const findingViewSchema = z
  .object({
    kind: findingKindSchema,
    partnerReferenceNo: z.string(),
    status: z.enum(['needs-attention', ...findingOutcomeSchema.options]),
    attention: attentionSchema.exactOptional(),
  })
  .readonly();
export type FindingView = z.output<typeof findingViewSchema>;
export const findingStatusQuery = query('status', { result: findingViewSchema });
