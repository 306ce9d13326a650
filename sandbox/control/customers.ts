import crypto from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { Account } from '../books/accounts.js';
import { FUNDING, walletOf } from '../books/ledger.js';
import { rupiahOf, senOf } from '../books/rupiah.js';
import type { Doku } from '../doku/index.js';
import {
  confirmBinding,
  createPin,
  declineBinding,
  declinePurchase,
  payPurchase,
  purchaseReturnUrl,
} from '../pages/customer.js';
import { ControlError, found, read, rupiah } from './input.js';

const accountSchema = z.strictObject({
  name: z.string().min(1).max(128).default('Budi Santoso'),
  phoneNo: z.string().regex(/^(?:\+?62|0)?8[1-9]\d{6,11}$/, 'must be an Indonesian mobile number'),
  email: z.email().default('budi@example.com'),
  balance: rupiah.default('0.00'),
  bound: z.boolean().default(false),
  status: z.enum(['active', 'blocked']).default('active'),
});

export function customers(scope: FastifyInstance, doku: Doku): void {
  scope.post('/accounts', async (request) => {
    const wanted = read(accountSchema, request.body);
    const pin = crypto.randomInt(1_000_000).toString().padStart(6, '0');
    const account = doku.accounts.open({ ...wanted, pin });
    account.status = wanted.status;
    const sen = senOf(wanted.balance);
    if (sen > 0n) doku.ledger.move('opening', FUNDING, walletOf(account.accountId), sen);
    return {
      accountId: account.accountId,
      phoneNo: account.phoneNo,
      pin,
      ...(wanted.bound ? bound(doku, account) : {}),
    };
  });
  scope.post('/accounts/:accountId/balance', async (request) => {
    const { accountId } = request.params as { accountId: string };
    const { add } = read(z.strictObject({ add: rupiah }), request.body);
    found(doku.accounts.get(accountId), 'account');
    doku.ledger.move('opening', FUNDING, walletOf(accountId), senOf(add));
    return { balance: rupiahOf(doku.ledger.balance(walletOf(accountId))) };
  });
  scope.post('/accounts/:accountId/tokens', async (request) => {
    const { accountId } = request.params as { accountId: string };
    const schema = z.strictObject({ action: z.enum(['supersede', 'revoke']) });
    const { action } = read(schema, request.body);
    found(doku.accounts.get(accountId), 'account');
    if (action === 'supersede') doku.tokens.issueB2B2C(accountId);
    else doku.tokens.revoke(accountId);
    return { accountId };
  });
  scope.post('/accounts/:accountId/unlink', async (request) => {
    const { accountId } = request.params as { accountId: string };
    doku.unlink(found(doku.accounts.linkedBinding(accountId), 'binding'));
    return { accountId };
  });
  scope.post('/accounts/:accountId/status', async (request) => {
    const { accountId } = request.params as { accountId: string };
    const { status } = read(
      z.strictObject({ status: z.enum(['active', 'blocked']) }),
      request.body,
    );
    found(doku.accounts.get(accountId), 'account').status = status;
    return { accountId, status };
  });
  scope.post('/purchases/:partnerReferenceNo/customer', async (request) => {
    const { partnerReferenceNo } = request.params as { partnerReferenceNo: string };
    const { action } = read(
      z.strictObject({ action: z.enum(['pay', 'decline', 'abandon']) }),
      request.body,
    );
    const purchase = found(doku.purchases.find(partnerReferenceNo), 'purchase');
    doku.purchases.view(purchase);
    const outcome = action === 'pay' ? payPurchase(doku, purchase, purchase.account.pin) : action;
    if (action === 'decline') declinePurchase(doku, purchase);
    return { outcome, redirectUrl: purchaseReturnUrl(purchase) };
  });
  scope.post('/registrations/:partnerReferenceNo/customer', async (request) => {
    const { partnerReferenceNo } = request.params as { partnerReferenceNo: string };
    const schema = z.strictObject({
      action: z.literal('createPin'),
      pin: z
        .string()
        .regex(/^\d{6}$/)
        .default('123456'),
    });
    const { pin } = read(schema, request.body);
    const challenge = found(doku.accounts.challengeOf(partnerReferenceNo), 'registration');
    if (!challenge.isVerified) throw new ControlError(409, 'the OTP has not been verified');
    return { redirectUrl: createPin(doku, challenge, pin) };
  });
  scope.post('/bindings/:partnerReferenceNo/customer', async (request) => {
    const { partnerReferenceNo } = request.params as { partnerReferenceNo: string };
    const { action } = read(
      z.strictObject({ action: z.enum(['confirm', 'decline']) }),
      request.body,
    );
    const binding = found(doku.accounts.bindingOf(partnerReferenceNo), 'binding');
    if (action === 'decline') return { redirectUrl: declineBinding(doku, binding) };
    const account = found(doku.accounts.get(binding.accountId), 'account');
    return { redirectUrl: confirmBinding(doku, binding, account.pin) };
  });
}

function bound(doku: Doku, { accountId }: Account) {
  const binding = doku.accounts.bind({
    partnerReferenceNo: crypto.randomUUID(),
    accountId,
    redirectUrl: 'https://merchant.example/bound',
  });
  doku.accounts.turn(binding, 'linked');
  return { linkId: binding.linkId, authCode: doku.tokens.issueAuthCode(accountId) };
}
