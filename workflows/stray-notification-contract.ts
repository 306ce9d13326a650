/**
 * The contract of `strayNotification`: DOKU speaks of a reference that no journey knows. Workflow ID
 * `notification/{partnerReferenceNo}`; it waits for an operator.
 *
 * @module
 */
import { defineQuery } from '@temporalio/workflow';
import { z } from 'zod';
import { partnerReferenceNoSchema } from './identity.js';
import type { Attention, Resolution } from './needs-attention-contract.js';

export const strayNotificationInputSchema = z.strictObject({
  partnerReferenceNo: partnerReferenceNoSchema,
  /** SNAP's code, as the notification says. */
  latestTransactionStatus: z.string().regex(/^\d{2}$/),
});
export type StrayNotificationInput = z.input<typeof strayNotificationInputSchema>;

export type StrayNotificationOutcome =
  /** The operator knows where it belongs. */
  | 'explained'
  /** It is none of this merchant's business. */
  | 'dismissed';

export interface StrayNotificationResult {
  readonly partnerReferenceNo: string;
  readonly outcome: StrayNotificationOutcome;
  readonly resolution?: Resolution;
}

export interface StrayNotificationView {
  readonly partnerReferenceNo: string;
  readonly status: 'needs-attention' | StrayNotificationOutcome;
  readonly attention?: Attention;
}
export const strayNotificationStatusQuery = defineQuery<StrayNotificationView>('status');
