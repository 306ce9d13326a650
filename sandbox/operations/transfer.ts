import crypto from 'node:crypto';
import * as z from 'zod';
import { additionalInfo, amount, optionalText, reference, text } from '../fields.js';
import { invalidAccount, missingField, Refusal, transactionNotFound } from '../refusal.js';
import { amountOf, senOf } from '../rupiah.js';
import type { Transfer } from '../transfers.js';
import { B2B2C, type Call, either, operation } from './operation.js';

/** Bank accounts whose number ends in 0000 do not exist; bank 000 is not on the switch. */
function assertBeneficiary(accountNumber: string, bankCode: string): void {
  if (bankCode === '000') throw new Refusal(404, '03', 'Bank Not Supported By Switch');
  if (accountNumber.endsWith('0000')) throw invalidAccount();
}

/** DOKU took it and is still working on it. */
function assertFinished({ state }: Transfer): void {
  if (state === 'pending') throw new Refusal(202, '00', 'Request In Progress');
}

/** SNAP's `latestTransactionStatus`. */
const TOP_UP_STATUS = { pending: '03', success: '00', failed: '06' } as const;

const BANKS: Readonly<Record<string, string>> = {
  '002': 'BRI',
  '008': 'Mandiri',
  '009': 'BNI',
  '014': 'BCA',
};

export const bankAccountInquiry = operation({
  name: 'bankAccountInquiry',
  serviceCode: '42',
  paths: either('emoney/bank-account-inquiry'),
  auth: 'tokens',
  body: z.looseObject({
    partnerReferenceNo: reference,
    customerNumber: text(32),
    amount,
    beneficiaryAccountNumber: text(32),
    additionalInfo,
  }),
  run: ({ body }) => {
    const bankCode = body.additionalInfo.bankCode ?? body.additionalInfo.beneficiaryBankCode;
    if (typeof bankCode !== 'string' || bankCode === '')
      throw missingField('additionalInfo.bankCode');
    assertBeneficiary(body.beneficiaryAccountNumber, bankCode);
    return {
      referenceNo: crypto.randomUUID(),
      partnerReferenceNo: body.partnerReferenceNo,
      accountType: 'SAVINGS',
      beneficiaryAccountNumber: body.beneficiaryAccountNumber,
      beneficiaryAccountName: `PEMILIK ${body.beneficiaryAccountNumber.slice(-4)}`,
      beneficiaryBankCode: bankCode,
      beneficiaryBankName: BANKS[bankCode] ?? `BANK ${bankCode}`,
      sessionId: crypto.randomBytes(10).toString('hex'),
      amount: body.amount,
    };
  },
});

export const transferBank = operation({
  name: 'transferBank',
  serviceCode: '43',
  paths: [`${B2B2C}emoney/transfer-bank`],
  auth: 'tokens',
  body: z.looseObject({
    partnerReferenceNo: reference,
    customerNumber: text(32),
    accountType: text(25),
    beneficiaryAccountNumber: text(32),
    beneficiaryBankCode: text(11),
    amount,
    additionalInfo,
  }),
  run: ({ doku, body, account, externalId }) => {
    if (!account) throw invalidAccount();
    assertBeneficiary(body.beneficiaryAccountNumber, body.beneficiaryBankCode);
    const transfer = doku.transfers.toBank({
      partnerReferenceNo: body.partnerReferenceNo,
      externalId,
      account,
      sen: senOf(body.amount.value),
      fingerprint: JSON.stringify([
        body.amount,
        body.beneficiaryAccountNumber,
        body.beneficiaryBankCode,
      ]),
    });
    assertFinished(transfer);
    return {
      referenceNo: transfer.referenceNo,
      partnerReferenceNo: transfer.partnerReferenceNo,
      transactionDate: doku.clock.iso(transfer.at),
      referenceNumber: transfer.referenceNumber,
    };
  },
});

/** The wallet meant: by number, or the token's where none is given. */
function walletIn({ doku, account }: Call, customerNumber: string | undefined) {
  const found = customerNumber ? doku.accounts.byCustomerNumber(customerNumber) : account;
  if (!found) throw invalidAccount();
  return found;
}

export const topUpInquiry = operation({
  name: 'topUpInquiry',
  serviceCode: '37',
  paths: either('emoney/account-inquiry'),
  auth: 'tokens',
  body: z.looseObject({
    partnerReferenceNo: optionalText(64),
    customerNumber: optionalText(32),
    amount,
    additionalInfo,
  }),
  run: (call) => {
    const found = walletIn(call, call.body.customerNumber);
    return {
      referenceNo: crypto.randomUUID(),
      partnerReferenceNo: call.body.partnerReferenceNo,
      sessionId: crypto.randomBytes(10).toString('hex'),
      customerNumber: `${'*'.repeat(6)}${found.accountId.slice(-4)}`,
      customerName: found.name,
      customerMonthlyInLimit: '20000000',
      minAmount: amountOf(100n),
      maxAmount: amountOf(1_000_000_000n),
      amount: call.body.amount,
      feeAmount: amountOf(0n),
      feeType: 'OUR',
    };
  },
});

export const topUp = operation({
  name: 'topUp',
  serviceCode: '38',
  paths: either('emoney/topup'),
  auth: 'tokens',
  body: z.looseObject({
    partnerReferenceNo: reference,
    customerNumber: optionalText(32),
    amount,
    sessionId: optionalText(25),
    notes: optionalText(255),
    additionalInfo,
  }),
  run: (call) => {
    const { doku, body, externalId } = call;
    const account = walletIn(call, body.customerNumber);
    const made = doku.transfers.topUp({
      partnerReferenceNo: body.partnerReferenceNo,
      externalId,
      account,
      sen: senOf(body.amount.value),
      fingerprint: JSON.stringify([account.accountId, body.amount]),
    });
    assertFinished(made);
    return {
      referenceNo: made.referenceNo,
      partnerReferenceNo: made.partnerReferenceNo,
      referenceNumber: made.referenceNumber,
      sessionId: body.sessionId,
      customerNumber: body.customerNumber,
      amount: body.amount,
    };
  },
});

export const topUpStatus = operation({
  name: 'topUpStatus',
  serviceCode: '39',
  paths: either('emoney/topup-status'),
  auth: 'tokens',
  body: z.looseObject({
    originalPartnerReferenceNo: optionalText(64),
    originalReferenceNo: optionalText(64),
    originalExternalId: optionalText(64),
    serviceCode: text(2),
    additionalInfo,
  }),
  run: ({ doku, body }) => {
    const { originalPartnerReferenceNo, originalReferenceNo, originalExternalId } = body;
    if (!originalPartnerReferenceNo && !originalReferenceNo && !originalExternalId) {
      throw missingField('originalPartnerReferenceNo');
    }
    const byPartner = doku.transfers.find(originalPartnerReferenceNo ?? '');
    const found =
      byPartner?.kind === 'topUp'
        ? byPartner
        : doku.transfers.search(
            (transfer) =>
              transfer.kind === 'topUp' &&
              (transfer.referenceNo === originalReferenceNo ||
                transfer.externalId === originalExternalId),
          );
    if (!found) throw transactionNotFound();
    return {
      originalPartnerReferenceNo: found.partnerReferenceNo,
      originalReferenceNo: found.referenceNo,
      originalExternalId: found.externalId,
      serviceCode: body.serviceCode,
      amount: amountOf(found.sen),
      latestTransactionStatus: TOP_UP_STATUS[found.state],
      transactionStatusDesc: found.state,
    };
  },
});
