import * as z from 'zod';
import { amountIn, amountOut } from '../amount.js';
import { endpoint, type RequestOf, type ResponseOf } from '../endpoint.js';
import { additionalInfo, given, reference, text, textIn, words } from '../text.js';

/** Refund Purchase (doku-api §10.15): after it settled. */
export const purchaseRefund = endpoint({
  operation: 'purchaseRefund',
  serviceCode: '58',
  movesMoney: true,
  request: z.strictObject({
    originalPartnerReferenceNo: reference,
    /** The refund's identity: sent twice it is refunded once. */
    partnerRefundNo: reference,
    refundAmount: amountOut,
    reason: words(256),
    originalReferenceNo: given.optional(),
    originalExternalId: text(36).optional(),
    additionalInfo: additionalInfo.optional(),
  }),
  response: z.looseObject({
    originalPartnerReferenceNo: textIn,
    originalReferenceNo: textIn,
    refundNo: textIn,
    partnerRefundNo: textIn,
    refundAmount: amountIn.optional(),
    refundTime: textIn,
  }),
  echoes: [
    ['originalPartnerReferenceNo', 'originalPartnerReferenceNo'],
    ['partnerRefundNo', 'partnerRefundNo'],
  ],
});
export type PurchaseRefundRequest = RequestOf<typeof purchaseRefund>;
export type PurchaseRefundResponse = ResponseOf<typeof purchaseRefund>;
