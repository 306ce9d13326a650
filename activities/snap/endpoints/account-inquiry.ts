import * as z from 'zod';
import { endpoint, type RequestOf, type ResponseOf } from '../endpoint.js';
import { accountId, additionalInfoWith, reference, textIn } from '../text.js';

/** Account Inquiry, in newer docs Query Account Binding (doku-api §10.5). */
export const accountInquiry = endpoint({
  operation: 'accountInquiry',
  serviceCode: '08',
  movesMoney: false,
  request: z.strictObject({
    partnerReferenceNo: reference,
    additionalInfo: z.looseObject({ accountId }),
  }),
  response: z.looseObject({
    partnerReferenceNo: textIn,
    additionalInfo: additionalInfoWith({
      linkId: textIn,
      /** Encrypted: see `decryptAuthCode`. */
      authCode: textIn,
      remarks: textIn,
      merchantId: textIn,
    }),
  }),
  echoes: [['partnerReferenceNo', 'partnerReferenceNo']],
  judgedBy: ['additionalInfo.linkId', 'additionalInfo.authCode'],
});
export type AccountInquiryRequest = RequestOf<typeof accountInquiry>;
export type AccountInquiryResponse = ResponseOf<typeof accountInquiry>;
