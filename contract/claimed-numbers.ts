/**
 * The contract of the `claimedNumbers` entity: workflow type `claimedNumbers`, one for all batches. It says which part of a
 * batch is about to send the top-up of a number, so that no two send it at once (money rule 1). Only activities talk to it.
 *
 * @module
 */
import * as z from 'zod';
import { defaulted } from './absent.js';
import { invalidInputError } from './errors.js';
import { query, update } from './message.js';
import { ROWS_A_PART } from './top-up-batch.js';

/** Characters of a number's digest: two that are alike only have a row wait a little. */
export const DIGEST_LENGTH = 8;
/** Parts that claim at once. With what their rows take, one run's input stays below Temporal's 2 MB. */
export const MOST_CLAIMING = 500;
/** Of those that claim, so many are named to whoever claims, who looks whether they are still there. */
const MOST_NAMED = 10;

const partSchema = z.string().min(1).max(128);
const digestSchema = z.string().length(DIGEST_LENGTH);

export const numbersClaimSchema = z.strictObject({
  /** The part's workflow ID. */
  part: partSchema,
  /** Of its rows' numbers. */
  digests: z.array(digestSchema).max(ROWS_A_PART),
});
export type NumbersClaim = z.output<typeof numbersClaimSchema>;

export const numbersClaimedSchema = z
  .object({
    /** Those that other parts have claimed: they are not this one's. */
    taken: z.array(z.string()).readonly(),
    /** Nothing was claimed, as too many parts have. */
    isFull: z.boolean(),
    /** Workflow IDs of parts that have claimed, the oldest first. */
    others: z.array(z.string()).max(MOST_NAMED).readonly(),
  })
  .readonly();
export type NumbersClaimed = z.output<typeof numbersClaimedSchema>;

/** Digests one after the other. */
const keptClaimsSchema = z
  .array(z.strictObject({ part: partSchema, digests: z.string() }))
  .max(MOST_CLAIMING);
export const claimedNumbersInputSchema = z.strictObject({
  claims: defaulted(keptClaimsSchema, []),
});
/** What one run of the entity hands over to the next. */
export type ClaimedNumbersInput = z.input<typeof claimedNumbersInputSchema>;

/** Claims what nobody else has. Of the same part again it stands instead of what it claimed before. */
export const claimNumbersUpdate = update('claimNumbers', {
  argument: numbersClaimSchema,
  result: numbersClaimedSchema,
  errors: [invalidInputError],
});
export const numbersReleaseSchema = z.strictObject({ parts: z.array(partSchema).max(MOST_NAMED) });
/** Parts that send no more. Once nothing was claimed for a while the entity ends. */
export const releaseNumbersUpdate = update('releaseNumbers', {
  argument: numbersReleaseSchema,
  errors: [invalidInputError],
});
/** The part that has claimed a number, by its digest. */
export const claimantQuery = query('claimant', {
  argument: digestSchema,
  result: z.string().nullable(),
});

/** For the run that an operator's reset puts in the place of this one. Nothing where it does not know yet itself. */
export const keptClaimsQuery = query('keptClaims', { result: keptClaimsSchema.nullable() });

export const mostNamed = (parts: readonly string[]): readonly string[] =>
  parts.slice(0, MOST_NAMED);
