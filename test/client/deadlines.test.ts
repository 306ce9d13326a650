import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { DeadlineExceededError, DokuJourneys, DokuJourneysError } from '../../client/index.js';

describe('a call that names no deadline', { concurrency: true }, () => {
  const client = new Client({ connection: Connection.lazy({ address: '127.0.0.1:1' }) });
  const { purchase, refund, authorizedPurchase, topUp, reads, reconciliation, events, operators } =
    new DokuJourneys({ client, answerWithinMs: 1_500 });
  const of = {
    partnerReferenceNo: 'INV-1',
    customerId: 'customer-1',
    amount: { value: '10000.00', currency: 'IDR' as const },
  };
  const to = new Date(Date.now() - 3_600_000);
  const period = { from: new Date(to.getTime() - 1_000), to };
  const calls: Readonly<Record<string, () => Promise<unknown>>> = {
    start: () => refund.start({ ...of, partnerRefundNo: 'REF-1', reason: 'returned' }),
    'first answer': () => authorizedPurchase.authorize({ ...of, title: 'Room' }),
    status: () => purchase.status('INV-1'),
    update: () => purchase.acknowledge('INV-1'),
    hint: () => topUp.funded('TOP-1'),
    nudge: () => purchase.notified('INV-1'),
    read: () => reads.balance('customer-1'),
    schedule: () => reconciliation.daily({ hour: 2 }),
    period: () => reconciliation.start(period),
    list: () => events.list(),
    resend: () => events.resend('purchase/INV-1'),
    bulk: () => operators.pollPurchases({}, { reason: 'test' }),
    progress: () => operators.progress('job-1'),
  };
  for (const [name, call] of Object.entries(calls))
    test(`ends by itself where Temporal is away: ${name}`, async () => {
      await assert.rejects(call(), (error: DokuJourneysError) => {
        assert.ok(error instanceof DokuJourneysError);
        assert.match(error.name, /^(?:TemporalUnreachable|DeadlineExceeded)Error$/);
        return error.isWorthAgain;
      });
    });

  test('may be given another time for all, or none at all', () => {
    for (const answerWithinMs of [10, Number.POSITIVE_INFINITY])
      assert.ok(new DokuJourneys({ client, answerWithinMs }));
    for (const answerWithinMs of [0, -1, Number.NaN])
      assert.throws(() => new DokuJourneys({ client, answerWithinMs }), {
        name: 'InvalidInputError',
      });
  });
});

describe('where nothing answers at Temporal’s address', { concurrency: true }, () => {
  const client = new Client({ connection: Connection.lazy({ address: '127.0.0.1:1' }) });
  const journeys = new DokuJourneys({ client });
  const { purchase, events, operators } = journeys;
  const within = async (call: Promise<unknown>, error: RegExp) => {
    const beganMs = performance.now();
    await assert.rejects(call, error);
    return performance.now() - beganMs;
  };
  const calls: Readonly<Record<string, () => Promise<unknown>>> = {
    status: () => purchase.status('INV-1'),
    update: () => purchase.cancel('INV-1', 'test'),
    result: () => purchase.result('INV-1'),
    until: () => purchase.until('INV-1', ['paid']),
    list: () => events.list(),
    bulk: () => operators.progress('job-1'),
  };
  for (const [name, call] of Object.entries(calls))
    test(`a call without a deadline says so within five seconds: ${name}`, async () => {
      const tookMs = await within(call(), /^TemporalUnreachableError: .* at 127\.0\.0\.1:1: /);
      assert.ok(tookMs < 5_500, `it took ${tookMs} ms`);
    });

  test('so does check()', async () => {
    const tookMs = await within(journeys.check(), /^NotReadyError: temporal: .* at 127\.0\.0\.1:1/);
    assert.ok(tookMs < 5_500, `it took ${tookMs} ms`);
  });

  test('check() says at once of an empty namespace that it is empty', async () => {
    const { connection } = client;
    const nowhere = new DokuJourneys({ client: new Client({ connection, namespace: '' }) });
    const said = /^NotReadyError: temporal: the namespace of the Temporal client is empty\. /;
    assert.ok((await within(nowhere.check(), said)) < 1_000);
  });

  test('a deadline leaves Temporal the time that it has', async () => {
    const tookMs = await within(
      purchase.status('INV-1', { deadline: Date.now() + 7_000 }),
      /^TemporalUnreachableError/,
    );
    assert.ok(tookMs > 6_500, `it took ${tookMs} ms`);
  });
});

test('a call that was given up is not tried again once its connection is closed', async (t) => {
  const uncaught: unknown[] = [];
  const note = (error: unknown) => uncaught.push(error);
  process.on('uncaughtException', note);
  t.after(() => process.off('uncaughtException', note));
  const connection = Connection.lazy({ address: '127.0.0.1:1' });
  const { purchase } = new DokuJourneys({ client: new Client({ connection }) });
  await assert.rejects(
    purchase.status('INV-1', { deadline: Date.now() + 300 }),
    DeadlineExceededError,
  );
  await connection.close();
  // The SDK's longest pause before the attempts that such a short time has seen.
  await setTimeout(2_000);
  assert.deepEqual(uncaught, []);
});
