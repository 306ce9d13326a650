/**
 * The contract of the `wallet` entity: workflow type `wallet`, workflow ID `wallet/{customerId}`. It holds
 * a customer's binding and token while they are bound.
 *
 * @module
 */
import { defineQuery, defineUpdate } from '@temporalio/workflow';
import * as z from 'zod';
import type { CustomerGrant } from '../activities/token.js';
import { customerIdSchema } from './identity.js';

export { tokenRequestSchema, tokenUpdate } from './merchant-session-contract.js';

export const bindSchema = z.strictObject({
  accountId: z.string().min(1).max(36),
  linkId: z.string().min(1).max(64).optional(),
  /** Secret. */
  authCode: z.string().min(1).max(256),
});
export type Bind = z.output<typeof bindSchema>;

/** Exchanges the authCode and holds the binding from then on. `false`: DOKU does not accept the code. */
export const bindUpdate = defineUpdate<boolean, [Bind]>('bind');

export const unbindSchema = z.strictObject({ accountId: z.string().min(1).max(36) });

/** DOKU has ended this binding: the entity forgets its tokens and ends. Another binding is left alone. */
export const unbindUpdate = defineUpdate<void, [z.output<typeof unbindSchema>]>('unbind');

export interface WalletView {
  readonly customerId: string;
  readonly status: 'unbound' | 'bound';
  readonly accountId?: string;
  readonly linkId?: string;
}
export const walletStatusQuery = defineQuery<WalletView>('status');

export const walletInputSchema = z.looseObject({ customerId: customerIdSchema });

/** What one run of the entity hands over to the next. */
export interface WalletInput {
  readonly customerId: string;
  readonly binding?: { readonly accountId: string; readonly linkId?: string };
  readonly held?: CustomerGrant & { readonly generation: number };
}
