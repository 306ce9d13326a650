/**
 * What is held against DOKU.
 *
 * @module
 */
import type { Mismatch } from '../../contract/reconciliation.js';
import type { PartRow } from './batch-rows.js';
import type { OwnRun } from './own-runs.js';

/** What is compared: a journey that has ended, or a row of a part that has. */
export interface Subject {
  readonly journey: OwnRun;
  readonly row?: PartRow;
}

/** What there is to compare of a run. */
export type Found =
  /** The journey goes on: its own end will be compared. */
  | { readonly kind: 'open' }
  /** Another run of it counts, which comes with the day of its own end. */
  | { readonly kind: 'superseded' }
  | {
      readonly kind: 'subjects';
      readonly subjects: readonly Subject[];
      /** Somebody without the workers' key has begun it, or begun it once more. */
      readonly isOdd: boolean;
    };

/** Whom a subject is about. */
export function aboutOf({
  journey,
  row,
}: Subject): Pick<Mismatch, 'subject' | 'partnerReferenceNo' | 'customerId'> {
  const { workflowId, partnerReferenceNo, customerId } = journey;
  if (row === undefined) return { subject: workflowId, partnerReferenceNo, customerId };
  const { partnerReferenceNo: number, customerId: whose } = row;
  return { subject: `${workflowId}, ${number}`, partnerReferenceNo: number, customerId: whose };
}
