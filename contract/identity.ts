/**
 * Who and what a journey is about, and the workflow ID that follows from it. Starting a journey twice
 * is the same as starting it once because its ID is the merchant's own reference (money rule 1).
 *
 * @module
 */
import * as z from 'zod';

/** The whole ID is an Indonesian mobile number, with or without a prefix and separators. */
const PHONE_NUMBER = /^(?:62|0)?8[1-9]\d{7,11}$/;
/** A part of the ID is one, with its prefix. */
const PHONE_NUMBER_INSIDE = /(?<![A-Za-z0-9])(?:62|0)8[1-9]\d{7,11}(?![A-Za-z0-9])/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A random UUID may look like a number in places; it is none. */
export const isPhoneNumber = (id: string) =>
  !UUID.test(id) &&
  (PHONE_NUMBER.test(id.replace(/[\s().+-]/g, '')) || PHONE_NUMBER_INSIDE.test(id));

/**
 * SNAP's `partnerReferenceNo`: at most 64 characters. Narrowed to characters that need no escaping in
 * a workflow ID, a URL or a search attribute query.
 */
export const partnerReferenceNoSchema = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,64}$/, 'must be 1 to 64 letters, digits or . _ : -');

/**
 * The merchant's own key for a customer. It stands in workflow IDs and search attributes, which
 * Temporal keeps in the clear, so a phone number or an e-mail address is refused (money rule 7).
 */
export const customerIdSchema = z
  .string()
  .refine((id) => !id.includes('@'), 'must not be an e-mail address')
  .refine((id) => id.length > 64 || !isPhoneNumber(id), 'must not be a phone number')
  .regex(/^[A-Za-z0-9._:-]{1,64}$/, 'must be 1 to 64 letters, digits or . _ : -');

/**
 * One opening of an account. 48 characters at most: the references of its calls to DOKU add a suffix
 * and must stay within SNAP's 64.
 */
export const openingReferenceSchema = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,48}$/, 'must be 1 to 48 letters, digits or . _ : -');

export const openAccountWorkflowId = (customerId: string, reference: string) =>
  `account/${customerId}/open/${reference}`;

export const closeAccountWorkflowId = (customerId: string, reference: string) =>
  `account/${customerId}/close/${reference}`;

export const walletWorkflowId = (customerId: string) => `wallet/${customerId}`;

/** @param digest - of the DOKU account, which must not be read from it. */
export const accountOwnerWorkflowId = (digest: string) => `account-owner/${digest}`;

export const merchantSessionWorkflowId = (clientId: string) => `merchant/${clientId}`;

export const purchaseWorkflowId = (partnerReferenceNo: string) => `purchase/${partnerReferenceNo}`;

export const refundWorkflowId = (partnerRefundNo: string) => `refund/${partnerRefundNo}`;

/** Who holds it may undo the purchase: Temporal runs one workflow of an ID at a time. */
export const refundTurnWorkflowId = (partnerReferenceNo: string) =>
  `refund-turn/${partnerReferenceNo}`;

export const topUpWorkflowId = (partnerReferenceNo: string) => `top-up/${partnerReferenceNo}`;

export const topUpBatchWorkflowId = (batchReference: string) => `top-up-batch/${batchReference}`;

export const topUpBatchPartWorkflowId = (batchReference: string, index: number) =>
  `${topUpBatchWorkflowId(batchReference)}/${index}`;

export const bankTransferWorkflowId = (partnerReferenceNo: string) =>
  `transfer/${partnerReferenceNo}`;

export const authorizedPurchaseWorkflowId = (partnerReferenceNo: string) =>
  `authorized-purchase/${partnerReferenceNo}`;

export const findingWorkflowId = (kind: string, partnerReferenceNo: string) =>
  `finding/${kind}/${partnerReferenceNo}`;

export const recheckWorkflowId = (workflowId: string) => `recheck/${workflowId}`;

export const reconciliationWorkflowId = (reference: string) => `reconciliation/${reference}`;
