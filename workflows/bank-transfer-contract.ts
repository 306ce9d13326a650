/**
 * The public contract of the `bankTransfer` journey, for backends in any language: workflow type `bankTransfer`,
 * workflow ID `transfer/{partnerReferenceNo}`, and the names and shapes below.
 *
 * @module
 */
import { defineQuery, defineUpdate } from '@temporalio/workflow';
import * as z from 'zod';
import { durationSchema } from './duration.js';
import { customerIdSchema, partnerReferenceNoSchema } from './identity.js';
import type { FirstAnswerArgument } from './input-digest.js';
import { type Money, moneySchema } from './money.js';
import type { Attention, Resolution } from './needs-attention-contract.js';

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
  confirmWithin: durationSchema.default('15 minutes'),
});
export type BankTransferInput = z.input<typeof bankTransferInputSchema>;
export type ParsedBankTransferInput = z.output<typeof bankTransferInputSchema>;

export type BankTransferOutcome =
  /** The wallet was debited and the bank account credited, by DOKU's answer or history. */
  | 'completed'
  /** DOKU refused or failed it; nothing moved. */
  | 'failed'
  /** The customer did not confirm; nothing was sent. */
  | 'abandoned';

export interface BankTransferResult {
  readonly partnerReferenceNo: string;
  readonly amount: Money;
  readonly outcome: BankTransferOutcome;
  readonly referenceNo?: string;
  /** Why DOKU refused, or what was waited for in vain. */
  readonly reason?: string;
  readonly resolution?: Resolution;
}

export type BankTransferStatus =
  | 'inquiring'
  | 'awaiting-confirmation'
  | 'sending'
  | 'needs-attention'
  | BankTransferOutcome;

/** What the customer has to confirm. */
export interface BeneficiaryView {
  readonly beneficiaryAccountName: string;
  readonly beneficiaryBankName?: string;
  /** ISO 8601: until when. */
  readonly confirmBy: string;
}

export interface BankTransferView {
  readonly partnerReferenceNo: string;
  readonly status: BankTransferStatus;
  readonly beneficiary?: BeneficiaryView;
  readonly attention?: Attention;
  readonly result?: BankTransferResult;
}

export const confirmSchema = z.strictObject({
  /** The name as the customer saw it: another than the inquiry's is refused. */
  beneficiaryAccountName: z.string().min(1).max(255),
});

/** Returns whose account it is, in the same round trip as the start (update-with-start). */
export const beneficiaryUpdate = defineUpdate<BeneficiaryView, [FirstAnswerArgument?]>(
  'beneficiary',
);
/** The customer confirmed the name: the money moves. Returns as soon as it is noted. */
export const confirmUpdate = defineUpdate<BankTransferView, [z.output<typeof confirmSchema>]>(
  'confirm',
);
/** The customer gave up before confirming. */
export const abandonTransferUpdate = defineUpdate<BankTransferResult>('abandon');
export const bankTransferStatusQuery = defineQuery<BankTransferView>('status');
