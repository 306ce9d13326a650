import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { startQuickStack } from '../setting/quick-stack.js';
import { idr } from '../setting/shop.js';

/** Three pages of List. */
const OTHERS = 110;
/** What one attempt at a question may take, but for the history. */
const CALL_MS = 20_000;
const ANSWER_MS = 3_000;

test("a refusal is told of a busy customer's refund, at a DOKU that takes three seconds an answer", async () => {
  const { shop, stop } = await startQuickStack({ DOKU_SNAP_SETTINGS: '{"timeoutMs":10000}' });
  try {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    const { partnerReferenceNo } = order;
    await shop.paid(order);
    await shop.journeys.purchase.result(partnerReferenceNo);
    await shop.doku.settle(partnerReferenceNo);
    const { topUpBatch, refund } = shop.journeys;
    const batchReference = `batch-${randomUUID().slice(0, 8)}`;
    const rows = Array.from({ length: OTHERS }, () => ({
      ...{ partnerReferenceNo: `ROW-${randomUUID()}`, customerId, amount: idr('100.00') },
    }));
    await topUpBatch.start({ batchReference, rows });
    await topUpBatch.result(batchReference);
    await shop.doku.temperament({
      ...{ temperament: 'refuses', code: '4035814', on: 'any' },
      ...{ operation: 'purchaseRefund', reference: partnerReferenceNo },
    });
    const slow = { fault: 'slow', when: 'after', times: 1_000, delayMs: ANSWER_MS } as const;
    // Nothing else runs on this stack.
    for (const operation of ['purchaseStatus', 'historyDetail', 'historyList'] as const)
      await shop.doku.fault({ ...slow, operation });
    const partnerRefundNo = `REF-${randomUUID()}`;
    const began = Date.now();
    await refund.start({
      ...{ customerId, partnerReferenceNo, partnerRefundNo },
      ...{ amount: idr('4000.00'), reason: 'damaged' },
    });
    const ended = refund.result(partnerRefundNo, { deadline: Date.now() + 60_000 });
    const { outcome, refusal } = await ended;
    assert.deepEqual([outcome, refusal], ['rejected', 'insufficient-funds']);
    assert.ok(Date.now() - began > CALL_MS, 'a call alone would not have had the time');
    assert.equal((await shop.doku.requests('historyList')).length, 3);
  } finally {
    await stop();
  }
});
