import crypto from 'node:crypto';
import * as z from 'zod';
import { invalidAccount, invalidFormat, transactionNotFound } from '../books/refusal.js';
import { amountOf } from '../books/rupiah.js';
import type { Doku } from '../doku/index.js';
import { additionalInfo, dateTime, reference, whole } from '../exchange/fields.js';
import { B2B2C, operation } from '../exchange/operation.js';

const MONTH_MS = 31 * 86_400_000;
const YEAR_MS = 366 * 86_400_000;

interface Item {
  readonly partnerReferenceNo: string;
  readonly referenceNo: string;
  readonly at: number;
  readonly sen: bigint;
  readonly status: 'INIT' | 'SUCCESS' | 'CLOSED' | 'CANCELLED';
  readonly type: 'PAYMENT' | 'REFUND' | 'TOP_UP' | 'DISBURSMENT';
}

/** What happened on one wallet, newest first. */
function itemsOf(doku: Doku, accountId: string): Item[] {
  const purchases = doku.purchases.of(accountId).flatMap((purchase): Item[] => [
    {
      partnerReferenceNo: purchase.partnerReferenceNo,
      referenceNo: purchase.referenceNo,
      at: purchase.paidAt ?? purchase.createdAt,
      sen: purchase.sen,
      status: HISTORY_STATUS[purchase.state],
      type: 'PAYMENT',
    },
    ...purchase.refunds.map(
      (refund): Item => ({
        partnerReferenceNo: refund.partnerRefundNo,
        referenceNo: refund.refundNo,
        at: Date.parse(refund.at),
        sen: refund.sen,
        status: 'SUCCESS',
        type: 'REFUND',
      }),
    ),
  ]);
  const transfers = doku.transfers.of(accountId).map(
    (transfer): Item => ({
      ...transfer,
      status: TRANSFER_STATUS[transfer.state],
      type: transfer.kind === 'topUp' ? 'TOP_UP' : 'DISBURSMENT',
    }),
  );
  const authorizations = doku.authorizations
    .list()
    .filter((authorization) => authorization.accountId === accountId)
    .flatMap((authorization): Item[] => [
      {
        ...authorization,
        status: authorization.isClosed ? 'CLOSED' : 'INIT',
        type: 'PAYMENT',
      },
      ...[...authorization.steps.values()].map(
        (step): Item => ({
          partnerReferenceNo: step.partnerNo,
          referenceNo: step.no,
          at: step.at,
          sen: step.sen,
          status: 'SUCCESS',
          type: step.kind === 'capture' ? 'PAYMENT' : 'REFUND',
        }),
      ),
    ]);
  return [...purchases, ...transfers, ...authorizations].sort((a, b) => b.at - a.at);
}

const TRANSFER_STATUS = { pending: 'INIT', success: 'SUCCESS', failed: 'CLOSED' } as const;

const HISTORY_STATUS = {
  initiated: 'INIT',
  paying: 'INIT',
  paid: 'SUCCESS',
  refunded: 'SUCCESS',
  cancelled: 'CANCELLED',
  failed: 'CLOSED',
} as const;

const shown = (doku: Doku, item: Item) => ({
  dateTime: doku.clock.iso(item.at),
  amount: amountOf(item.sen),
  remark: item.partnerReferenceNo,
  sourceOfFunds: [{ source: 'BALANCE', amount: amountOf(item.sen) }],
  status: item.status,
  type: item.type,
});

export const historyList = operation({
  name: 'historyList',
  serviceCode: '12',
  paths: [`${B2B2C}transaction-history-list`],
  auth: 'tokens',
  body: z.looseObject({
    partnerReferenceNo: reference,
    fromDateTime: dateTime,
    toDateTime: dateTime,
    pageSize: whole(1, 50).default(10),
    pageNumber: whole(0, 99).default(0),
    additionalInfo,
  }),
  run: ({ doku, body, account }) => {
    if (!account) throw invalidAccount();
    const { fromDateTime, toDateTime, pageSize, pageNumber } = body;
    if (toDateTime < fromDateTime || toDateTime - fromDateTime > MONTH_MS)
      throw invalidFormat('toDateTime');
    if (fromDateTime < doku.clock.now() - YEAR_MS) throw invalidFormat('fromDateTime');
    const page = itemsOf(doku, account.accountId)
      .filter((item) => item.at >= fromDateTime && item.at <= toDateTime + 999)
      .slice(pageNumber * pageSize, (pageNumber + 1) * pageSize);
    return {
      referenceNo: crypto.randomUUID(),
      partnerReferenceNo: body.partnerReferenceNo,
      detailData: page.map((item) => ({
        ...shown(doku, item),
        additionalInfo: { partnerReferenceNo: item.partnerReferenceNo },
      })),
    };
  },
});

export const historyDetail = operation({
  name: 'historyDetail',
  serviceCode: '13',
  paths: [`${B2B2C}transaction-history-detail`],
  auth: 'tokens',
  body: z.looseObject({ originalPartnerReferenceNo: reference, additionalInfo }),
  run: ({ doku, body, account }) => {
    if (!account) throw invalidAccount();
    const item = itemsOf(doku, account.accountId).find(
      (each) => each.partnerReferenceNo === body.originalPartnerReferenceNo,
    );
    if (!item) throw transactionNotFound();
    return {
      referenceNo: item.referenceNo,
      partnerReferenceNo: item.partnerReferenceNo,
      ...shown(doku, item),
    };
  },
});
