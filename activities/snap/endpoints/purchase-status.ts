import * as z from 'zod';
import { amountIn } from '../amount.js';
import { endpoint, type RequestOf, type ResponseOf } from '../endpoint.js';
import { additionalInfo, dateTime, given, neededIn, reference, text, textIn } from '../text.js';

/** DOKU's generic SDKs name the refund's number `partnerReferenceNo`. */
const refundEntry = z
  .looseObject({
    refundNo: textIn,
    partnerRefundNo: textIn,
    partnerReferenceNo: textIn,
    refundAmount: amountIn.optional(),
    /** SNAP: 00, 03, 06. */
    refundStatus: textIn,
    refundDate: textIn,
    reason: textIn,
  })
  .transform((entry) => ({
    ...entry,
    partnerRefundNo: entry.partnerRefundNo ?? entry.partnerReferenceNo ?? '',
  }));

/** Query Purchase (doku-api §10.13): the source of truth on a purchase. */
export const purchaseStatus = endpoint({
  operation: 'purchaseStatus',
  serviceCode: '55',
  movesMoney: false,
  request: z.strictObject({
    originalPartnerReferenceNo: reference,
    /** Default: the settings' `purchaseServiceCode`. */
    serviceCode: text(2).optional(),
    transactionDate: dateTime.optional(),
    originalReferenceNo: given.optional(),
    originalExternalId: text(36).optional(),
    additionalInfo: additionalInfo.optional(),
  }),
  response: z.looseObject({
    originalPartnerReferenceNo: textIn,
    originalReferenceNo: textIn,
    serviceCode: textIn,
    latestTransactionStatus: neededIn,
    transactionStatusDesc: textIn,
    originalResponseCode: textIn,
    refundHistory: z.array(refundEntry).nullish(),
    transAmount: amountIn.optional(),
    /** What DOKU took from the customer on top. */
    feeAmount: amountIn.optional(),
    paidTime: textIn,
  }),
  echoes: [['originalPartnerReferenceNo', 'originalPartnerReferenceNo']],
  judgedBy: ['refundHistory'],
});
export type PurchaseStatusRequest = RequestOf<typeof purchaseStatus>;
export type PurchaseStatusResponse = ResponseOf<typeof purchaseStatus>;
