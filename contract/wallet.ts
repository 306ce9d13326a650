/**
 * The contract of the `wallet` entity: workflow type `wallet`, workflow ID `wallet/{customerId}`. It holds
 * a customer's binding and token while they are bound.
 *
 * @module
 */
import * as z from 'zod';
import { optional } from './absent.js';
import {
  accountTakenError,
  customerNotBoundError,
  foreignAuthCodeError,
  invalidInputError,
  tokenUnavailableError,
  unprovenAuthCodeError,
} from './errors.js';
import { customerIdSchema } from './identity.js';
import { dokuTimeSchema } from './instant.js';
import { issuedTokenSchema, tokenRequestSchema } from './merchant-session.js';
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

export const customerTokenRequestSchema = tokenRequestSchema.extend({
  /** The account whose token it must be; without it the one that the customer is bound to now. */
  accountId: optional(z.string().min(1).max(36)),
});
export type CustomerTokenRequest = z.output<typeof customerTokenRequestSchema>;

/**
 * Returns the valid token of a binding, renewed first where needed: also of an earlier account of the customer, as long as
 * DOKU has its binding, so that what began with it ends with it. Secret: it travels only encrypted.
 */
export const customerTokenUpdate = update('token', {
  argument: customerTokenRequestSchema,
  result: issuedTokenSchema,
  errors: [invalidInputError, tokenUnavailableError, customerNotBoundError],
});

export const bindSchema = z.strictObject({
  accountId: z.string().min(1).max(36),
  linkId: optional(z.string().min(1).max(64)),
  /** Secret. */
  authCode: z.string().min(1).max(256),
  /**
   * Whether what Account Inquiry shows of this very binding may stand for this code: by the worker's setting
   * `BINDING_BY_INQUIRY` or an operator's word; `false`: it may not. Without it that is so where `linkId` names the binding.
   */
  isProven: optional(z.boolean()),
});
export type Bind = z.output<typeof bindSchema>;

/** Exchanges the authCode and holds the binding from then on. `false`: DOKU does not accept the code. */
export const bindUpdate = update('bind', {
  argument: bindSchema,
  result: z.boolean(),
  // Besides, whatever keeps DOKU from issuing a token.
  errors: [invalidInputError, foreignAuthCodeError, unprovenAuthCodeError, accountTakenError],
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
    /** Accounts of before, whose bindings DOKU may still have. */
    formerAccountIds: z.array(z.string()).readonly().exactOptional(),
  })
  .readonly();
export type WalletView = z.output<typeof walletViewSchema>;
export const walletStatusQuery = query('status', { result: walletViewSchema });

const bindingSchema = z
  .object({
    accountId: z.string(),
    linkId: z.string().exactOptional(),
    /** ISO 8601: since when it is held. */
    since: z.string().exactOptional(),
  })
  .readonly();

export const heldBindingsSchema = z
  .object({
    current: bindingSchema.exactOptional(),
    /** Latest first. */
    former: z.array(bindingSchema).readonly(),
  })
  .readonly()
  .nullable();
export type HeldBindings = z.output<typeof heldBindingsSchema>;

/** For the run that an operator's reset puts in the place of this one. Nothing where it does not know yet itself. */
export const heldBindingsQuery = query('heldBindings', { result: heldBindingsSchema });

export const walletInputSchema = z.looseObject({ customerId: customerIdSchema });

/** A binding and the token that was issued last for it. */
export interface HeldBinding {
  readonly binding: {
    readonly accountId: string;
    readonly linkId?: string;
    /** ISO 8601: since when it is held; nothing of bindings that are older than this field. */
    readonly since?: string;
  };
  readonly held?: CustomerGrant & { readonly generation: number };
}

/** What one run of the entity hands over to the next. */
export interface WalletInput {
  readonly customerId: string;
  readonly binding?: HeldBinding['binding'];
  readonly held?: HeldBinding['held'];
  /** Bindings of earlier accounts that DOKU may still have, latest first. */
  readonly former?: readonly HeldBinding[];
}
