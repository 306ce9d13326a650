import crypto from 'node:crypto';
import * as z from 'zod';
import { invalidAccount, invalidFormat, transactionNotFound } from '../books/refusal.js';
import { amountOfSum } from '../books/rupiah.js';
import type { Doku } from '../doku/index.js';
import { additionalInfo, dateTime, reference, whole } from '../exchange/fields.js';
import { B2B2C, operation } from '../exchange/operation.js';
import { type Item, itemsOf } from './history-items.js';

const MONTH_MS = 31 * 86_400_000;
const YEAR_MS = 366 * 86_400_000;

const shown = (doku: Doku, item: Item) => ({
  dateTime: doku.clock.iso(item.at),
  amount: amountOfSum(item.sum),
  remark: item.partnerReferenceNo,
  sourceOfFunds: [{ source: 'BALANCE', amount: amountOfSum(item.sum) }],
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
  run: ({ doku, body, account, mood }) => {
    if (!account) throw invalidAccount();
    const { fromDateTime, toDateTime, pageSize, pageNumber } = body;
    if (toDateTime < fromDateTime || toDateTime - fromDateTime > MONTH_MS)
      throw invalidFormat('toDateTime');
    if (fromDateTime < doku.clock.now() - YEAR_MS) throw invalidFormat('fromDateTime');
    const page = itemsOf(doku, account.accountId, mood, 'historyList')
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
  run: ({ doku, body, account, mood }) => {
    if (!account) throw invalidAccount();
    const item = itemsOf(doku, account.accountId, mood, 'historyDetail').find(
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
