import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { totalOf } from '../../client/top-up-rows.js';
import { topUpBatchWorkflowId } from '../../contract/identity.js';
import { ROWS_A_PART, type TopUpRow } from '../../contract/top-up-batch.js';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { forget } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

/** More than one part has. */
const ROWS = ROWS_A_PART + 5;

describe('a top-up batch that is cancelled before it sent a row', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  const newBatch = async (count: number) => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const batchReference = `batch-${randomUUID().slice(0, 8)}`;
    const rows = Array.from({ length: count }, () => ({
      partnerReferenceNo: `TOP-${randomUUID()}`,
      customerId,
      amount: idr('100.00'),
    }));
    return { accountId, batchReference, rows, workflowId: topUpBatchWorkflowId(batchReference) };
  };
  type Batch = Awaited<ReturnType<typeof newBatch>>;

  /** Is paused before its rows come in, so many parts of them. */
  const begunPaused = async ({ batchReference, rows, workflowId }: Batch, parts: number) => {
    const input = {
      batchReference,
      rows: rows.length,
      total: totalOf(rows),
      rowsDigest: 'of-these',
    };
    const handle = await stack.client.workflow.start('topUpBatch', {
      workflowId,
      taskQueue: 'doku-journeys',
      args: [input],
    });
    await handle.executeUpdate('pause', { args: ['pause'] });
    for (let index = 0; index < parts; index++) {
      const part: TopUpRow[] = rows.slice(index * ROWS_A_PART, (index + 1) * ROWS_A_PART);
      await handle.executeUpdate<unknown, [object]>('addPart', { args: [{ index, rows: part }] });
    }
    return handle;
  };
  const paidAndForgotten = async (count: number) => {
    const batch = await newBatch(count);
    const { batchReference, rows, workflowId } = batch;
    await shop.journeys.topUpBatch.start({ batchReference, rows });
    await shop.journeys.topUpBatch.result(batchReference);
    const parts = Math.ceil(count / ROWS_A_PART);
    for (let index = 0; index < parts; index++)
      await forget(stack.client, `${workflowId}/${index}`);
    await forget(stack.client, workflowId);
    return batch;
  };
  const isIn = (batchReference: string, expected: string) =>
    eventually(
      () => shop.journeys.topUpBatch.status(batchReference),
      ({ status }) => status === expected,
    );
  const countsOf = async (batchReference: string) => {
    const { outcome, counts } = await shop.journeys.topUpBatch.result(batchReference);
    return [outcome, counts.completed, counts.cancelled, counts.inDoubt];
  };

  test('says what its forgotten life has paid', async () => {
    const batch = await paidAndForgotten(ROWS);
    const handle = await begunPaused(batch, 2);
    await isIn(batch.batchReference, 'paused');
    await handle.cancel();
    assert.deepEqual(await countsOf(batch.batchReference), ['cancelled', ROWS, 0, undefined]);
    assert.equal(await shop.doku.balance(batch.accountId), `${ROWS * 100}.00`);
  });

  test('says of rows that did not come in again that nobody knows', async () => {
    const batch = await paidAndForgotten(ROWS);
    const handle = await begunPaused(batch, 1);
    await handle.cancel();
    const counts = await countsOf(batch.batchReference);
    assert.deepEqual(counts, ['cancelled', ROWS_A_PART, 0, ROWS - ROWS_A_PART]);
  });

  test('asks about few of many rows of which none was ever sent', async () => {
    const batch = await newBatch(ROWS);
    const handle = await begunPaused(batch, 2);
    await isIn(batch.batchReference, 'paused');
    await handle.cancel();
    assert.deepEqual(await countsOf(batch.batchReference), ['cancelled', 0, ROWS, undefined]);
    const numbers = new Set(batch.rows.map(({ partnerReferenceNo }) => partnerReferenceNo));
    // One answer that there is nothing has to be given again: by rows, not by questions.
    const asked = new Set(
      (await shop.doku.requests('topUpStatus'))
        .map(({ partnerReferenceNo = '' }) => partnerReferenceNo)
        .filter((number) => numbers.has(number)),
    );
    assert.ok(asked.size > 0 && asked.size <= 60, `${asked.size} were asked about`);
  });
});
