/**
 * The contract of a journey that cannot establish the truth by itself and waits for an operator, the same
 * for all journeys.
 *
 * @module
 */
import { defineUpdate } from '@temporalio/workflow';
import * as z from 'zod';

export interface KnownFact {
  /** ISO 8601. */
  readonly at: string;
  readonly fact: string;
}

export interface Attention {
  readonly reason: string;
  readonly known: readonly KnownFact[];
  /** What to look up at DOKU before deciding. */
  readonly check: readonly string[];
  readonly decisions: readonly string[];
}

export const resolutionSchema = z.strictObject({
  decision: z.string().min(1).max(64),
  /** Who decided: an operator's name or staff number. */
  operator: z.string().min(1).max(64),
  /** Why, in the operator's words. Nothing personal about the customer. */
  note: z.string().min(1).max(500),
  /** Overrules DOKU where it says otherwise. Without it such a decision is refused. */
  force: z.boolean().optional(),
});
export type Resolution = z.output<typeof resolutionSchema>;

/**
 * Ends the wait of a journey in `needs-attention`. Refused when the journey is not there, does not allow the
 * decision, or DOKU contradicts it.
 */
export const resolveUpdate = defineUpdate<void, [Resolution]>('resolve');
