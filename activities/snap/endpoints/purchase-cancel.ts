import * as z from 'zod';
import { amountOut } from '../amount.js';
import { endpoint, type RequestOf, type ResponseOf } from '../endpoint.js';
import { additionalInfo, given, reference, text, textIn, words } from '../text.js';

/** Cancel Purchase (doku-api §10.14): before it settles. */
export const purchaseCancel = endpoint({
  operation: 'purchaseCancel',
  serviceCode: '57',
  movesMoney: true,
  request: z.strictObject({
    originalPartnerReferenceNo: reference,
    reason: words(256),
    originalReferenceNo: given.optional(),
    originalExternalId: text(36).optional(),
    amount: amountOut.optional(),
    additionalInfo: additionalInfo.optional(),
  }),
  response: z.looseObject({
    originalPartnerReferenceNo: textIn,
    originalReferenceNo: textIn,
    cancelTime: textIn,
    transactionDate: textIn,
  }),
  echoes: [['originalPartnerReferenceNo', 'originalPartnerReferenceNo']],
});
export type PurchaseCancelRequest = RequestOf<typeof purchaseCancel>;
export type PurchaseCancelResponse = ResponseOf<typeof purchaseCancel>;
