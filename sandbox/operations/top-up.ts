import crypto from 'node:crypto';
import * as z from 'zod';
import { invalidAccount, missingField, transactionNotFound } from '../books/refusal.js';
import { amountOf, amountOfSum, feeIn, senOf } from '../books/rupiah.js';
import { assertFinished, type Transfer } from '../books/transfers.js';
import type { Doku } from '../doku/index.js';
import { additionalInfo, amount, optionalText, reference, text } from '../exchange/fields.js';
import { type Call, either, operation } from '../exchange/operation.js';
import type { Lag } from '../temperaments/mood.js';

/** SNAP's `latestTransactionStatus`. */
const TOP_UP_STATUS = { pending: '03', success: '00', failed: '06' } as const;

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
    const { doku, body, externalId, terms } = call;
    const account = walletIn(call, body.customerNumber);
    const movement = {
      partnerReferenceNo: body.partnerReferenceNo,
      externalId,
      account,
      sen: senOf(body.amount.value),
      fingerprint: JSON.stringify([account.accountId, body.amount]),
    };
    const made = doku.transfers.topUp(movement, terms);
    assertFinished(made);
    return {
      referenceNo: made.referenceNo,
      partnerReferenceNo: made.partnerReferenceNo,
      referenceNumber: made.referenceNumber,
      sessionId: body.sessionId,
      customerNumber: body.customerNumber,
      amount: amountOfSum(made.sum),
      ...feeIn(made.sum),
    };
  },
});

/** A top-up as it was, or pending where it is shown so until then. */
function seen({ transfers }: Doku, meant: Transfer, { ms, showsPending }: Lag) {
  const was = transfers.find(meant.partnerReferenceNo, ms);
  return was || !showsPending ? was : ({ ...meant, state: 'pending' } as const);
}

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
  run: ({ doku, body, mood }) => {
    const { originalPartnerReferenceNo, originalReferenceNo, originalExternalId } = body;
    if (!originalPartnerReferenceNo && !originalReferenceNo && !originalExternalId) {
      throw missingField('originalPartnerReferenceNo');
    }
    const byPartner = doku.transfers.find(originalPartnerReferenceNo ?? '');
    const meant =
      byPartner?.kind === 'topUp'
        ? byPartner
        : doku.transfers.search(
            (transfer) =>
              transfer.kind === 'topUp' &&
              (transfer.referenceNo === originalReferenceNo ||
                transfer.externalId === originalExternalId),
          );
    const found = meant && seen(doku, meant, mood.lagOf('status'));
    if (!found) throw transactionNotFound();
    return {
      originalPartnerReferenceNo: found.partnerReferenceNo,
      originalReferenceNo: found.referenceNo,
      originalExternalId: found.externalId,
      serviceCode: body.serviceCode,
      amount: amountOfSum(found.sum),
      ...feeIn(found.sum),
      latestTransactionStatus: TOP_UP_STATUS[found.state],
      transactionStatusDesc: found.state,
    };
  },
});
