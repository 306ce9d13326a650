import crypto from 'node:crypto';
import * as z from 'zod';
import type { Binding } from '../books/accounts.js';
import {
  duplicateReference,
  invalidAccount,
  invalidFormat,
  Refusal,
  transactionNotFound,
} from '../books/refusal.js';
import { additionalInfo, optionalText, reference, text } from '../exchange/fields.js';
import { B2B, operation } from '../exchange/operation.js';
import type { Mood } from '../temperaments/mood.js';

export const accountBinding = operation({
  name: 'accountBinding',
  serviceCode: '07',
  paths: [`${B2B}registration-account-binding`],
  auth: 'tokens',
  body: z.looseObject({
    partnerReferenceNo: reference,
    redirectUrl: z.url().max(2048),
    successParams: z.looseObject({ accountId: text(36) }),
    merchantId: optionalText(64),
    additionalInfo,
  }),
  run: ({ doku, body, mood }) => {
    const { accountId } = body.successParams;
    const account = doku.accounts.get(accountId);
    if (!account) throw invalidAccount();
    if (account.status === 'blocked') throw new Refusal(403, '05', 'Do Not Honor');
    if (doku.accounts.bindingOf(body.partnerReferenceNo)) throw duplicateReference();
    const existing = doku.accounts.linkedBinding(accountId);
    const binding = doku.accounts.bind({ ...body, accountId });
    return {
      referenceNo: binding.referenceNo,
      partnerReferenceNo: binding.partnerReferenceNo,
      linkId: linkIdShown(mood, binding, existing),
      nextAction: `${doku.url}/pages/binding/${binding.pageToken}`,
      redirectUrl: binding.redirectUrl,
      userInfo: { publicUserId: accountId },
    };
  },
});

/** Left out by some, and taken from a binding that is there already by others. */
function linkIdShown(mood: Mood, { linkId }: Binding, existing: Binding | undefined) {
  if (mood.use('omitsLinkId')) return undefined;
  return existing && mood.use('givesExistingLinkId') ? existing.linkId : linkId;
}

export const accountInquiry = operation({
  name: 'accountInquiry',
  serviceCode: '08',
  paths: [`${B2B}registration-account-inquiry`],
  auth: 'tokens',
  body: z.looseObject({
    partnerReferenceNo: reference,
    additionalInfo: z.looseObject({ accountId: text(36) }),
  }),
  run: ({ doku, body, mood }) => {
    const { accountId } = body.additionalInfo;
    if (!doku.accounts.get(accountId)) throw invalidAccount();
    const binding = doku.accounts.linkedBinding(accountId, mood.lagOf('accountInquiry').ms);
    if (!binding) throw transactionNotFound();
    return {
      partnerReferenceNo: body.partnerReferenceNo,
      additionalInfo: {
        linkId: binding.linkId,
        authCode: encrypted(doku.tokens.issueAuthCode(accountId), doku.merchant.authCodeSecret),
        remarks: '',
        merchantId: doku.merchant.clientId,
      },
    };
  },
});

/** Base64 of AES-ECB with PKCS#7 padding. */
function encrypted(authCode: string, secret: string): string {
  const key = Buffer.from(secret, 'utf8');
  const cipher = crypto.createCipheriv(`aes-${key.length * 8}-ecb`, key, null);
  return cipher.update(authCode, 'utf8', 'base64') + cipher.final('base64');
}

export const accountUnbinding = operation({
  name: 'accountUnbinding',
  serviceCode: '09',
  paths: [`${B2B}registration-account-unbinding`],
  auth: 'tokens',
  body: z.looseObject({
    partnerReferenceNo: reference,
    linkId: text(64),
    merchantId: text(64),
    additionalInfo,
  }),
  run: ({ doku, body }) => {
    if (body.merchantId !== doku.merchant.clientId) throw invalidFormat('merchantId');
    if (doku.accounts.challengeOf(body.partnerReferenceNo)) throw duplicateReference();
    const binding = doku.accounts.bindingByLink(body.linkId);
    const account = binding?.state === 'linked' ? doku.accounts.get(binding.accountId) : undefined;
    if (!account) throw transactionNotFound();
    const challenge = doku.accounts.challenge({
      partnerReferenceNo: body.partnerReferenceNo,
      phoneNo: account.phoneNo,
      email: account.email,
      registration: undefined,
      linkId: body.linkId,
    });
    return {
      referenceNo: challenge.referenceNo,
      partnerReferenceNo: body.partnerReferenceNo,
      merchantId: body.merchantId,
      linkId: body.linkId,
      unlinkResult: 'pending',
    };
  },
});
