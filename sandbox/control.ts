/**
 * The control API under `/_control/`: for people, tests and operators' drills. Its shapes are fixed, as other
 * tools rely on them.
 *
 * @module
 */
import crypto from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { Account } from './accounts.js';
import {
  confirmBinding,
  createPin,
  declineBinding,
  declinePurchase,
  payPurchase,
  purchaseReturnUrl,
} from './customer.js';
import type { Doku } from './doku.js';
import { faultSchema } from './faults.js';
import { FUNDING, MERCHANT_CORPORATE, walletOf } from './ledger.js';
import type { Notifications } from './notifications.js';
import { Refusal } from './refusal.js';
import { rupiahOf, senOf } from './rupiah.js';

const rupiah = z.string().regex(/^\d{1,16}\.\d{2}$/, 'must be a string such as "10000.00"');

const accountSchema = z.strictObject({
  name: z.string().min(1).max(128).default('Budi Santoso'),
  phoneNo: z.string().regex(/^(?:\+?62|0)?8[1-9]\d{6,11}$/, 'must be an Indonesian mobile number'),
  email: z.email().default('budi@example.com'),
  balance: rupiah.default('0.00'),
  bound: z.boolean().default(false),
  status: z.enum(['active', 'blocked']).default('active'),
});

/** What cannot be done now, or does not exist. */
class ControlError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export function control(server: FastifyInstance, doku: Doku, notifications: Notifications): void {
  server.register(
    async (scope) => {
      scope.setErrorHandler((error: Error, _request, reply) => {
        if (error instanceof ControlError)
          return reply.code(error.status).send({ error: error.message });
        if (error instanceof Refusal) return reply.code(409).send({ error: error.message });
        return reply.code(500).send({ error: 'the sandbox itself failed' });
      });
      inspection(scope, doku);
      steering(scope, doku, notifications);
      customers(scope, doku);
    },
    { prefix: '/_control' },
  );
}

/** @throws ControlError 400 naming each wrong field by its path. */
function read<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  return parsed(schema, jsonOf(body));
}

function parsed<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issues = result.error.issues.map(
    (issue) => `${issue.path.join('.') || '(body)'}: ${issue.message}`,
  );
  throw new ControlError(400, issues.join('; '));
}

function jsonOf(body: unknown): unknown {
  if (!Buffer.isBuffer(body) || body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new ControlError(400, '(body): must be JSON');
  }
}

const requestFilter = z
  .strictObject({ operation: z.string(), partnerReferenceNo: z.string() })
  .partial();

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new ControlError(404, `no such ${what}`);
  return value;
}

function inspection(scope: FastifyInstance, doku: Doku): void {
  scope.get('/health', async () => ({
    status: 'ok',
    now: doku.clock.iso(),
    dokuPublicKey: doku.publicKeyPem,
  }));
  scope.get('/ledger', async () => doku.ledger.toJSON());
  scope.get('/requests', async (request) => ({
    requests: doku.requests.list(parsed(requestFilter, request.query)),
  }));
  scope.get('/otp', async (request) => {
    const { phoneNo = '' } = request.query as { phoneNo?: string };
    return { otp: found(doku.accounts.latestOtp(phoneNo), 'OTP') };
  });
  scope.get('/accounts/:accountId', async (request) => {
    const { accountId } = request.params as { accountId: string };
    const account = found(doku.accounts.get(accountId), 'account');
    return {
      accountId,
      name: account.name,
      balance: rupiahOf(doku.ledger.balance(walletOf(accountId))),
      status: account.status,
      isBound: doku.accounts.linkedBinding(accountId) !== undefined,
    };
  });
}

function steering(scope: FastifyInstance, doku: Doku, notifications: Notifications): void {
  scope.get('/faults', async () => ({ faults: doku.faults.list() }));
  scope.post('/faults', async (request) => {
    const fault = read(faultSchema, request.body);
    doku.faults.plan(fault);
    return fault;
  });
  scope.delete('/faults', async () => {
    doku.faults.clear();
    return {};
  });
  scope.post('/maintenance', async (request) => {
    const { isOn } = read(z.strictObject({ isOn: z.boolean() }), request.body);
    doku.isInMaintenance = isOn;
    return { isOn };
  });
  scope.post('/settle', async (request) => {
    const { partnerReferenceNo } = read(
      z.strictObject({ partnerReferenceNo: z.string() }),
      request.body,
    );
    const purchase = found(doku.purchases.settle(partnerReferenceNo), 'purchase');
    return { partnerReferenceNo, isSettled: purchase.isSettled };
  });
  scope.post('/transfers/:partnerReferenceNo/hold', async (request) => {
    const { partnerReferenceNo } = request.params as { partnerReferenceNo: string };
    doku.transfers.hold(partnerReferenceNo);
    return { partnerReferenceNo };
  });
  scope.post('/transfers/:partnerReferenceNo/finish', async (request) => {
    const { partnerReferenceNo } = request.params as { partnerReferenceNo: string };
    const { status } = read(
      z.strictObject({ status: z.enum(['success', 'failed']) }),
      request.body,
    );
    const { state } = found(doku.transfers.finish(partnerReferenceNo, status), 'held transfer');
    return { partnerReferenceNo, state };
  });
  scope.post('/corporate/balance', async (request) => {
    const schema = z.union([z.strictObject({ add: rupiah }), z.strictObject({ set: rupiah })]);
    const wanted = read(schema, request.body);
    const sen =
      'add' in wanted
        ? senOf(wanted.add)
        : senOf(wanted.set) - doku.ledger.balance(MERCHANT_CORPORATE);
    doku.ledger.move('opening', FUNDING, MERCHANT_CORPORATE, sen);
    return { balance: rupiahOf(doku.ledger.balance(MERCHANT_CORPORATE)) };
  });
  scope.post('/clock', async (request) => {
    const { advanceMs } = read(z.strictObject({ advanceMs: z.int().min(0) }), request.body);
    doku.clock.advance(advanceMs);
    await notifications.retryDue();
    return { now: doku.clock.iso() };
  });
  scope.post('/tokens/supersede', async () => {
    doku.tokens.issueB2B();
    return {};
  });
  scope.post('/tokens/lifetime', async (request) => {
    const { seconds } = read(z.strictObject({ seconds: z.int().min(1).max(900) }), request.body);
    doku.tokens.sessionSeconds = seconds;
    return { seconds };
  });
  scope.post('/reset', async () => {
    doku.reset();
    return {};
  });
  scope.post('/notifications/:partnerReferenceNo/resend', async (request) => {
    const { partnerReferenceNo } = request.params as { partnerReferenceNo: string };
    return { delivered: found(await notifications.resend(partnerReferenceNo), 'notification') };
  });
}

function customers(scope: FastifyInstance, doku: Doku): void {
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
    if (action === 'decline') return { redirectUrl: declineBinding(binding) };
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
  binding.state = 'linked';
  return { linkId: binding.linkId, authCode: doku.tokens.issueAuthCode(accountId) };
}
