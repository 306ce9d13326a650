import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../quick-stack.js';
import { idr, type Shop } from '../shop.js';

const CALLS_A_SECOND = 20;

describe("DOKU's limits", () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack({ MAX_CALLS_A_SECOND: String(CALLS_A_SECOND) });
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  test('when DOKU is down for all, every journey waits and goes on by itself, none all at once', async (context) => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '1000000.00' });
    const { topUp, purchase } = shop.journeys;
    const orders = Array.from({ length: 30 }, () => shop.order(customerId));
    await Promise.all(orders.map((order) => purchase.redirect(order)));
    const down = ['purchaseStatus', 'topUpInquiry', 'topUp', 'topUpStatus'];
    for (const operation of down)
      await shop.doku.fault({ operation, fault: 'html502', when: 'before', times: 1_000_000 });
    const numbers = Array.from({ length: 30 }, () => `TOP-${randomUUID()}`);
    for (const partnerReferenceNo of numbers)
      await topUp.start({ partnerReferenceNo, customerId, amount: idr('100.00') });
    for (const { partnerReferenceNo } of orders)
      await shop.doku.customer(partnerReferenceNo, 'pay');
    await new Promise((resolve) => setTimeout(resolve, 8_000));
    const before = (await shop.doku.requests()).length;
    await shop.doku.call('DELETE', 'faults');
    const ends = await Promise.all([
      ...orders.map(({ partnerReferenceNo }) => purchase.result(partnerReferenceNo)),
      ...numbers.map((partnerReferenceNo) => topUp.result(partnerReferenceNo)),
    ]);
    const outcomes = new Set(ends.map(({ outcome }) => outcome));
    assert.deepEqual(outcomes, new Set(['paid', 'completed']));
    assert.equal(await shop.doku.balance(accountId), '703000.00');
    const after = (await shop.doku.requests()).slice(before);
    const seconds = new Map<string, number>();
    for (const { at } of after) {
      const second = at.slice(0, 19);
      seconds.set(second, (seconds.get(second) ?? 0) + 1);
    }
    context.diagnostic(
      `requests in each second after recovery: ${[...seconds.values()].join(' ')} (limit ${CALLS_A_SECOND})`,
    );
  });

  test('a notification is answered through the task queue, where Temporal counts it', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    await shop.paid(order);
    const { outcome } = await shop.journeys.purchase.result(order.partnerReferenceNo);
    assert.equal(outcome, 'paid');
    const handle = stack.client.workflow.getHandle(`purchase/${order.partnerReferenceNo}`);
    const { events } = await handle.fetchHistory();
    const asked = events?.flatMap((event) => {
      const type = event.activityTaskScheduledEventAttributes?.activityType?.name;
      return type ? [type] : [];
    });
    assert.deepEqual(asked, ['requestPurchase', 'queryPurchase']);
  });

  test('reads give way to money', async () => {
    const { customerId } = await shop.boundCustomer();
    const reads = Array.from({ length: 3 * CALLS_A_SECOND }, () =>
      shop.journeys.reads.balance(customerId),
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    const order = shop.order(customerId);
    await shop.journeys.purchase.redirect(order);
    const arrived = await shop.doku.requests();
    const purchaseAt = arrived.findIndex(
      (request) => request.partnerReferenceNo === order.partnerReferenceNo,
    );
    await Promise.all(reads);
    const all = await shop.doku.requests();
    const readsAfter = all.slice(purchaseAt).filter((one) => one.operation === 'balanceInquiry');
    assert.ok(readsAfter.length > 0, 'reads that came first are served after the purchase');
    await shop.journeys.purchase.cancel(order.partnerReferenceNo, 'test');
  });
});
