/**
 * The contract of the `wallet` entity: workflow type `wallet`, workflow ID `wallet/{customerId}`. It holds
 * a customer's binding and token while they are bound.
 *
 * @module
 */
import * as z from 'zod';
import { foreignAuthCodeError, invalidInputError } from './errors.js';
import { customerIdSchema } from './identity.js';
import { dokuTimeSchema } from './instant.js';
import { query, update } from './message.js';

/** A customer token as DOKU issued it. Secret. */
export const customerGrantSchema = z
  .object({
    accessToken: z.string(),
    /** ISO 8601 with offset. */
    expiresAt: dokuTimeSchema,
    refreshToken: z.string().exactOptional(),
  })
  .readonly();
export type CustomerGrant = z.output<typeof customerGrantSchema>;

export const bindSchema = z.strictObject({
  accountId: z.string().min(1).max(36),
  linkId: z.string().min(1).max(64).optional(),
  /** Secret. */
  authCode: z.string().min(1).max(256),
});
export type Bind = z.output<typeof bindSchema>;

/** Exchanges the authCode and holds the binding from then on. `false`: DOKU does not accept the code. */
export const bindUpdate = update('bind', {
  argument: bindSchema,
  result: z.boolean(),
  // Besides, whatever keeps DOKU from issuing a token.
  errors: [invalidInputError, foreignAuthCodeError],
});

export const unbindSchema = z.strictObject({ accountId: z.string().min(1).max(36) });

/** DOKU has ended this binding: the entity forgets its tokens and ends. Another binding is left alone. */
export const unbindUpdate = update('unbind', {
  argument: unbindSchema,
  errors: [invalidInputError],
});

export const walletViewSchema = z
  .object({
    customerId: z.string(),
    status: z.enum(['unbound', 'bound']),
    accountId: z.string().exactOptional(),
    linkId: z.string().exactOptional(),
  })
  .readonly();
export type WalletView = z.output<typeof walletViewSchema>;
export const walletStatusQuery = query('status', { result: walletViewSchema });

export const walletInputSchema = z.looseObject({ customerId: customerIdSchema });

/** What one run of the entity hands over to the next. */
export interface WalletInput {
  readonly customerId: string;
  readonly binding?: { readonly accountId: string; readonly linkId?: string };
  readonly held?: CustomerGrant & { readonly generation: number };
}
