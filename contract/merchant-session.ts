/**
 * The contract of the `merchantSession` entity: workflow type `merchantSession`, workflow ID
 * `merchant/{clientId}`, one for each DOKU client. Only activities talk to it.
 *
 * @module
 */
import * as z from 'zod';
import { optional } from './absent.js';
import { customerNotBoundError, invalidInputError, tokenUnavailableError } from './errors.js';
import { dokuTimeSchema } from './instant.js';
import { update } from './message.js';

export const tokenRequestSchema = z.strictObject({
  /** The generation that DOKU refused, so that another one is issued. */
  refusedGeneration: optional(z.int().nonnegative()),
});
export type TokenRequest = z.output<typeof tokenRequestSchema>;

export const issuedTokenSchema = z
  .object({
    /** The token without `Bearer `. Secret. */
    accessToken: z.string(),
    /**
     * Counts the tokens of this credential, up by one at each renewal. A refusal is reported with the
     * generation that was refused, so that a hundred simultaneous refusals cause one renewal.
     */
    generation: z.int(),
    /** ISO 8601 with offset. */
    expiresAt: dokuTimeSchema,
    /** Of a customer's token: whose it is, the DOKU ID of the binding that it was issued for (money rule 8). */
    accountId: z.string().exactOptional(),
  })
  .readonly();
export type IssuedToken = z.output<typeof issuedTokenSchema>;

/**
 * Returns the valid token, renewed first where needed. Secret: it travels only encrypted. The `wallet` entity has the
 * same update.
 */
export const tokenUpdate = update('token', {
  argument: tokenRequestSchema,
  result: issuedTokenSchema,
  errors: [invalidInputError, tokenUnavailableError, customerNotBoundError],
});

/** What one run of the entity hands over to the next. */
export interface MerchantSessionInput {
  readonly clientId: string;
  readonly held?: IssuedToken;
}
