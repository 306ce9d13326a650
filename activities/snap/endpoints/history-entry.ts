import * as z from 'zod';
import { amountIn } from '../amount.js';
import { textIn } from '../text.js';

/** The fields that Transaction History List and Detail share. */
export const historyEntryFields = {
  dateTime: textIn,
  amount: amountIn.optional(),
  remark: textIn,
  sourceOfFunds: z.array(z.looseObject({ source: textIn, amount: amountIn.optional() })).nullish(),
  /** `INIT`, `SUCCESS`, `CLOSED`, `CANCELLED`; an open list. */
  status: textIn,
  /** `PAYMENT`, `REFUND`, `TOP_UP`, `SEND_MONEY`, `RECEIVE_MONEY`, `DISBURSMENT` (so spelled); an open list. */
  type: textIn,
};
