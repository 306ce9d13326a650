import crypto from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { FUNDING, MERCHANT_CORPORATE } from '../books/ledger.js';
import { rupiahOf, senOf } from '../books/rupiah.js';
import { faultSchema } from '../doku/faults.js';
import type { Doku } from '../doku/index.js';
import type { Notifications } from '../exchange/notifications.js';
import { found, read, rupiah } from './input.js';

const inventedSchema = z.strictObject({
  partnerReferenceNo: z.string().min(1).max(64),
  status: z.string().max(32).default('00'),
  amount: rupiah.default('10000.00'),
  currency: z.string().length(3).default('IDR'),
});

export function steering(scope: FastifyInstance, doku: Doku, notifications: Notifications): void {
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
    doku.agenda.runDue();
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
    notifications.reset();
    return {};
  });
  scope.post('/notifications', async (request) => {
    const { partnerReferenceNo, status, amount, currency } = read(inventedSchema, request.body);
    const purchase = doku.purchases.find(partnerReferenceNo);
    const delivered = await notifications.invent({
      originalPartnerReferenceNo: partnerReferenceNo,
      originalReferenceNo: purchase?.referenceNo ?? crypto.randomUUID(),
      latestTransactionStatus: status,
      amount: { value: amount, currency },
      additionalInfo: { accountType: 'EMONEY' },
    });
    return { delivered };
  });
  scope.post('/notifications/:partnerReferenceNo/resend', async (request) => {
    const { partnerReferenceNo } = request.params as { partnerReferenceNo: string };
    return { delivered: found(await notifications.resend(partnerReferenceNo), 'notification') };
  });
}
