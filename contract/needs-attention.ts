/**
 * The contract of a journey that cannot establish the truth by itself and waits for an operator, the same
 * for all journeys.
 *
 * @module
 */
import * as z from 'zod';
import { optional } from './absent.js';
import {
  contradictedError,
  handedOverError,
  invalidInputError,
  journeyEndedError,
  notNeededError,
} from './errors.js';
import { instantSchema } from './instant.js';
import { update } from './message.js';
import { operatorWordsSchema } from './operator-words.js';

export const knownFactSchema = z
  .object({
    /** ISO 8601. */
    at: instantSchema,
    fact: z.string(),
  })
  .readonly();
export type KnownFact = z.output<typeof knownFactSchema>;

export const attentionSchema = z
  .object({
    reason: z.string(),
    known: z.array(knownFactSchema).readonly(),
    /** What to look up at DOKU before deciding. */
    check: z.array(z.string()).readonly(),
    decisions: z.array(z.string()).readonly(),
  })
  .readonly();
export type Attention = z.output<typeof attentionSchema>;

export const resolutionSchema = z.strictObject({
  decision: z.string().min(1).max(64),
  /** Who decided: an operator's name or staff number. */
  operator: z.string().min(1).max(64),
  /** Why, in the operator's words. Nothing personal about the customer. */
  note: z.string().min(1).max(500),
  /** Records it though DOKU says otherwise, where nothing changes. Without it such a decision is refused. */
  force: optional(z.boolean()),
});
/** What is said now; what was recorded before may hold any characters. */
export const resolveArgumentSchema = resolutionSchema.extend({
  operator: operatorWordsSchema(64),
  note: operatorWordsSchema(500),
});
export type Resolution = z.output<typeof resolutionSchema>;

/**
 * Ends the wait of a journey in `needs-attention`. Refused when the journey is not there, does not allow the
 * decision, or DOKU contradicts it.
 */
export const resolveUpdate = update('resolve', {
  argument: resolveArgumentSchema,
  errors: [
    invalidInputError,
    notNeededError,
    contradictedError,
    journeyEndedError,
    handedOverError,
  ],
});
