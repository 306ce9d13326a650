import crypto from 'node:crypto';
import * as z from 'zod';
import { MERCHANT_CORPORATE, walletOf } from '../books/ledger.js';
import { invalidAccount } from '../books/refusal.js';
import { amountOf } from '../books/rupiah.js';
import type { Doku } from '../doku/index.js';
import { additionalInfo, optionalText, reference } from '../exchange/fields.js';
import { either, operation } from '../exchange/operation.js';

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
  run: ({ doku, body, account, mood }) => {
    const lagMs = mood.lagOf('balance').ms;
    if (!account) return corporateBalance(doku, body, lagMs);
    const balance = amountOf(doku.ledger.balance(walletOf(account.accountId), lagMs));
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
  lagMs: number,
) {
  if (body.accountNo !== doku.settings.corporateAccountNo) throw invalidAccount();
  const balance = amountOf(doku.ledger.balance(MERCHANT_CORPORATE, lagMs));
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
