import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type BulkAction, InvalidInputError } from '../../client/index.js';
import type { Stack } from '../../worker/local/stack.js';
import { eventually, Shop } from '../setting/shop.js';
import { startTestStack } from '../setting/stack.js';

describe('bulk actions of operators', () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    stack = await startTestStack({
      environment: { LOG_LEVEL: 'error', POLL_FIRST_MS: '60000', POLL_MOST_MS: '600000' },
    });
    shop = new Shop(stack.client, stack.sandbox.url);
  });
  after(() => stack?.stop());

  /** Temporal's lists lag a moment behind: as an operator would, again until nothing matches. */
  const untilNoneMatches = (act: (dryRun: boolean) => Promise<BulkAction>) =>
    eventually(
      async () => {
        const { jobId = '' } = await act(false);
        await eventually(
          () => shop.journeys.operators.progress(jobId),
          ({ isDone }) => isDone,
        );
        return act(true);
      },
      ({ matching }) => matching === 0,
    );

  test('a bad release is looked at first, and then cancelled as a whole', async () => {
    const { customerId } = await shop.boundCustomer();
    const good = shop.order(customerId);
    await shop.journeys.purchase.redirect(good);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const startedFrom = new Date();
    const bad = Array.from({ length: 5 }, () => shop.order(customerId));
    await Promise.all(bad.map((order) => shop.journeys.purchase.redirect(order)));
    await shop.doku.customer(bad[0]?.partnerReferenceNo ?? '', 'pay');
    const { operators, purchase } = shop.journeys;
    const selection = { startedFrom, customerId };
    const reason = 'release 42 sent wrong prices';
    const dry = await eventually(
      () => operators.cancelPurchases(selection, { reason }),
      ({ matching }) => matching === 5,
    );
    assert.equal(dry.jobId, undefined);
    assert.equal(dry.sample.length, 5);
    assert.equal(
      (await purchase.status(bad[1]?.partnerReferenceNo ?? '')).status,
      'awaiting-payment',
    );
    await untilNoneMatches((dryRun) => operators.cancelPurchases(selection, { reason, dryRun }));
    for (const { partnerReferenceNo } of bad) {
      const result = await purchase.result(partnerReferenceNo);
      assert.equal(result.outcome, 'cancelled');
      await shop.assertProven(result, '10000.00');
    }
    assert.equal((await purchase.status(good.partnerReferenceNo)).status, 'awaiting-payment');
  });

  test('all that wait are made to ask DOKU', async () => {
    const { customerId } = await shop.boundCustomer();
    const orders = Array.from({ length: 3 }, () => shop.order(customerId));
    await Promise.all(orders.map((order) => shop.journeys.purchase.redirect(order)));
    for (const { partnerReferenceNo } of orders)
      await shop.doku.customer(partnerReferenceNo, 'pay');
    const { operators, purchase } = shop.journeys;
    const selection = { status: 'awaiting-payment', customerId };
    await eventually(
      () => operators.pollPurchases(selection, { reason: 'DOKU was down' }),
      ({ matching }) => matching === 3,
    );
    await untilNoneMatches((dryRun) =>
      operators.pollPurchases(selection, { reason: 'DOKU was down', dryRun }),
    );
    for (const { partnerReferenceNo } of orders)
      assert.equal((await purchase.result(partnerReferenceNo)).outcome, 'paid');
  });

  test('a selection that could be read as a query is refused', async () => {
    await assert.rejects(
      shop.journeys.operators.pollPurchases({ status: "x' OR 1 = 1" }, { reason: 'no' }),
      InvalidInputError,
    );
  });
});
