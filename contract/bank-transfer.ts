/**
 * The public contract of the `bankTransfer` journey, for backends in any language: workflow type `bankTransfer`,
 * workflow ID `transfer/{partnerReferenceNo}`, and the names and shapes below.
 *
 * @module
 */
import * as z from 'zod';
import { defaulted, optional } from './absent.js';
import { durationSchema } from './duration.js';
import {
  answeredWith,
  endedWith,
  inputMismatchError,
  invalidInputError,
  notNowError,
} from './errors.js';
import { firstAnswerSchema } from './first-answer.js';
import { customerIdSchema, partnerReferenceNoSchema } from './identity.js';
import { instantSchema } from './instant.js';
import { query, signal, update } from './message.js';
import { amountValueSchema, moneySchema } from './money.js';
import { attentionSchema, resolutionSchema } from './needs-attention.js';
import { refusedShape } from './refusal.js';
import { stopShape } from './stop.js';

export const bankTransferInputSchema = z.strictObject({
  /** The transfer's number at the merchant, and the identity of the debit (money rule 1). */
  partnerReferenceNo: partnerReferenceNoSchema,
  /** Whose wallet is debited. */
  customerId: customerIdSchema,
  amount: moneySchema,
  /** Reaches Temporal only encrypted. */
  beneficiaryAccountNumber: z.string().regex(/^\d{5,32}$/, 'must be 5 to 32 digits'),
  /** The bank's code, such as "014". */
  beneficiaryBankCode: z.string().regex(/^[A-Za-z0-9]{1,11}$/, 'must be 1 to 11 letters or digits'),
  /** How long the customer may take to confirm the beneficiary's name. */
  confirmWithin: defaulted(durationSchema, '15 minutes'),
});
export type BankTransferInput = z.input<typeof bankTransferInputSchema>;
export type ParsedBankTransferInput = z.output<typeof bankTransferInputSchema>;

export const bankTransferOutcomeSchema = z.enum([
  /** The wallet was debited and the bank account credited, by DOKU's answer or history. */
  'completed',
  /** DOKU refused or failed it, or never had it (reason `never-executed`); nothing moved. */
  'failed',
  /** The customer did not confirm; nothing was sent. */
  'abandoned',
]);
export type BankTransferOutcome = z.output<typeof bankTransferOutcomeSchema>;

export const bankTransferResultSchema = z
  .object({
    partnerReferenceNo: z.string(),
    amount: moneySchema,
    outcome: bankTransferOutcomeSchema,
    /** "10000.00" IDR: what went out, where DOKU shows that it was not `amount`, and an operator recorded it so. */
    sentAmount: amountValueSchema.exactOptional(),
    referenceNo: z.string().exactOptional(),
    /** Whose money it is or was to be: the customer's DOKU account when it was asked about first. */
    accountId: z.string().exactOptional(),
    /**
     * Why DOKU refused, or what was waited for in vain. `never-executed`: Payment got no clear answer, and DOKU's history
     * has not had it since (worker setting `TRANSFER_ABSENT_AFTER`). `number-used-otherwise`: an operator says that what
     * DOKU has under the number is another transfer. One with blanks in it is a sentence for people.
     */
    reason: z.string().exactOptional(),
    ...refusedShape,
    resolution: resolutionSchema.exactOptional(),
  })
  .readonly();
export type BankTransferResult = z.output<typeof bankTransferResultSchema>;

export const bankTransferStatusSchema = z.enum([
  'inquiring',
  'awaiting-confirmation',
  'sending',
  'in-doubt',
  'needs-attention',
  ...bankTransferOutcomeSchema.options,
]);
export type BankTransferStatus = z.output<typeof bankTransferStatusSchema>;

const beneficiary = {
  beneficiaryAccountName: z.string(),
  beneficiaryBankName: z.string().exactOptional(),
};

/** What the customer has to confirm. */
export const beneficiaryViewSchema = z
  .object({
    ...beneficiary,
    /** ISO 8601: until when. */
    confirmBy: instantSchema,
  })
  .readonly();
export type BeneficiaryView = z.output<typeof beneficiaryViewSchema>;

export const bankTransferViewSchema = z
  .object({
    partnerReferenceNo: z.string(),
    status: bankTransferStatusSchema,
    /** Whose money it is to be: the customer's DOKU account when it was asked about first. */
    accountId: z.string().exactOptional(),
    beneficiary: z
      .object({
        ...beneficiary,
        /** ISO 8601: until when; while it may be confirmed. */
        confirmBy: instantSchema.exactOptional(),
      })
      .readonly()
      .exactOptional(),
    /** ISO 8601: when it was confirmed, if it was. */
    confirmedAt: instantSchema.exactOptional(),
    /** Since when it is not known whether what was sent has happened. */
    inDoubtSince: instantSchema.exactOptional(),
    ...stopShape,
    attention: attentionSchema.exactOptional(),
    result: bankTransferResultSchema.exactOptional(),
  })
  .readonly();
export type BankTransferView = z.output<typeof bankTransferViewSchema>;

export const confirmSchema = z.strictObject({
  /** The name as the customer saw it: another than the inquiry's is refused. */
  beneficiaryAccountName: z.string().min(1).max(255),
});

/** Returns whose account it is, in the same round trip as the start (update-with-start). */
export const beneficiaryUpdate = update('beneficiary', {
  argument: optional(firstAnswerSchema),
  result: beneficiaryViewSchema,
  errors: [
    invalidInputError,
    inputMismatchError,
    notNowError,
    answeredWith(beneficiaryViewSchema),
    endedWith(bankTransferResultSchema),
  ],
});
/** The customer confirmed the name: the money moves. Returns as soon as it is noted, and so when it is said again. */
export const confirmUpdate = update('confirm', {
  argument: confirmSchema,
  result: bankTransferViewSchema,
  errors: [
    invalidInputError,
    notNowError,
    answeredWith(bankTransferViewSchema),
    endedWith(bankTransferResultSchema),
  ],
});
/** The customer gave up before confirming. */
export const abandonTransferUpdate = update('abandon', {
  result: bankTransferResultSchema,
  errors: [notNowError],
});
/** DOKU notified it: only a hint, its history is asked. */
export const transferNotifiedSignal = signal('notified');
export const bankTransferStatusQuery = query('status', { result: bankTransferViewSchema });
