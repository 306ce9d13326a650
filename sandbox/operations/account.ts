import crypto from 'node:crypto';
import * as z from 'zod';
import type { OtpChallenge } from '../accounts.js';
import type { Doku } from '../doku.js';
import { additionalInfo, optionalText, reference, text } from '../fields.js';
import { MERCHANT_CORPORATE, walletOf } from '../ledger.js';
import {
  duplicateReference,
  invalidAccount,
  invalidFormat,
  Refusal,
  transactionNotFound,
} from '../refusal.js';
import { amountOf } from '../rupiah.js';
import { B2B, B2B2C, either, operation } from './operation.js';

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
    if (!challenge || challenge.referenceNo !== body.originalReferenceNo)
      throw transactionNotFound();
    doku.accounts.verify(challenge, body.otp);
    if (challenge.linkId !== undefined) unlink(doku, challenge.linkId);
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

function pinPage(doku: Doku, { registration }: OtpChallenge) {
  if (!registration) return {};
  return { qparamsURL: `${doku.url}/pages/pin`, qparams: { token: registration.pinToken } };
}

function unlink(doku: Doku, linkId: string): void {
  const binding = doku.accounts.bindingByLink(linkId);
  if (!binding) return;
  binding.state = 'unlinked';
  doku.tokens.revoke(binding.accountId);
}

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
  run: ({ doku, body }) => {
    const { accountId } = body.successParams;
    const account = doku.accounts.get(accountId);
    if (!account) throw invalidAccount();
    if (account.status === 'blocked') throw new Refusal(403, '05', 'Do Not Honor');
    if (doku.accounts.bindingOf(body.partnerReferenceNo)) throw duplicateReference();
    const binding = doku.accounts.bind({ ...body, accountId });
    return {
      referenceNo: binding.referenceNo,
      partnerReferenceNo: binding.partnerReferenceNo,
      linkId: binding.linkId,
      nextAction: `${doku.url}/pages/binding/${binding.pageToken}`,
      redirectUrl: binding.redirectUrl,
      userInfo: { publicUserId: accountId },
    };
  },
});

export const accountInquiry = operation({
  name: 'accountInquiry',
  serviceCode: '08',
  paths: [`${B2B}registration-account-inquiry`],
  auth: 'tokens',
  body: z.looseObject({
    partnerReferenceNo: reference,
    additionalInfo: z.looseObject({ accountId: text(36) }),
  }),
  run: ({ doku, body }) => {
    const { accountId } = body.additionalInfo;
    if (!doku.accounts.get(accountId)) throw invalidAccount();
    const binding = doku.accounts.linkedBinding(accountId);
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

export const balanceInquiry = operation({
  name: 'balanceInquiry',
  serviceCode: '11',
  paths: either('balance-inquiry'),
  auth: 'tokens',
  body: z.looseObject({
    partnerReferenceNo: reference,
    accountNo: optionalText(16),
    additionalInfo,
  }),
  run: ({ doku, body, account }) => {
    if (!account) return corporateBalance(doku, body);
    const balance = amountOf(doku.ledger.balance(walletOf(account.accountId)));
    const none = amountOf(0n);
    return {
      referenceNo: crypto.randomUUID(),
      partnerReferenceNo: body.partnerReferenceNo,
      accountNo: account.accountId,
      name: account.name,
      accountInfos: [
        {
          balanceType: 'Cash',
          amount: balance,
          floatAmount: none,
          holdAmount: none,
          availableBalance: balance,
          ledgerBalance: balance,
          registrationStatusCode: account.isVerified ? '0002' : '0001',
          status: account.status === 'active' ? '0001' : '0007',
        },
      ],
    };
  },
});

/** Without a customer's token it is the merchant's own account that is asked about. */
function corporateBalance(
  doku: Doku,
  body: { partnerReferenceNo: string; accountNo?: string | undefined },
) {
  if (body.accountNo !== doku.settings.corporateAccountNo) throw invalidAccount();
  const balance = amountOf(doku.ledger.balance(MERCHANT_CORPORATE));
  return {
    referenceNo: crypto.randomUUID(),
    partnerReferenceNo: body.partnerReferenceNo,
    accountNo: body.accountNo,
    name: doku.merchant.name,
    accountInfos: [
      { balanceType: 'Cash', amount: balance, availableBalance: balance, status: '0001' },
    ],
  };
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
