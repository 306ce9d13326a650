/**
 * The contract of the `merchantSession` entity: workflow type `merchantSession`, workflow ID
 * `merchant/{clientId}`, one for each DOKU client. Only activities talk to it.
 *
 * @module
 */
import { defineUpdate } from '@temporalio/workflow';
import * as z from 'zod';
import type { IssuedToken } from '../activities/snap/token-source.js';

export const tokenRequestSchema = z.strictObject({
  /** The generation that DOKU refused, so that another one is issued. */
  refusedGeneration: z.int().nonnegative().optional(),
});
export type TokenRequest = z.output<typeof tokenRequestSchema>;

/** Returns the valid token, renewed first where needed. Secret: it travels only encrypted. */
export const tokenUpdate = defineUpdate<IssuedToken, [TokenRequest]>('token');

/** What one run of the entity hands over to the next. */
export interface MerchantSessionInput {
  readonly clientId: string;
  readonly held?: IssuedToken;
}
