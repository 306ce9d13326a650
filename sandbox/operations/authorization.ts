import * as z from 'zod';
import { invalidAccount, invalidFormat } from '../books/refusal.js';
import { amountOfSum, senOf } from '../books/rupiah.js';
import { additionalInfo, amount, optionalText, reference, text } from '../exchange/fields.js';
import { type Call, either, operation } from '../exchange/operation.js';

function assertMerchant({ doku }: Call, merchantId: string): void {
  if (merchantId !== doku.merchant.clientId) throw invalidFormat('merchantId');
}

export const authPayment = operation({
  name: 'authPayment',
  serviceCode: '63',
  paths: either('auth/payment'),
  auth: 'tokens',
  body: z.looseObject({
    partnerReferenceNo: reference,
    merchantId: text(64),
    amount,
    title: text(256),
    additionalInfo,
  }),
  run: (call) => {
    const { doku, body, account, externalId, terms } = call;
    assertMerchant(call, body.merchantId);
    if (!account) throw invalidAccount();
    const movement = {
      partnerReferenceNo: body.partnerReferenceNo,
      externalId,
      account,
      sen: senOf(body.amount.value),
      fingerprint: JSON.stringify([account.accountId, body.amount]),
    };
    const made = doku.authorizations.authorize(movement, terms);
    return {
      referenceNo: made.referenceNo,
      partnerReferenceNo: made.partnerReferenceNo,
      amount: amountOfSum(made.sum),
      paidTime: doku.clock.iso(made.at),
    };
  },
});

export const authCapture = operation({
  name: 'authCapture',
  serviceCode: '65',
  paths: either('auth/capture'),
  auth: 'tokens',
  body: z.looseObject({
    originalPartnerReferenceNo: reference,
    originalReferenceNo: reference,
    merchantId: text(64),
    partnerCaptureNo: text(64),
    title: text(256),
    captureAmount: amount.optional(),
    lastCapture: z.enum(['TRUE', 'FALSE']).optional(),
    additionalInfo,
  }),
  run: (call) => {
    const { doku, body, terms } = call;
    assertMerchant(call, body.merchantId);
    const sen = body.captureAmount && senOf(body.captureAmount.value);
    const captured = doku.authorizations.capture(
      body.originalPartnerReferenceNo,
      body.partnerCaptureNo,
      sen,
      body.lastCapture === 'TRUE',
      terms,
    );
    return {
      originalPartnerReferenceNo: body.originalPartnerReferenceNo,
      originalReferenceNo: captured.authorization.referenceNo,
      captureNo: captured.no,
      partnerCaptureNo: body.partnerCaptureNo,
      captureAmount: amountOfSum(captured.sum),
      captureTime: doku.clock.iso(captured.at),
    };
  },
});

export const authVoid = operation({
  name: 'authVoid',
  serviceCode: '67',
  paths: either('auth/void'),
  auth: 'tokens',
  body: z.looseObject({
    originalPartnerReferenceNo: reference,
    originalReferenceNo: reference,
    merchantId: text(64),
    partnerVoidNo: text(64),
    voidAmount: amount.optional(),
    voidRemainingAmount: z.enum(['TRUE', 'FALSE']).optional(),
    reason: optionalText(256),
    additionalInfo,
  }),
  run: (call) => {
    const { doku, body, terms } = call;
    assertMerchant(call, body.merchantId);
    const sen =
      body.voidRemainingAmount === 'TRUE'
        ? undefined
        : body.voidAmount && senOf(body.voidAmount.value);
    const voided = doku.authorizations.void(
      body.originalPartnerReferenceNo,
      body.partnerVoidNo,
      sen,
      terms,
    );
    return {
      originalPartnerReferenceNo: body.originalPartnerReferenceNo,
      originalReferenceNo: voided.authorization.referenceNo,
      voidNo: voided.no,
      partnerVoidNo: body.partnerVoidNo,
      voidAmount: amountOfSum(voided.sum),
      voidTime: doku.clock.iso(voided.at),
    };
  },
});
