/**
 * The contract of the `accountOwner` entity: workflow type `accountOwner`, one for each DOKU account that a customer has
 * bound, by an ID that hides the account. One account belongs to one customer (money rule 8). Only activities talk to it.
 *
 * @module
 */
import * as z from 'zod';
import { optional } from './absent.js';
import { invalidInputError } from './errors.js';
import { customerIdSchema } from './identity.js';
import { query, update } from './message.js';

export const accountClaimSchema = z.strictObject({
  customerId: customerIdSchema,
  /** An owner whose binding is known to have ended. */
  insteadOf: optional(customerIdSchema),
});
export type AccountClaim = z.output<typeof accountClaimSchema>;

export const accountOwnerInputSchema = z.strictObject({ owner: optional(customerIdSchema) });
/** What one run of the entity hands over to the next. */
export type AccountOwnerInput = z.output<typeof accountOwnerInputSchema>;

/** Takes the account unless somebody else has it. @returns whose it is then. */
export const claimUpdate = update('claim', {
  argument: accountClaimSchema,
  result: z.string(),
  errors: [invalidInputError],
});
/** The customer's binding ended: the entity ends, if the account is theirs. */
export const releaseUpdate = update('release', {
  argument: accountClaimSchema,
  errors: [invalidInputError],
});
export const accountOwnerQuery = query('owner', { result: z.string().nullable() });
