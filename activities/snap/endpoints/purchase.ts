import * as z from 'zod';
import { amountOut } from '../amount.js';
import { endpoint, type RequestOf, type ResponseOf } from '../endpoint.js';
import {
  additionalInfo,
  additionalInfoIn,
  dateTime,
  pageIn,
  reference,
  text,
  textIn,
} from '../text.js';

const urlParam = z.strictObject({
  url: text(512),
  type: z.enum(['PAY_RETURN', 'PAY_NOTIFY']),
  isDeeplink: z.enum(['Y', 'N']),
});

const payOptionDetail = z.strictObject({
  payMethod: text(64),
  payOption: text(64),
  transAmount: amountOut.optional(),
  feeAmount: amountOut.optional(),
  additionalInfo: additionalInfo.optional(),
});

/** Purchase Web (doku-api §10.12): opens the page where the customer pays. Accepted is not yet paid. */
export const purchase = endpoint({
  operation: 'purchase',
  serviceCode: '54',
  movesMoney: true,
  request: z.strictObject({
    partnerReferenceNo: reference,
    amount: amountOut,
    urlParams: z.array(urlParam).optional(),
    /** Default: one entry with the settings' `payMethod`. */
    payOptionDetails: z.array(payOptionDetail).optional(),
    validUpTo: dateTime.optional(),
    merchantId: text(64).optional(),
    additionalInfo: additionalInfo.optional(),
  }),
  response: z
    .looseObject({
      referenceNo: textIn,
      partnerReferenceNo: textIn,
      webRedirectUrl: pageIn,
      additionalInfo: additionalInfoIn,
    })
    .transform((answer, context) => {
      // DOKU's Go SDK also looks for it in additionalInfo.
      const nested = pageIn.safeParse(answer.additionalInfo?.webRedirectUrl);
      const webRedirectUrl = answer.webRedirectUrl ?? nested.data;
      if (webRedirectUrl === undefined) {
        context.addIssue({ code: 'custom', path: ['webRedirectUrl'], message: 'is missing' });
        return z.NEVER;
      }
      return { ...answer, webRedirectUrl };
    }),
  echoes: [['partnerReferenceNo', 'partnerReferenceNo']],
});
export type PurchaseRequest = RequestOf<typeof purchase>;
export type PurchaseResponse = ResponseOf<typeof purchase>;
