import crypto from 'node:crypto';
import * as z from 'zod';
import { invalidAccount, missingField, Refusal } from '../books/refusal.js';
import { senOf } from '../books/rupiah.js';
import { assertFinished } from '../books/transfers.js';
import { additionalInfo, amount, reference, text } from '../exchange/fields.js';
import { B2B2C, either, operation } from '../exchange/operation.js';

/** Bank accounts whose number ends in 0000 do not exist; bank 000 is not on the switch. */
function assertBeneficiary(accountNumber: string, bankCode: string): void {
  if (bankCode === '000') throw new Refusal(404, '03', 'Bank Not Supported By Switch');
  if (accountNumber.endsWith('0000')) throw invalidAccount();
}

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
  run: ({ doku, body, account, externalId, terms }) => {
    if (!account) throw invalidAccount();
    assertBeneficiary(body.beneficiaryAccountNumber, body.beneficiaryBankCode);
    const movement = {
      partnerReferenceNo: body.partnerReferenceNo,
      externalId,
      account,
      sen: senOf(body.amount.value),
      fingerprint: JSON.stringify([
        body.amount,
        body.beneficiaryAccountNumber,
        body.beneficiaryBankCode,
      ]),
    };
    const transfer = doku.transfers.toBank(movement, terms);
    assertFinished(transfer);
    return {
      referenceNo: transfer.referenceNo,
      partnerReferenceNo: transfer.partnerReferenceNo,
      transactionDate: doku.clock.iso(transfer.at),
      referenceNumber: transfer.referenceNumber,
    };
  },
});
