import * as z from 'zod';
import { amountIn, amountOut } from '../amount.js';
import { endpoint, type RequestOf, type ResponseOf } from '../endpoint.js';
import {
  accountId,
  additionalInfo,
  dateTime,
  given,
  reference,
  text,
  textIn,
  words,
} from '../text.js';

/** Account Top Up (doku-api §10.10): from the corporate balance to a wallet. */
export const topUp = endpoint({
  operation: 'topUp',
  serviceCode: '38',
  movesMoney: true,
  request: z.strictObject({
    partnerReferenceNo: reference,
    customerNumber: accountId,
    amount: amountOut,
    sessionId: given.optional(),
    notes: words(255).optional(),
    customerName: words(255).optional(),
    feeAmount: amountOut.optional(),
    transactionDate: dateTime.optional(),
    categoryId: text(10).optional(),
    additionalInfo: additionalInfo.optional(),
  }),
  response: z.looseObject({
    referenceNo: textIn,
    partnerReferenceNo: textIn,
    referenceNumber: textIn,
    sessionId: textIn,
    customerNumber: textIn,
    amount: amountIn.optional(),
  }),
  echoes: [['partnerReferenceNo', 'partnerReferenceNo']],
});
export type TopUpRequest = RequestOf<typeof topUp>;
export type TopUpResponse = ResponseOf<typeof topUp>;
