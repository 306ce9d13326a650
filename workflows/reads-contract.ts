/**
 * The public contract of the reads: short workflows that ask DOKU one question, so that a backend needs no second way
 * in. Workflow types `balanceInquiry`, `accountInquiry`, `bankAccountInquiry`, `transactionHistoryPage` and
 * `transactionHistoryDetail`; workflow IDs are the caller's own. Each returns an answer or DOKU's clear refusal.
 *
 * @module
 */
import * as z from 'zod';
import { customerIdSchema, partnerReferenceNoSchema } from './identity.js';
import { moneySchema } from './money.js';

export type { Answer } from '../activities/ask.js';
export type { HistoryEntry, HistoryPage } from '../activities/history.js';
export type { AccountView, Balance } from '../activities/reads.js';

export const balanceInquirySchema = z.strictObject({ customerId: customerIdSchema });
export const accountInquirySchema = z.strictObject({
  /** The DOKU ID. */
  accountId: z.string().regex(/^\d{1,36}$/, 'must be the digits of a DOKU ID'),
});
export const bankAccountInquirySchema = z.strictObject({
  customerId: customerIdSchema,
  amount: moneySchema,
  beneficiaryAccountNumber: z.string().regex(/^\d{5,32}$/, 'must be 5 to 32 digits'),
  beneficiaryBankCode: z.string().regex(/^[A-Za-z0-9]{1,11}$/, 'must be 1 to 11 letters or digits'),
});
const instant = z.iso.datetime({ offset: true });
export const historyPageSchema = z.strictObject({
  customerId: customerIdSchema,
  /** ISO 8601 with offset: at most a month before `toDateTime`, and a year back. */
  fromDateTime: instant,
  toDateTime: instant,
  /** From zero. */
  pageNumber: z.int().min(0).max(99),
});
export const historyDetailSchema = z.strictObject({
  customerId: customerIdSchema,
  partnerReferenceNo: partnerReferenceNoSchema,
});

/** Whose bank account it is. */
export interface BankAccountView {
  readonly beneficiaryAccountName: string;
  readonly beneficiaryBankName?: string;
}
