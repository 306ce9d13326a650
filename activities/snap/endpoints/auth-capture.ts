import * as z from 'zod';
import { amountIn, amountOut } from '../amount.js';
import { endpoint, type RequestOf, type ResponseOf } from '../endpoint.js';
import { additionalInfo, given, reference, text, textIn, words } from '../text.js';

/** Capture Payment (doku-api §10.18; newer docs): takes from an authorised amount. */
export const authCapture = endpoint({
  operation: 'authCapture',
  serviceCode: '65',
  movesMoney: true,
  request: z.strictObject({
    originalPartnerReferenceNo: reference,
    originalReferenceNo: given,
    merchantId: text(64),
    /** The capture's identity: sent twice it is captured once. */
    partnerCaptureNo: reference,
    title: words(256),
    captureAmount: amountOut.optional(),
    lastCapture: z.enum(['TRUE', 'FALSE']).optional(),
    additionalInfo: additionalInfo.optional(),
  }),
  response: z.looseObject({
    originalPartnerReferenceNo: textIn,
    originalReferenceNo: textIn,
    captureNo: textIn,
    partnerCaptureNo: textIn,
    captureAmount: amountIn.optional(),
    captureTime: textIn,
  }),
  echoes: [
    ['originalPartnerReferenceNo', 'originalPartnerReferenceNo'],
    ['partnerCaptureNo', 'partnerCaptureNo'],
  ],
});
export type AuthCaptureRequest = RequestOf<typeof authCapture>;
export type AuthCaptureResponse = ResponseOf<typeof authCapture>;
