import * as z from 'zod';
import { endpoint, type RequestOf, type ResponseOf } from '../endpoint.js';
import { accountId, additionalInfo, neededPageIn, reference, text, textIn } from '../text.js';

/** Account Binding (doku-api §10.4): opens the page where the customer agrees. */
export const accountBinding = endpoint({
  operation: 'accountBinding',
  serviceCode: '07',
  movesMoney: true,
  request: z.strictObject({
    partnerReferenceNo: reference,
    redirectUrl: text(2048),
    successParams: z.strictObject({ accountId }),
    merchantId: text(64).optional(),
    additionalInfo: additionalInfo.optional(),
  }),
  response: z.looseObject({
    /** The page to open. */
    nextAction: neededPageIn,
    linkId: textIn,
    referenceNo: textIn,
    partnerReferenceNo: textIn,
  }),
  echoes: [['partnerReferenceNo', 'partnerReferenceNo']],
  judgedBy: ['linkId'],
});
export type AccountBindingRequest = RequestOf<typeof accountBinding>;
export type AccountBindingResponse = ResponseOf<typeof accountBinding>;
