import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { InputMismatchError, InvalidRowsError, type TopUpRowResult } from '../../client/index.js';
import type { Stack } from '../../worker/local/stack.js';
import { isWhole } from '../setting/extent.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

/** Of one part are 250. */
const OVER_TWO_PARTS = isWhole ? 300 : 255;

describe('top-up batch', () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  const rowsFor = (customerId: string, count: number, value = '100.00') =>
    Array.from({ length: count }, () => ({
      partnerReferenceNo: `TOP-${randomUUID()}`,
      customerId,
      amount: idr(value),
    }));
  const resultsOf = async (batchReference: string): Promise<TopUpRowResult[]> => {
    const results: TopUpRowResult[] = [];
    for await (const result of shop.journeys.topUpBatch.results(batchReference))
      results.push(result);
    return results;
  };

  test('every row has its own end, over several parts, and starting twice pays once', async () => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const batchReference = `batch-${randomUUID().slice(0, 8)}`;
    const rows = [
      ...rowsFor(customerId, OVER_TWO_PARTS),
      ...rowsFor('nobody-4', 1),
      ...rowsFor(customerId, 1, '99000000.00'),
    ];
    const lost = rows[7]?.partnerReferenceNo ?? '';
    for (const when of ['before', 'after'] as const) {
      const match = {
        partnerReferenceNo: rows[when === 'before' ? 5 : 7]?.partnerReferenceNo ?? '',
      };
      await shop.doku.fault({ operation: 'topUp', fault: 'drop', when, match });
    }
    const { topUpBatch } = shop.journeys;
    await topUpBatch.start({ batchReference, rows });
    await topUpBatch.start({ batchReference, rows });
    const { outcome, counts } = await topUpBatch.result(batchReference);
    assert.deepEqual(
      [outcome, counts],
      ['finished', { completed: OVER_TWO_PARTS, failed: 2, insufficientFunds: 0, cancelled: 0 }],
    );
    const results = await resultsOf(batchReference);
    assert.deepEqual(
      results.map(({ partnerReferenceNo }) => partnerReferenceNo),
      rows.map(({ partnerReferenceNo }) => partnerReferenceNo),
    );
    assert.deepEqual(
      results.filter(({ outcome: end }) => end !== 'completed').map(({ refusal }) => refusal),
      ['not-bound', 'limit-exceeded'],
    );
    assert.equal(await shop.doku.balance(accountId), `${OVER_TWO_PARTS * 100}.00`);
    assert.equal((await shop.journeys.topUp.result(lost)).outcome, 'completed');
    const parent = await stack.client.workflow
      .getHandle(`top-up-batch/${batchReference}`)
      .describe();
    assert.ok(parent.historyLength < 200, `${parent.historyLength} events`);
    await assert.rejects(
      topUpBatch.start({ batchReference, rows: rows.slice(1) }),
      InputMismatchError,
    );
  });

  test('pauses and goes on', async () => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const batchReference = `batch-${randomUUID().slice(0, 8)}`;
    const { topUpBatch } = shop.journeys;
    await topUpBatch.start({ batchReference, rows: rowsFor(customerId, 120), inFlight: 2 });
    await eventually(
      () => shop.doku.balance(accountId),
      (balance) => balance !== '0.00',
    );
    assert.equal((await topUpBatch.pause(batchReference)).status, 'paused');
    await new Promise((resolve) => setTimeout(resolve, 500));
    const paused = await shop.doku.balance(accountId);
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(await shop.doku.balance(accountId), paused);
    assert.notEqual(paused, '12000.00');
    await topUpBatch.goOn(batchReference);
    assert.equal((await topUpBatch.result(batchReference)).counts.completed, 120);
    assert.equal(await shop.doku.balance(accountId), '12000.00');
  });

  test('a total above the corporate balance moves nothing, unless it is to wait for funds', async () => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    await shop.doku.call('POST', 'corporate/balance', { set: '100000000.00' });
    const rows = rowsFor(customerId, 11, '9999999.00');
    const poor = `batch-${randomUUID().slice(0, 8)}`;
    const { topUpBatch } = shop.journeys;
    await topUpBatch.start({ batchReference: poor, rows });
    assert.equal((await topUpBatch.result(poor)).outcome, 'insufficient-funds');
    assert.equal(await shop.doku.balance(accountId), '0.00');
    const patient = `batch-${randomUUID().slice(0, 8)}`;
    await topUpBatch.start({ batchReference: patient, rows, waitForFunds: '1 hour' });
    await eventually(
      () => topUpBatch.status(patient),
      ({ status }) => status === 'awaiting-funds',
    );
    await shop.doku.call('POST', 'corporate/balance', { add: '20000000.00' });
    await topUpBatch.funded(patient);
    assert.equal((await topUpBatch.result(patient)).counts.completed, 11);
  });

  test('a single top-up waits for funds, and says so when it does not', async () => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const { topUp } = shop.journeys;
    await shop.doku.call('POST', 'corporate/balance', { set: '9999000.00' });
    const [poor, patient] = rowsFor(customerId, 2, '10000000.00');
    assert.ok(poor && patient);
    await topUp.start(poor);
    assert.equal((await topUp.result(poor.partnerReferenceNo)).outcome, 'insufficient-funds');
    await topUp.start({ ...patient, waitForFunds: '1 hour' });
    await eventually(
      () => topUp.status(patient.partnerReferenceNo),
      ({ status }) => status === 'awaiting-funds',
    );
    const before = Number(await shop.doku.balance(accountId));
    await shop.doku.call('POST', 'corporate/balance', { add: '20000000.00' });
    assert.equal((await topUp.result(patient.partnerReferenceNo)).outcome, 'completed');
    assert.equal(Number(await shop.doku.balance(accountId)) - before, 10_000_000);
  });

  test('every mistake is named by row and column before anything is sent', async () => {
    const csv = [
      'partnerReferenceNo,customerId,amount,notes',
      'A-1,c-1,100.00,thanks',
      'A-2,081234567890,100.00,',
      'A-1,c-1,100,',
      'A-4,,100.00,"a, b"',
      'A-1,c-1,100.00,',
    ].join('\n');
    await assert.rejects(
      shop.journeys.topUpBatch.start({ batchReference: 'never-started', csv }),
      (error) => {
        assert.ok(error instanceof InvalidRowsError);
        const told = error.mistakes.map(({ row, column }) => `${row} ${column}`);
        assert.deepEqual(told, [
          '3 customerId',
          '4 amount',
          '4 partnerReferenceNo',
          '5 customerId',
          '6 partnerReferenceNo',
        ]);
        assert.doesNotMatch(error.message, /081234567890/);
        return true;
      },
    );
    await assert.rejects(
      shop.journeys.topUpBatch.start({ batchReference: 'never-started', csv: 'a,b\n1,2' }),
      /row 1, column 1: is no column of a top-up/,
    );
    await assert.rejects(shop.journeys.topUpBatch.status('never-started'));
  });
});
