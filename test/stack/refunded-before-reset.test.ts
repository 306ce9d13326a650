import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { purchaseWorkflowId } from '../../contract/identity.js';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { reset } from '../setting/resets.js';
import { idr, type Shop } from '../setting/shop.js';

/** One movement is told by one journey: what a refund says went back, its order does not say once more. */
describe('an order that its refunds gave back, and that is reset then', {
  concurrency: true,
}, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  async function paid(isAcknowledged = false) {
    const { purchase } = shop.journeys;
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, isAcknowledged ? { acknowledgeWithin: '2 hours' } : {});
    const { partnerReferenceNo } = order;
    await shop.paid(order);
    if (isAcknowledged) {
      await purchase.until(partnerReferenceNo, ['awaiting-acknowledgement']);
      await purchase.acknowledge(partnerReferenceNo);
    }
    return { partnerReferenceNo, customerId, told: await purchase.result(partnerReferenceNo) };
  }

  async function refunded(
    order: { partnerReferenceNo: string; customerId: string },
    value: string,
  ): Promise<string | undefined> {
    const { refund } = shop.journeys;
    const partnerRefundNo = `REF-${randomUUID()}`;
    const { partnerReferenceNo, customerId } = order;
    const key = { partnerRefundNo, partnerReferenceNo, customerId };
    await refund.start({ ...key, amount: idr(value), reason: 'returned' });
    const { outcome, by } = await refund.result(partnerRefundNo);
    assert.equal(outcome, 'refunded');
    return by;
  }

  const resetTo = async (reference: string, task: number) => {
    await reset(stack.client, purchaseWorkflowId(reference), { task });
    return shop.journeys.purchase.result(reference);
  };

  for (const isAcknowledged of [false, true])
    for (const task of [0, -2])
      test(`by a cancel, ${isAcknowledged ? '' : 'not '}acknowledged, reset to task ${task}`, async () => {
        const order = await paid(isAcknowledged);
        assert.equal(await refunded(order, '10000.00'), 'cancel');
        const { told } = order;
        const now = await resetTo(order.partnerReferenceNo, task);
        assert.deepEqual([now.outcome, now.reason], [told.outcome, told.reason]);
      });

  for (const parts of [['10000.00'], ['4000.00', '6000.00']])
    test(`by ${parts.length} after its settlement`, async () => {
      const order = await paid();
      await shop.doku.settle(order.partnerReferenceNo);
      for (const part of parts) assert.equal(await refunded(order, part), 'refund');
      const { told } = order;
      const now = await resetTo(order.partnerReferenceNo, 0);
      assert.deepEqual([now.outcome, now.reason], [told.outcome, told.reason]);
    });

  test('stays reversed where its own cancel gave it back', async () => {
    const { purchase } = shop.journeys;
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '1 second' });
    const { partnerReferenceNo } = order;
    await shop.paid(order);
    assert.equal((await purchase.result(partnerReferenceNo)).outcome, 'cancelled');
    assert.equal((await resetTo(partnerReferenceNo, 0)).outcome, 'cancelled');
  });
});
