import * as z from 'zod';
import { endpoint, type RequestOf, type ResponseOf } from '../endpoint.js';
import { additionalInfo, neededIn, reference, text, textIn } from '../text.js';

/** Account Creation (doku-api §10.2): registers a customer; DOKU sends an OTP by SMS. */
export const accountCreation = endpoint({
  operation: 'accountCreation',
  serviceCode: '06',
  movesMoney: true,
  request: z.strictObject({
    partnerReferenceNo: reference,
    name: text(128),
    phoneNo: text(16),
    email: text(254),
    redirectUrl: text(2048),
    additionalInfo: additionalInfo.optional(),
  }),
  response: z.looseObject({
    referenceNo: neededIn,
    partnerReferenceNo: textIn,
  }),
  echoes: [['partnerReferenceNo', 'partnerReferenceNo']],
});
export type AccountCreationRequest = RequestOf<typeof accountCreation>;
export type AccountCreationResponse = ResponseOf<typeof accountCreation>;
