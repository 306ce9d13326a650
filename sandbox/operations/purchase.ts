import * as z from 'zod';
import {
  PENDING,
  REFUND_STATUS_CODES,
  type Refund,
  STATUS_CODES,
  shownSum,
} from '../books/purchase.js';
import { invalidAccount } from '../books/refusal.js';
import { amountOfSum, senOf } from '../books/rupiah.js';
import { assertFinished } from '../books/transfers.js';
import type { Doku } from '../doku/index.js';
import {
  additionalInfo,
  amount,
  dateTime,
  optionalText,
  reference,
  text,
} from '../exchange/fields.js';
import { B2B2C, either, operation } from '../exchange/operation.js';
import type { Lag } from '../temperaments/mood.js';
import { assertRefundsOpen } from '../temperaments/refund-hours.js';

const urlParams = z
  .array(z.looseObject({ url: z.string().max(512), type: z.string().max(32) }))
  .nullish();

export const purchase = operation({
  name: 'purchase',
  serviceCode: '54',
  paths: [`${B2B2C}debit/payment-host-to-host`],
  auth: 'tokens',
  body: z.looseObject({
    partnerReferenceNo: reference,
    amount,
    urlParams,
    // DOKU's jump-app SDK writes it in the singular.
    urlParam: urlParams,
    validUpTo: dateTime.optional(),
    additionalInfo,
  }),
  run: ({ doku, body, account, externalId, terms }) => {
    if (!account) throw invalidAccount();
    const returns = [...(body.urlParams ?? []), ...(body.urlParam ?? [])];
    const remarks = body.additionalInfo.remarks;
    const order = {
      partnerReferenceNo: body.partnerReferenceNo,
      externalId,
      account,
      sen: senOf(body.amount.value),
      returnUrl: returns.find((entry) => entry.type === 'PAY_RETURN')?.url,
      remarks: typeof remarks === 'string' ? remarks : undefined,
      validUpTo: body.validUpTo,
      fingerprint: JSON.stringify([account.accountId, body.amount, returns]),
    };
    const opened = doku.purchases.open(order, terms);
    return {
      referenceNo: opened.referenceNo,
      partnerReferenceNo: opened.partnerReferenceNo,
      webRedirectUrl: `${doku.url}/pages/purchase/${opened.pageToken}`,
    };
  },
});

/** A purchase as it was, or pending where its payment is shown so until then. */
function seen({ purchases }: Doku, reference: string, { ms, showsPending }: Lag) {
  const was = purchases.get(reference, ms);
  const isPaid = purchases.get(reference).paidAt !== undefined;
  return { ...was, isPending: showsPending && isPaid && was.paidAt === undefined };
}

function refundsSeen({ purchases }: Doku, reference: string, { ms, showsPending }: Lag): Refund[] {
  const were = purchases.get(reference, ms).refunds;
  if (!showsPending) return were;
  const known = new Map(were.map((refund) => [refund.refundNo, refund]));
  return purchases
    .get(reference)
    .refunds.map((refund) => known.get(refund.refundNo) ?? { ...refund, state: 'pending' });
}

export const purchaseStatus = operation({
  name: 'purchaseStatus',
  serviceCode: '55',
  paths: either('debit/status'),
  auth: 'tokens',
  body: z.looseObject({
    originalPartnerReferenceNo: reference,
    serviceCode: z.enum(['17', '54', '55']),
    transactionDate: dateTime.optional(),
    additionalInfo,
  }),
  run: ({ doku, body, mood }) => {
    const { originalPartnerReferenceNo } = body;
    const found = seen(doku, originalPartnerReferenceNo, mood.lagOf('status'));
    const refunds = refundsSeen(doku, originalPartnerReferenceNo, mood.lagOf('refundHistory'));
    return {
      originalReferenceNo: found.referenceNo,
      originalPartnerReferenceNo: found.partnerReferenceNo,
      originalExternalId: found.externalId,
      serviceCode: body.serviceCode,
      latestTransactionStatus: found.isPending ? PENDING : STATUS_CODES[found.state],
      transactionStatusDesc: found.description,
      ...shownSum(found),
      ...(found.paidAt !== undefined && { paidTime: doku.clock.iso(found.paidAt) }),
      refundHistory: refunds.map((refund) => ({
        refundNo: refund.refundNo,
        partnerRefundNo: refund.partnerRefundNo,
        refundAmount: amountOfSum(refund.sum),
        refundStatus: REFUND_STATUS_CODES[refund.state],
        refundDate: doku.clock.iso(refund.at),
        reason: refund.reason,
      })),
    };
  },
});

export const purchaseCancel = operation({
  name: 'purchaseCancel',
  serviceCode: '57',
  paths: either('debit/cancel'),
  auth: 'tokens',
  body: z.looseObject({
    originalPartnerReferenceNo: reference,
    reason: optionalText(256),
    additionalInfo,
  }),
  run: ({ doku, body, terms }) => {
    const cancelled = doku.purchases.cancel(body.originalPartnerReferenceNo, terms);
    return {
      originalPartnerReferenceNo: cancelled.partnerReferenceNo,
      originalReferenceNo: cancelled.referenceNo,
      originalExternalId: cancelled.externalId,
      cancelTime: doku.clock.iso(cancelled.cancelledAt),
      transactionDate: doku.clock.iso(cancelled.createdAt),
    };
  },
});

export const purchaseRefund = operation({
  name: 'purchaseRefund',
  serviceCode: '58',
  paths: either('debit/refund'),
  auth: 'tokens',
  body: z.looseObject({
    originalPartnerReferenceNo: reference,
    partnerRefundNo: text(64),
    refundAmount: amount,
    reason: optionalText(256),
    additionalInfo,
  }),
  run: ({ doku, body, mood, terms }) => {
    const { originalPartnerReferenceNo, partnerRefundNo, refundAmount, reason } = body;
    const sen = senOf(refundAmount.value);
    assertRefundsOpen(mood, doku, sen);
    const refund = doku.purchases.refund(
      originalPartnerReferenceNo,
      partnerRefundNo,
      sen,
      reason ?? '',
      terms,
    );
    assertFinished(refund);
    return {
      originalPartnerReferenceNo,
      originalReferenceNo: doku.purchases.get(originalPartnerReferenceNo).referenceNo,
      refundNo: refund.refundNo,
      partnerRefundNo,
      refundAmount: amountOfSum(refund.sum),
      refundTime: doku.clock.iso(refund.at),
    };
  },
});
