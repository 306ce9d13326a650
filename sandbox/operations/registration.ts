import crypto from 'node:crypto';
import * as z from 'zod';
import { duplicateReference, Refusal } from '../books/refusal.js';
import { additionalInfo, reference, text } from '../exchange/fields.js';
import { B2B, operation } from '../exchange/operation.js';

const phone = z
  .string()
  .max(16)
  .regex(/^(?:\+?62|0)?8[1-9]\d{6,11}$/);

export const accountCreation = operation({
  name: 'accountCreation',
  serviceCode: '06',
  paths: [`${B2B}registration-account-creation`],
  auth: 'tokens',
  body: z.looseObject({
    partnerReferenceNo: reference,
    name: text(128),
    phoneNo: phone,
    email: z.email().max(254),
    redirectUrl: z.url().max(2048),
    additionalInfo,
  }),
  run: ({ doku, body }) => {
    if (doku.accounts.challengeOf(body.partnerReferenceNo)) throw duplicateReference();
    if (doku.accounts.byPhone(body.phoneNo)) {
      throw new Refusal(403, '15', 'Transaction Not Permitted. Customer already registered');
    }
    const challenge = doku.accounts.challenge({
      partnerReferenceNo: body.partnerReferenceNo,
      phoneNo: body.phoneNo,
      email: body.email,
      registration: {
        name: body.name,
        redirectUrl: body.redirectUrl,
        pinToken: crypto.randomBytes(18).toString('base64url'),
      },
      linkId: undefined,
    });
    return { referenceNo: challenge.referenceNo, partnerReferenceNo: challenge.partnerReferenceNo };
  },
});
