import * as z from 'zod';
import { amountIn } from '../amount.js';
import { endpoint, type RequestOf, type ResponseOf } from '../endpoint.js';
import { additionalInfo, neededIn, reference, textIn } from '../text.js';
import { historyEntryFields } from './history-entry.js';

/** Transaction History Detail (doku-api §10.17). */
export const historyDetail = endpoint({
  operation: 'historyDetail',
  serviceCode: '13',
  movesMoney: false,
  request: z.strictObject({
    originalPartnerReferenceNo: reference,
    additionalInfo: additionalInfo.optional(),
  }),
  response: z.looseObject({
    ...historyEntryFields,
    status: neededIn,
    referenceNo: textIn,
    partnerReferenceNo: textIn,
    cancelledTime: textIn,
    refundAmount: amountIn.optional(),
  }),
  echoes: [['originalPartnerReferenceNo', 'partnerReferenceNo']],
});
export type HistoryDetailRequest = RequestOf<typeof historyDetail>;
export type HistoryDetailResponse = ResponseOf<typeof historyDetail>;
