import * as z from 'zod';
import { endpoint, type RequestOf, type ResponseOf } from '../endpoint.js';
import { additionalInfo, additionalInfoIn, dateTime, reference, textIn } from '../text.js';
import { historyEntryFields } from './history-entry.js';

/** Transaction History List (doku-api §10.16): at most a month, a year back, newest first. */
export const historyList = endpoint({
  operation: 'historyList',
  serviceCode: '12',
  movesMoney: false,
  request: z.strictObject({
    partnerReferenceNo: reference,
    fromDateTime: dateTime,
    toDateTime: dateTime,
    pageSize: z.int().min(1).max(50).optional(),
    /** From zero. */
    pageNumber: z.int().min(0).max(99).optional(),
    additionalInfo: additionalInfo.optional(),
  }),
  response: z.looseObject({
    referenceNo: textIn,
    partnerReferenceNo: textIn,
    /** Fewer entries than `pageSize` mean the last page. */
    detailData: z
      .array(z.looseObject({ ...historyEntryFields, additionalInfo: additionalInfoIn }))
      .nullish()
      .transform((entries) => entries ?? []),
  }),
  echoes: [['partnerReferenceNo', 'partnerReferenceNo']],
  judgedBy: ['detailData'],
});
export type HistoryListRequest = RequestOf<typeof historyList>;
export type HistoryListResponse = ResponseOf<typeof historyList>;
