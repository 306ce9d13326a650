import * as z from 'zod';
import { amountIn } from '../amount.js';
import { endpoint, type RequestOf, type ResponseOf } from '../endpoint.js';
import { additionalInfo, given, neededIn, reference, text, textIn } from '../text.js';

/** Query Top Up (doku-api §10.11). */
export const topUpStatus = endpoint({
  operation: 'topUpStatus',
  serviceCode: '39',
  movesMoney: false,
  request: z.strictObject({
    originalPartnerReferenceNo: reference,
    originalReferenceNo: given.optional(),
    originalExternalId: text(64).optional(),
    /** Default: the settings' `topUpServiceCode`. */
    serviceCode: text(2).optional(),
    additionalInfo: additionalInfo.optional(),
  }),
  response: z.looseObject({
    originalPartnerReferenceNo: textIn,
    originalReferenceNo: textIn,
    serviceCode: textIn,
    amount: amountIn.optional(),
    /** Not in SNAP's answer; read where DOKU tells it all the same. */
    customerNumber: textIn,
    latestTransactionStatus: neededIn,
    transactionStatusDesc: textIn,
  }),
  echoes: [['originalPartnerReferenceNo', 'originalPartnerReferenceNo']],
});
export type TopUpStatusRequest = RequestOf<typeof topUpStatus>;
export type TopUpStatusResponse = ResponseOf<typeof topUpStatus>;
