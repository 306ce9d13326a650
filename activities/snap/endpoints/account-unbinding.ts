import * as z from 'zod';
import { endpoint, type RequestOf, type ResponseOf } from '../endpoint.js';
import { additionalInfo, given, neededIn, reference, text, textIn } from '../text.js';

/** Account Unbinding (doku-api §10.6): DOKU sends an OTP; Verify OTP completes it. */
export const accountUnbinding = endpoint({
  operation: 'accountUnbinding',
  serviceCode: '09',
  movesMoney: true,
  request: z.strictObject({
    partnerReferenceNo: reference,
    linkId: given,
    merchantId: text(64),
    additionalInfo: additionalInfo.optional(),
  }),
  response: z.looseObject({
    referenceNo: neededIn,
    partnerReferenceNo: textIn,
    linkId: textIn,
    unlinkResult: textIn,
  }),
  echoes: [['partnerReferenceNo', 'partnerReferenceNo']],
});
export type AccountUnbindingRequest = RequestOf<typeof accountUnbinding>;
export type AccountUnbindingResponse = ResponseOf<typeof accountUnbinding>;
