/**
 * The contract of `finding`: something about a reference that does not add up between here and DOKU, kept open until an
 * operator has looked. Workflow ID `finding/{kind}/{partnerReferenceNo}`.
 *
 * @module
 */
import { defineQuery } from '@temporalio/workflow';
import * as z from 'zod';
import { partnerReferenceNoSchema } from './identity.js';
import type { Attention, Resolution } from './needs-attention-contract.js';

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
export type FindingKind = (typeof FINDING_KINDS)[number];

export const findingInputSchema = z.strictObject({
  kind: z.enum(FINDING_KINDS),
  partnerReferenceNo: partnerReferenceNoSchema,
  customerId: z.string().max(64).optional(),
  /** What is known, a line each; nothing secret. */
  facts: z.array(z.string().min(1).max(300)).max(20),
  /** What to look up before deciding. */
  check: z.string().min(1).max(300),
});
export type FindingInput = z.input<typeof findingInputSchema>;

export type FindingOutcome =
  /** It is as it should be; the note says why. */
  | 'explained'
  /** Somebody put it right, here or at DOKU. */
  | 'corrected'
  /** It is none of this merchant's business. */
  | 'dismissed';

export interface FindingResult {
  readonly kind: FindingKind;
  readonly partnerReferenceNo: string;
  readonly outcome: FindingOutcome;
  readonly resolution?: Resolution;
}

export interface FindingView {
  readonly kind: FindingKind;
  readonly partnerReferenceNo: string;
  readonly status: 'needs-attention' | FindingOutcome;
  readonly attention?: Attention;
}
export const findingStatusQuery = defineQuery<FindingView>('status');
