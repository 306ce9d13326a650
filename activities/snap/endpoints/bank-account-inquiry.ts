import * as z from 'zod';
import { amountIn, amountOut } from '../amount.js';
import { endpoint, type RequestOf, type ResponseOf } from '../endpoint.js';
import { accountId, additionalInfo, neededIn, reference, text, textIn } from '../text.js';

/** Transfer Bank, Account Inquiry (doku-api §10.8): whose account it is. */
export const bankAccountInquiry = endpoint({
  operation: 'bankAccountInquiry',
  serviceCode: '42',
  movesMoney: false,
  request: z.strictObject({
    partnerReferenceNo: reference,
    customerNumber: accountId,
    amount: amountOut,
    beneficiaryAccountNumber: text(32),
    /** The bank's code under the key that the settings name. */
    additionalInfo: additionalInfo,
  }),
  response: z.looseObject({
    referenceNo: textIn,
    partnerReferenceNo: textIn,
    beneficiaryAccountNumber: textIn,
    beneficiaryAccountName: neededIn,
    beneficiaryBankCode: textIn,
    beneficiaryBankName: textIn,
    accountType: textIn,
    sessionId: textIn,
    amount: amountIn.optional(),
  }),
  echoes: [
    ['partnerReferenceNo', 'partnerReferenceNo'],
    ['beneficiaryAccountNumber', 'beneficiaryAccountNumber'],
  ],
});
export type BankAccountInquiryRequest = RequestOf<typeof bankAccountInquiry>;
export type BankAccountInquiryResponse = ResponseOf<typeof bankAccountInquiry>;
