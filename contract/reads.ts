/**
 * The public contract of the reads: short workflows that ask DOKU one question, so that a backend needs no second way
 * in. Workflow types `balanceInquiry`, `accountInquiry`, `bankAccountInquiry`, `transactionHistoryPage` and
 * `transactionHistoryDetail`; workflow IDs are the caller's own. Each returns an answer or DOKU's clear refusal.
 *
 * @module
 */
import * as z from 'zod';
import { customerIdSchema, partnerReferenceNoSchema } from './identity.js';
import { dokuTimeSchema, instantSchema } from './instant.js';
import { amountValueSchema, moneySchema } from './money.js';
import { refusalCaseSchema } from './refusal.js';

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
export const historyPageSchema = z.strictObject({
  customerId: customerIdSchema,
  /** ISO 8601 with offset: at most a month before `toDateTime`, and a year back. */
  fromDateTime: instantSchema,
  toDateTime: instantSchema,
  /** From zero. */
  pageNumber: z.int().min(0).max(99),
});
export const historyDetailSchema = z.strictObject({
  customerId: customerIdSchema,
  partnerReferenceNo: partnerReferenceNoSchema,
});

/** A wallet's balance, "10000.00" IDR each. */
export const balanceSchema = z
  .object({
    amount: amountValueSchema,
    /** What the customer can spend. */
    availableBalance: amountValueSchema,
    holdAmount: amountValueSchema,
    /** DOKU's code: `0001` active, `0007` frozen, … */
    status: z.string().exactOptional(),
  })
  .readonly();
export type Balance = z.output<typeof balanceSchema>;

/** What DOKU says of an account's binding to this merchant. */
export const accountViewSchema = z
  .object({
    accountId: z.string(),
    isBound: z.boolean(),
    linkId: z.string().exactOptional(),
  })
  .readonly();
export type AccountView = z.output<typeof accountViewSchema>;

/** Whose bank account it is. */
export const bankAccountViewSchema = z
  .object({
    beneficiaryAccountName: z.string(),
    beneficiaryBankName: z.string().exactOptional(),
  })
  .readonly();
export type BankAccountView = z.output<typeof bankAccountViewSchema>;

/** One entry of Transaction History List. */
export const historyEntrySchema = z
  .object({
    /** ISO 8601 with offset. */
    dateTime: dokuTimeSchema,
    /** "10000.00" IDR. */
    amount: amountValueSchema.exactOptional(),
    /** `INIT`, `SUCCESS`, `CLOSED`, `CANCELLED`; an open list. */
    status: z.string(),
    /** `PAYMENT`, `REFUND`, `TOP_UP`, …; an open list. */
    type: z.string(),
    remark: z.string().exactOptional(),
    /** The merchant's reference, where DOKU shows it. */
    partnerReferenceNo: z.string().exactOptional(),
  })
  .readonly();
export type HistoryEntry = z.output<typeof historyEntrySchema>;

/** What a page of Transaction History List holds; {@link historyPageSchema} is what asks for it. */
export const historyPageResultSchema = z
  .object({
    entries: z.array(historyEntrySchema).readonly(),
    isLast: z.boolean(),
  })
  .readonly();
export type HistoryPage = z.output<typeof historyPageResultSchema>;

export const refusedAnswerSchema = z
  .object({
    kind: z.literal('refused'),
    refusal: z.enum([...refusalCaseSchema.options, 'not-bound']),
    responseCode: z.string().exactOptional(),
  })
  .readonly();

/** DOKU's clear word on a question. */
export type Answer<Response> =
  | { readonly kind: 'answer'; readonly response: Response }
  | z.output<typeof refusedAnswerSchema>;

/** {@link Answer} with this response. */
const answerOf = <Response extends z.ZodType>(response: Response) =>
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('answer'), response }).readonly(),
    refusedAnswerSchema,
  ]);

/** The result of `balanceInquiry`. */
export const balanceAnswerSchema = answerOf(balanceSchema);
/** The result of `accountInquiry`. */
export const accountAnswerSchema = answerOf(accountViewSchema);
/** The result of `bankAccountInquiry`. */
export const bankAccountAnswerSchema = answerOf(bankAccountViewSchema);
/** The result of `transactionHistoryPage`. */
export const historyPageAnswerSchema = answerOf(historyPageResultSchema);
/** The result of `transactionHistoryDetail`. */
export const historyDetailAnswerSchema = answerOf(historyEntrySchema);
