import * as z from 'zod';
import { amountIn, amountOut } from '../amount.js';
import { endpoint, type RequestOf, type ResponseOf } from '../endpoint.js';
import { additionalInfo, given, reference, text, textIn, words } from '../text.js';

/** Void Auth Payment (doku-api §10.18; newer docs): gives the uncaptured rest back. */
export const authVoid = endpoint({
  operation: 'authVoid',
  serviceCode: '67',
  movesMoney: true,
  request: z.strictObject({
    originalPartnerReferenceNo: reference,
    originalReferenceNo: given,
    merchantId: text(64),
    /** The void's identity: sent twice it is voided once. */
    partnerVoidNo: reference,
    voidAmount: amountOut.optional(),
    voidRemainingAmount: z.enum(['TRUE', 'FALSE']).optional(),
    reason: words(256).optional(),
    additionalInfo: additionalInfo.optional(),
  }),
  response: z.looseObject({
    originalPartnerReferenceNo: textIn,
    originalReferenceNo: textIn,
    voidNo: textIn,
    partnerVoidNo: textIn,
    voidAmount: amountIn.optional(),
    voidTime: textIn,
  }),
  echoes: [
    ['originalPartnerReferenceNo', 'originalPartnerReferenceNo'],
    ['partnerVoidNo', 'partnerVoidNo'],
  ],
});
export type AuthVoidRequest = RequestOf<typeof authVoid>;
export type AuthVoidResponse = ResponseOf<typeof authVoid>;
