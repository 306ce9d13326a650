import * as z from 'zod';
import { amountIn, amountOut } from '../amount.js';
import { endpoint, type RequestOf, type ResponseOf } from '../endpoint.js';
import { accountId, additionalInfo, dateTime, neededIn, reference, textIn } from '../text.js';

/** Account Inquiry Top Up (doku-api §10.18; newer docs). */
export const topUpInquiry = endpoint({
  operation: 'topUpInquiry',
  serviceCode: '37',
  movesMoney: false,
  request: z.strictObject({
    amount: amountOut,
    customerNumber: accountId.optional(),
    partnerReferenceNo: reference.optional(),
    transactionDate: dateTime.optional(),
    additionalInfo: additionalInfo.optional(),
  }),
  response: z.looseObject({
    customerName: neededIn,
    customerNumber: textIn,
    sessionId: textIn,
    customerMonthlyInLimit: textIn,
    minAmount: amountIn.optional(),
    maxAmount: amountIn.optional(),
    amount: amountIn.optional(),
    feeAmount: amountIn.optional(),
    feeType: textIn,
    referenceNo: textIn,
    partnerReferenceNo: textIn,
  }),
  echoes: [['partnerReferenceNo', 'partnerReferenceNo']],
});
export type TopUpInquiryRequest = RequestOf<typeof topUpInquiry>;
export type TopUpInquiryResponse = ResponseOf<typeof topUpInquiry>;
