import * as z from 'zod';
import { amountOut } from '../amount.js';
import { endpoint, type RequestOf, type ResponseOf } from '../endpoint.js';
import { accountId, additionalInfo, given, reference, text, textIn } from '../text.js';

/** Transfer Bank, Payment (doku-api §10.9): debits the wallet, credits a bank account. */
export const transferBank = endpoint({
  operation: 'transferBank',
  serviceCode: '43',
  movesMoney: true,
  request: z.strictObject({
    partnerReferenceNo: reference,
    customerNumber: accountId,
    accountType: given,
    beneficiaryAccountNumber: text(32),
    beneficiaryBankCode: text(11),
    amount: amountOut,
    sessionId: given.optional(),
    feeType: text(25).optional(),
    additionalInfo: additionalInfo,
  }),
  response: z.looseObject({
    referenceNo: textIn,
    referenceNumber: textIn,
    partnerReferenceNo: textIn,
    transactionDate: textIn,
  }),
  echoes: [['partnerReferenceNo', 'partnerReferenceNo']],
});
export type TransferBankRequest = RequestOf<typeof transferBank>;
export type TransferBankResponse = ResponseOf<typeof transferBank>;
