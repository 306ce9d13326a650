import crypto from 'node:crypto';
import * as z from 'zod';
import type { OtpChallenge } from '../books/accounts.js';
import { duplicateReference, Refusal, transactionNotFound } from '../books/refusal.js';
import type { Doku } from '../doku/index.js';
import { additionalInfo, optionalText, reference, text } from '../exchange/fields.js';
import { B2B, B2B2C, operation } from '../exchange/operation.js';
import { digitsOf } from '../temperaments/writing.js';

export const verifyOtp = operation({
  name: 'verifyOtp',
  serviceCode: '04',
  paths: [`${B2B}otp-verification`],
  auth: 'tokens',
  body: z.looseObject({
    originalPartnerReferenceNo: reference,
    originalReferenceNo: reference,
    otp: text(8),
    additionalInfo,
  }),
  run: ({ doku, body }) => {
    const challenge = doku.accounts.challengeOf(body.originalPartnerReferenceNo);
    if (!challenge || !isOf(challenge, body.originalReferenceNo)) throw transactionNotFound();
    doku.accounts.verify(challenge, body.otp);
    const link = doku.accounts.bindingByLink(challenge.linkId ?? '');
    if (link) doku.unlink(link);
    return {
      originalPartnerReferenceNo: challenge.partnerReferenceNo,
      originalReferenceNo: challenge.referenceNo,
      email: challenge.email,
      phoneNo: challenge.phoneNo,
      sendOtpFlag: 'NO',
      ...pinPage(doku, challenge),
    };
  },
});

/** DOKU's reference, also where it was written as a number. */
const isOf = ({ referenceNo }: OtpChallenge, given: string) =>
  [referenceNo, digitsOf(referenceNo)].includes(given);

function pinPage(doku: Doku, { registration }: OtpChallenge) {
  if (!registration) return {};
  return { qparamsURL: `${doku.url}/pages/pin`, qparams: { token: registration.pinToken } };
}

export const requestOtp = operation({
  name: 'requestOtp',
  serviceCode: '81',
  paths: [`${B2B}otp`, `${B2B2C}otp`],
  auth: 'tokens',
  body: z.looseObject({
    journeyId: text(32),
    partnerReferenceNo: optionalText(64),
    additionalInfo,
  }),
  run: ({ doku, body, account }) => {
    const partnerReferenceNo = body.partnerReferenceNo ?? crypto.randomUUID();
    const known = doku.accounts.challengeOf(body.journeyId);
    const person = account ?? known;
    if (!person) throw new Refusal(404, '07', 'Journey Not Found');
    if (doku.accounts.challengeOf(partnerReferenceNo)) throw duplicateReference();
    const challenge = doku.accounts.challenge({
      partnerReferenceNo,
      phoneNo: person.phoneNo,
      email: person.email,
      registration: known?.registration,
      linkId: known?.linkId,
    });
    return {
      chargeToken: crypto.randomBytes(15).toString('hex'),
      referenceNo: challenge.referenceNo,
      partnerReferenceNo,
    };
  },
});
