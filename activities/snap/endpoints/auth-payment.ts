import * as z from 'zod';
import { amountIn, amountOut } from '../amount.js';
import { endpoint, type RequestOf, type ResponseOf } from '../endpoint.js';
import { additionalInfo, reference, text, textIn, words } from '../text.js';

/** Auth Payment (doku-api §10.18; newer docs): holds an amount for later captures. */
export const authPayment = endpoint({
  operation: 'authPayment',
  serviceCode: '63',
  movesMoney: true,
  request: z.strictObject({
    partnerReferenceNo: reference,
    merchantId: text(64),
    amount: amountOut,
    title: words(256),
    subMerchantId: text(32).optional(),
    feeType: text(25).optional(),
    mcc: text(18).optional(),
    productCode: text(51).optional(),
    items: z.array(additionalInfo).optional(),
    additionalInfo: additionalInfo.optional(),
  }),
  response: z.looseObject({
    referenceNo: textIn,
    partnerReferenceNo: textIn,
    amount: amountIn.optional(),
    paidTime: textIn,
  }),
  echoes: [['partnerReferenceNo', 'partnerReferenceNo']],
});
export type AuthPaymentRequest = RequestOf<typeof authPayment>;
export type AuthPaymentResponse = ResponseOf<typeof authPayment>;
