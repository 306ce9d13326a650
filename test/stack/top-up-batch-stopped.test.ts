import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { TopUpBatchResult, TopUpRowResult } from '../../client/index.js';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

describe('a top-up batch that is stopped', () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  /** A batch of rows for one customer, begun. */
  const begun = async (count: number, inFlight: number) => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const batchReference = `batch-${randomUUID().slice(0, 8)}`;
    const rows = Array.from({ length: count }, () => ({
      partnerReferenceNo: `TOP-${randomUUID()}`,
      customerId,
      amount: idr('100.00'),
    }));
    await shop.journeys.topUpBatch.start({ batchReference, rows, inFlight });
    const batch = stack.client.workflow.getHandle(`top-up-batch/${batchReference}`);
    const isPaid = () => shop.doku.balance(accountId);
    return { accountId, batchReference, rows, batch, isPaid };
  };
  const resultsOf = async (batchReference: string): Promise<TopUpRowResult[]> => {
    const results: TopUpRowResult[] = [];
    for await (const row of shop.journeys.topUpBatch.results(batchReference)) results.push(row);
    return results;
  };
  /** What was sent is paid and says so; the rest never was, and says that it was cancelled. */
  const assertTold = async (
    { batchReference, accountId }: { batchReference: string; accountId: string },
    { outcome, counts }: TopUpBatchResult,
    rows: number,
  ) => {
    assert.equal(outcome, 'cancelled');
    assert.ok(counts.cancelled > 0, 'rows were left');
    assert.equal(counts.completed + counts.cancelled, rows);
    assert.equal(await shop.doku.balance(accountId), `${counts.completed * 100}.00`);
    const told = (await resultsOf(batchReference)).filter((row) => row.outcome === 'cancelled');
    assert.equal(told.length, counts.cancelled);
  };

  test('while its rows are sent: those that were not sent never are', async () => {
    const started = await begun(200, 2);
    await eventually(started.isPaid, (balance) => balance !== '0.00');
    await started.batch.cancel();
    await assertTold(started, await shop.journeys.topUpBatch.result(started.batchReference), 200);
  });

  test('takes neither a pause nor rows any more', async () => {
    const { customerId } = await shop.boundCustomer({ balance: '0.00' });
    const batchReference = `batch-${randomUUID().slice(0, 8)}`;
    const row = { partnerReferenceNo: `TOP-${randomUUID()}`, customerId, amount: idr('100.00') };
    await shop.doku.hold(row.partnerReferenceNo);
    await shop.journeys.topUpBatch.start({ batchReference, rows: [row] });
    await eventually(
      () => shop.doku.requests('topUp', row.partnerReferenceNo),
      ({ length }) => length > 0,
    );
    const batch = stack.client.workflow.getHandle(`top-up-batch/${batchReference}`);
    await batch.cancel();
    const stopped = await eventually(
      () => shop.journeys.topUpBatch.status(batchReference),
      ({ stopRequestedAt }) => stopRequestedAt !== undefined,
    );
    const isRefused = (update: Promise<unknown>) =>
      assert.rejects(
        update,
        ({ cause }: Error) => (cause as { type?: string }).type === 'NotNow',
        'it was taken',
      );
    await isRefused(batch.executeUpdate('pause', { args: ['pause'] }));
    await isRefused(batch.executeUpdate('goOn', { args: ['goOn'] }));
    const rows = { index: 0, rows: [row] };
    await isRefused(batch.executeUpdate<unknown, [object]>('addPart', { args: [rows] }));
    const { status } = await shop.journeys.topUpBatch.pause(batchReference);
    assert.equal(status, stopped.status);
    await shop.doku.finish(row.partnerReferenceNo, 'success');
    assert.equal((await shop.journeys.topUpBatch.result(batchReference)).counts.completed, 1);
  });

  test('while it is paused', async () => {
    const started = await begun(120, 2);
    await eventually(started.isPaid, (balance) => balance !== '0.00');
    await shop.journeys.topUpBatch.pause(started.batchReference);
    await started.batch.cancel();
    await assertTold(started, await shop.journeys.topUpBatch.result(started.batchReference), 120);
  });

  test('while DOKU is out of reach: no row is handed to a journey that then pays it', async () => {
    await shop.doku.fault({ operation: 'topUpInquiry', fault: 'drop', when: 'before', times: 500 });
    await shop.doku.fault({
      operation: 'accountInquiry',
      fault: 'drop',
      when: 'before',
      times: 500,
    });
    const started = await begun(30, 3);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await started.batch.cancel();
    const { outcome, counts } = await shop.journeys.topUpBatch.result(started.batchReference);
    await shop.doku.call('DELETE', 'faults');
    assert.deepEqual([outcome, counts.cancelled], ['cancelled', 30]);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    assert.equal(await shop.doku.balance(started.accountId), '0.00');
  });

  test('with a row that has become a journey of its own: it is told too, and sends no more', async () => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const batchReference = `batch-${randomUUID().slice(0, 8)}`;
    const rows = Array.from({ length: 3 }, () => ({
      partnerReferenceNo: `TOP-${randomUUID()}`,
      customerId,
      amount: idr('100.00'),
    }));
    const lost = rows[1]?.partnerReferenceNo ?? '';
    const match = { partnerReferenceNo: lost };
    await shop.doku.fault({ operation: 'topUp', fault: 'drop', when: 'before', times: 99, match });
    await shop.journeys.topUpBatch.start({ batchReference, rows });
    await eventually(
      () => shop.doku.requests('topUp', lost),
      ({ length }) => length > 1,
    );
    await stack.client.workflow.getHandle(`top-up-batch/${batchReference}`).cancel();
    const { outcome, counts } = await shop.journeys.topUpBatch.result(batchReference);
    assert.equal(outcome, 'cancelled');
    assert.deepEqual([counts.completed, counts.cancelled], [2, 1]);
    const sent = (await shop.doku.requests('topUp', lost)).length;
    await shop.doku.call('DELETE', 'faults');
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    assert.equal((await shop.doku.requests('topUp', lost)).length, sent);
    assert.equal(await shop.doku.balance(accountId), '200.00');
  });

  test('by its part alone: the part sends no more, and the batch goes on to its end', async () => {
    const started = await begun(200, 2);
    await eventually(started.isPaid, (balance) => balance !== '0.00');
    await stack.client.workflow.getHandle(`top-up-batch/${started.batchReference}/0`).cancel();
    const { outcome, counts } = await shop.journeys.topUpBatch.result(started.batchReference);
    assert.equal(outcome, 'finished');
    assert.ok(counts.cancelled > 0);
    assert.equal(
      await shop.doku.balance(started.accountId),
      `${(200 - counts.cancelled) * 100}.00`,
    );
  });
});
