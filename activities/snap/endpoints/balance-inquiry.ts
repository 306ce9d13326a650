import * as z from 'zod';
import { amountIn } from '../amount.js';
import { endpoint, type RequestOf, type ResponseOf } from '../endpoint.js';
import { additionalInfo, reference, text, textIn } from '../text.js';

const accountInfo = z
  .looseObject({
    balanceType: textIn,
    amount: amountIn.optional(),
    holdAmount: amountIn.optional(),
    availableBalance: amountIn.optional(),
    status: textIn,
  })
  .refine(({ amount, availableBalance }) => amount ?? availableBalance, {
    path: ['availableBalance'],
  });

/** Balance Inquiry (doku-api §10.7). */
export const balanceInquiry = endpoint({
  operation: 'balanceInquiry',
  serviceCode: '11',
  movesMoney: false,
  request: z.strictObject({
    partnerReferenceNo: reference,
    balanceTypes: z.array(text(70)).optional(),
    accountNo: text(16).optional(),
    additionalInfo: additionalInfo.optional(),
  }),
  response: z.looseObject({
    partnerReferenceNo: textIn,
    referenceNo: textIn,
    accountNo: textIn,
    name: textIn,
    accountInfos: z.array(accountInfo).min(1),
  }),
  echoes: [['partnerReferenceNo', 'partnerReferenceNo']],
  judgedBy: ['accountInfos.*'],
});
export type BalanceInquiryRequest = RequestOf<typeof balanceInquiry>;
export type BalanceInquiryResponse = ResponseOf<typeof balanceInquiry>;
