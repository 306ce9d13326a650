/**
 * The public contract of the `reconciliation`: workflow type `reconciliation`, by hand under the ID
 * `reconciliation/{from}_{to}`, or daily by Temporal's schedule `reconciliation`.
 *
 * @module
 */
import { defineQuery } from '@temporalio/workflow';
import * as z from 'zod';
import type { FindingKind } from './finding-contract.js';
import type { Attention, Resolution } from './needs-attention-contract.js';

const instant = z.iso.datetime({ offset: true });

export const reconciliationInputSchema = z
  .strictObject({
    /** ISO 8601 with offset: journeys started from then. Default: yesterday's midnight in Jakarta. */
    from: instant.optional(),
    /** Until before then. Default: today's midnight in Jakarta. */
    to: instant.optional(),
  })
  .refine(({ from, to }) => (from === undefined) === (to === undefined), {
    path: ['to'],
    message: 'from and to come together',
  })
  .refine(({ from, to }) => !from || !to || Date.parse(from) < Date.parse(to), {
    path: ['to'],
    message: 'must be after from',
  })
  .refine(({ from, to }) => !from || !to || Date.parse(to) - Date.parse(from) <= 28 * 86_400_000, {
    path: ['to'],
    message: 'must be within four weeks of from',
  });
export type ReconciliationInput = z.input<typeof reconciliationInputSchema>;

/** Something that does not add up. */
export interface Mismatch {
  readonly kind: Exclude<FindingKind, 'unknown-notification'>;
  /** Workflow ID of the journey, or what DOKU calls the entry. */
  readonly subject: string;
  readonly partnerReferenceNo: string;
  readonly customerId: string;
  /** How it is here, such as "paid 10000.00". */
  readonly here: string;
  /** How it is at DOKU. */
  readonly doku: string;
}

export interface ReconciliationCounts {
  /** Ended journeys and rows of batches that were held against DOKU. */
  readonly checked: number;
  readonly matched: number;
  readonly mismatched: number;
  /** Journeys that have not ended yet: the next reconciliation's. */
  readonly open: number;
  /** DOKU cannot be asked, as the customer is no longer bound. */
  readonly unaskable: number;
  /** Entries of DOKU's history that were looked for here. */
  readonly entries: number;
}

export interface ReconciliationResult {
  /** ISO 8601 with offset. */
  readonly from: string;
  readonly to: string;
  readonly outcome: 'finished' | 'cancelled';
  readonly counts: ReconciliationCounts;
  /** The first {@link MOST_LISTED}; each is open as a `finding`. */
  readonly mismatches: readonly Mismatch[];
  readonly resolution?: Resolution;
}

/** What a report lists at most, so that its payload stays small. */
export const MOST_LISTED = 500;

export type ReconciliationStatus =
  | 'journeys'
  | 'history'
  | 'needs-attention'
  | 'finished'
  | 'cancelled';

export interface ReconciliationView {
  readonly from: string;
  readonly to: string;
  readonly status: ReconciliationStatus;
  readonly counts: ReconciliationCounts;
  readonly attention?: Attention;
  readonly result?: ReconciliationResult;
}
export const reconciliationStatusQuery = defineQuery<ReconciliationView>('status');

/** What one run hands over to the next. */
export interface ReconciliationProgress {
  readonly phase: 'journeys' | 'history';
  readonly token: string;
  readonly counts: ReconciliationCounts;
  readonly mismatches: readonly Mismatch[];
}
