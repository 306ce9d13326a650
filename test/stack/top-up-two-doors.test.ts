import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { TopUpRow } from '../../client/index.js';
import { claimedNumbersWorkflowId } from '../../contract/identity.js';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { reset } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

/** By what reached the wallet: what comes once the first has ended may be sent, and DOKU refuses it as known. */
describe('a number that comes in by two doors at once is sent once', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    // A lag of DOKU's below is shorter than this.
    const started = await startQuickStack({ ABSENT_AFTER: '3 seconds' });
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  const newBatch = () => `batch-${randomUUID().slice(0, 8)}`;
  const newRow = async (overrides: Partial<TopUpRow> = {}) => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const row: TopUpRow = {
      partnerReferenceNo: `TOP-${randomUUID()}`,
      customerId,
      amount: idr('100.00'),
      ...overrides,
    };
    return { row, accountId };
  };
  /** DOKU works on after its connection hung, and carries out a repeat meanwhile. */
  const worksOn = (reference: string) =>
    shop.doku.temperament({
      temperament: 'worksOn',
      delayMs: 1_500,
      ends: 'hang',
      repeat: 'carriedOutTwice',
      operation: 'topUp',
      reference,
    });
  const sent = async (reference: string) => (await shop.doku.requests('topUp', reference)).length;
  const untilSent = (reference: string) =>
    eventually(
      () => sent(reference),
      (times) => times > 0,
    );
  const begin = (...rows: TopUpRow[]) => {
    const batchReference = newBatch();
    return shop.journeys.topUpBatch.start({ batchReference, rows }).then(() => batchReference);
  };
  const endsOf = async (batchReference: string) => {
    await shop.journeys.topUpBatch.result(batchReference);
    const ends: string[] = [];
    for await (const { outcome, refusal } of shop.journeys.topUpBatch.results(batchReference))
      ends.push(refusal ? `${outcome}: ${refusal}` : outcome);
    return ends;
  };

  test('as a top-up, then as a row', async () => {
    const { row, accountId } = await newRow();
    await worksOn(row.partnerReferenceNo);
    await shop.journeys.topUp.start(row);
    await untilSent(row.partnerReferenceNo);
    const batch = await begin(row);
    assert.deepEqual(await endsOf(batch), ['completed']);
    const { outcome } = await shop.journeys.topUp.result(row.partnerReferenceNo);
    assert.equal(outcome, 'completed');
    assert.equal(await shop.doku.balance(accountId), '100.00');
  });

  for (const isReset of [false, true])
    test(`as a row, then as a top-up${isReset ? ', and the claims are reset' : ''}`, async () => {
      const { row, accountId } = await newRow();
      await worksOn(row.partnerReferenceNo);
      const batch = await begin(row);
      await untilSent(row.partnerReferenceNo);
      if (isReset) await reset(stack.client, claimedNumbersWorkflowId(stack.sandbox.clientId));
      await shop.journeys.topUp.start(row);
      assert.deepEqual(await endsOf(batch), ['completed']);
      const { outcome } = await shop.journeys.topUp.result(row.partnerReferenceNo);
      assert.equal(outcome, 'completed');
      assert.equal(await shop.doku.balance(accountId), '100.00');
    });

  test('as a row of two batches', async () => {
    const { row, accountId } = await newRow();
    const { row: other } = await newRow();
    await worksOn(row.partnerReferenceNo);
    const batches = await Promise.all([begin(row), begin(row, other)]);
    const [first, second] = await Promise.all(batches.map(endsOf));
    assert.deepEqual(first, ['completed']);
    assert.deepEqual(second, ['completed', 'completed']);
    assert.equal(await shop.doku.balance(accountId), '100.00');
  });

  for (const door of ['top-up', 'row'] as const)
    test(`as a ${door} of one customer, and a row of another`, async () => {
      const { row, accountId } = await newRow();
      const { partnerReferenceNo } = row;
      const { row: others, accountId: othersAccount } = await newRow({ partnerReferenceNo });
      await worksOn(partnerReferenceNo);
      const first = door === 'row' ? await begin(row) : undefined;
      if (door === 'top-up') await shop.journeys.topUp.start(row);
      await untilSent(partnerReferenceNo);
      const second = await begin(others);
      if (first) assert.deepEqual(await endsOf(first), ['completed']);
      else await shop.journeys.topUp.result(partnerReferenceNo);
      assert.deepEqual(await endsOf(second), ['failed: number-used-otherwise']);
      assert.equal(await shop.doku.balance(accountId), '100.00');
      assert.equal(await shop.doku.balance(othersAccount), '0.00');
    });

  test('as a row, then as a top-up of another customer', async () => {
    const { row, accountId } = await newRow();
    const { partnerReferenceNo } = row;
    const { row: others, accountId: othersAccount } = await newRow({ partnerReferenceNo });
    await worksOn(partnerReferenceNo);
    const batch = await begin(row);
    await untilSent(partnerReferenceNo);
    await shop.journeys.topUp.start(others);
    assert.deepEqual(await endsOf(batch), ['completed']);
    assert.equal(await shop.doku.balance(accountId), '100.00');
    assert.equal(await shop.doku.balance(othersAccount), '0.00');
  });

  test('where DOKU checks funds first and its books lag, neither says that they were missing', async () => {
    const { row, accountId } = await newRow();
    const reference = row.partnerReferenceNo;
    const match = { partnerReferenceNo: reference };
    await shop.doku.fault({ operation: 'topUp', fault: 'hang', when: 'after', match });
    await shop.doku.temperament({
      temperament: 'checksFirst',
      what: 'funds',
      isExhausted: true,
      operation: 'topUp',
      reference,
    });
    await shop.doku.temperament({ temperament: 'lags', of: 'status', ms: 2_500, reference });
    const first = await begin(row);
    await setTimeout(100);
    const second = await begin(row);
    assert.deepEqual(await endsOf(first), ['completed']);
    assert.deepEqual(await endsOf(second), ['completed']);
    assert.equal(await shop.doku.balance(accountId), '100.00');
  });
});
