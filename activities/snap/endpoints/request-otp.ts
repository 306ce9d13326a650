import * as z from 'zod';
import { endpoint, type RequestOf, type ResponseOf } from '../endpoint.js';
import { additionalInfo, dateTime, neededIn, reference, text, textIn, words } from '../text.js';

/** Request OTP (doku-api §10.18; newer docs). */
export const requestOtp = endpoint({
  operation: 'requestOtp',
  serviceCode: '81',
  movesMoney: true,
  request: z.strictObject({
    journeyId: text(32),
    partnerReferenceNo: reference.optional(),
    merchantId: text(64).optional(),
    externalStoreId: text(64).optional(),
    trxDateTime: dateTime.optional(),
    /** The service code that the OTP is for. */
    otpTrxCode: text(2).optional(),
    otpReasonCode: text(2).optional(),
    otpReasonMessage: words(100).optional(),
    bankCardToken: text(128).optional(),
    additionalInfo: additionalInfo.optional(),
  }),
  response: z.looseObject({
    chargeToken: neededIn,
    referenceNo: textIn,
    partnerReferenceNo: textIn,
  }),
  echoes: [['partnerReferenceNo', 'partnerReferenceNo']],
});
export type RequestOtpRequest = RequestOf<typeof requestOtp>;
export type RequestOtpResponse = ResponseOf<typeof requestOtp>;
