import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { TopUpRow } from '../../client/index.js';
import { topUpWorkflowId } from '../../contract/identity.js';
import { searchAttributesOf } from '../../contract/search-attributes.js';
import { dryRun } from '../../gateway/resources/dry-run.js';
import type { Stack } from '../../worker/local/stack.js';
import { clientWith, newPayloadKey } from '../setting/payload-keys.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { forget } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

describe('a row under a number that ended without a credit before', () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  const newBatch = () => `batch-${randomUUID().slice(0, 8)}`;
  const newRow = async (overrides: Partial<TopUpRow> = {}) => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const partnerReferenceNo = `TOP-${randomUUID()}`;
    const row: TopUpRow = { partnerReferenceNo, customerId, amount: idr('100.00'), ...overrides };
    return { row, accountId };
  };
  const withFunds = async <T>(set: string, work: () => Promise<T>): Promise<T> => {
    await shop.doku.call('POST', 'corporate/balance', { set });
    try {
      return await work();
    } finally {
      await shop.doku.call('POST', 'corporate/balance', { set: '1000000000.00' });
    }
  };
  /** A top-up of its own, for which funds were missing. */
  const poor = (row: TopUpRow) =>
    withFunds('0.00', async () => {
      await shop.journeys.topUp.start(row);
      const { outcome } = await shop.journeys.topUp.result(row.partnerReferenceNo);
      assert.equal(outcome, 'insufficient-funds');
    });
  const pay = async (...rows: TopUpRow[]) => {
    const batchReference = newBatch();
    await shop.journeys.topUpBatch.start({ batchReference, rows });
    await shop.journeys.topUpBatch.result(batchReference);
    const ends: string[] = [];
    for await (const { outcome, refusal } of shop.journeys.topUpBatch.results(batchReference))
      ends.push(refusal ? `${outcome}: ${refusal}` : outcome);
    return ends;
  };
  /** Which kind the dry run calls a row. */
  const dry = async (row: TopUpRow) => {
    const told = await dryRun(stack.client, 'B1', [row], undefined);
    const kinds = ['new', 'paidBefore', 'underWay', 'failedBefore', 'conflicting'] as const;
    return kinds.find((kind) => told[kind].rows === 1);
  };
  const becomes = (row: TopUpRow, kind: string) =>
    eventually(
      () => dry(row),
      (seen) => seen === kind,
    );
  const mismatchesOf = async (...numbers: string[]) => {
    const from = new Date(Date.now() - 3_600_000);
    const range = { from, to: new Date() };
    await shop.journeys.reconciliation.start(range);
    const { mismatches } = await shop.journeys.reconciliation.result(range);
    return mismatches
      .filter(({ partnerReferenceNo }) => numbers.includes(partnerReferenceNo))
      .map(({ subject, here, doku }) => `${subject}: ${here}; ${doku}`);
  };

  test('as a top-up, is refused for another amount or another customer', async () => {
    const [{ row: first, accountId }, { row: second }] = [await newRow(), await newRow()];
    await poor(first);
    await poor(second);
    const { partnerReferenceNo } = second;
    const { row: others, accountId: othersAccount } = await newRow({ partnerReferenceNo });
    const less = { ...first, amount: idr('88.00') };
    for (const row of [less, others]) await becomes(row, 'conflicting');
    const ends = await pay(less, others);
    assert.deepEqual(ends, Array(2).fill('failed: number-used-otherwise'));
    assert.equal(await shop.doku.balance(accountId), '0.00');
    assert.equal(await shop.doku.balance(othersAccount), '0.00');
    assert.equal((await shop.doku.requests('topUp', partnerReferenceNo)).length, 1);
    // The same again is still paid.
    assert.deepEqual(await pay(first, second), ['completed', 'completed']);
    assert.deepEqual(await mismatchesOf(first.partnerReferenceNo, partnerReferenceNo), []);
  });

  test('as a top-up of the same, is paid, and the top-up tells of it', async () => {
    const { row, accountId } = await newRow();
    await poor(row);
    assert.equal(await dry(row), 'failedBefore');
    assert.deepEqual(await pay(row), ['completed']);
    const { result } = await eventually(
      () => shop.journeys.topUp.status(row.partnerReferenceNo),
      ({ status }) => status === 'completed',
    );
    assert.deepEqual(result?.amount, row.amount);
    assert.equal(await shop.doku.balance(accountId), '100.00');
    assert.equal((await shop.doku.requests('topUp', row.partnerReferenceNo)).length, 2);
    assert.equal(await becomes(row, 'paidBefore'), 'paidBefore');
    assert.deepEqual(await pay(row), ['completed']);
    assert.equal(await shop.doku.balance(accountId), '100.00');
    assert.deepEqual(await mismatchesOf(row.partnerReferenceNo), []);
  });

  test('as a top-up of the same whose second answer was lost, too', async () => {
    const { row, accountId } = await newRow();
    const match = { partnerReferenceNo: row.partnerReferenceNo };
    await poor(row);
    await shop.doku.fault({ operation: 'topUp', fault: 'hang', when: 'after', match });
    assert.deepEqual(await pay(row), ['completed']);
    await eventually(
      () => shop.journeys.topUp.status(row.partnerReferenceNo),
      ({ status }) => status === 'completed',
    );
    assert.equal(await shop.doku.balance(accountId), '100.00');
  });

  test('as a top-up that another payload key has encrypted, is refused', async () => {
    const { row, accountId } = await newRow();
    const { partnerReferenceNo, customerId } = row;
    const theirs = clientWith(stack.client.connection, newPayloadKey('theirs'));
    const handle = await theirs.workflow.start('topUp', {
      ...{ workflowId: topUpWorkflowId(partnerReferenceNo), taskQueue: `own-${randomUUID()}` },
      args: [row],
      typedSearchAttributes: searchAttributesOf({
        ...{ status: 'sending', partnerReferenceNo, customerId },
      }),
    });
    await handle.terminate();
    await becomes(row, 'conflicting');
    assert.deepEqual(await pay(row), ['failed: number-used-otherwise']);
    assert.equal(await shop.doku.balance(accountId), '0.00');
    await forget(stack.client, handle.workflowId);
  });

  for (const door of ['row', 'top-up'] as const)
    test(`as a row of another customer, is paid as a ${door}, and neither is a mismatch`, async () => {
      const { row, accountId } = await newRow();
      const { partnerReferenceNo } = row;
      // What DOKU says tells the two apart by the amount, or their histories do.
      const amount = door === 'row' ? idr('88.00') : row.amount;
      const { row: others, accountId: blocked } = await newRow({ partnerReferenceNo, amount });
      const stands = (status: string) =>
        shop.doku.call('POST', `accounts/${blocked}/status`, { status });
      await stands('blocked');
      assert.deepEqual(await pay(others), ['failed: blocked']);
      await stands('active');
      await becomes(others, 'failedBefore');
      assert.equal(await dry(row), 'new');
      if (door === 'row') assert.deepEqual(await pay(row), ['completed']);
      else {
        await shop.journeys.topUp.start(row);
        await shop.journeys.topUp.result(row.partnerReferenceNo);
      }
      assert.equal(await shop.doku.balance(accountId), '100.00');
      await becomes(row, 'paidBefore');
      assert.deepEqual(await mismatchesOf(row.partnerReferenceNo), []);
    });
});
