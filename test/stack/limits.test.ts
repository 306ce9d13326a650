import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { Stack } from '../../worker/local/stack.js';
import { isWhole } from '../setting/extent.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { idr, type Shop } from '../setting/shop.js';

const CALLS_A_SECOND = isWhole ? 10 : 4;
/** Of each of two kinds. */
const JOURNEYS = isWhole ? 50 : 20;
const OUTAGE_MS = 15_000;

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

describe("DOKU's limits", () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack({
      MAX_CALLS_A_SECOND: String(CALLS_A_SECOND),
      POLL_FIRST_MS: '1000',
      POLL_MOST_MS: '30000',
    });
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  test(`${2 * JOURNEYS} journeys whose DOKU was down go on by themselves, and do not come back together`, async (context) => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '1000000.00' });
    const { topUp, purchase } = shop.journeys;
    const orders = Array.from({ length: JOURNEYS }, () =>
      shop.order(customerId, { amount: idr('100.00') }),
    );
    await Promise.all(orders.map((order) => purchase.redirect(order)));
    await shop.doku.call('POST', 'maintenance', { isOn: true });
    const numbers = Array.from({ length: JOURNEYS }, () => `TOP-${randomUUID()}`);
    await Promise.all(
      numbers.map((partnerReferenceNo) =>
        topUp.start({ partnerReferenceNo, customerId, amount: idr('300.00') }),
      ),
    );
    for (const { partnerReferenceNo } of orders)
      await shop.doku.customer(partnerReferenceNo, 'pay');
    await setTimeout(OUTAGE_MS);
    const before = (await shop.doku.requests()).length;
    await shop.doku.call('POST', 'maintenance', { isOn: false });
    const recoveredAt = Date.now();
    const ends = await Promise.all([
      ...orders.map(({ partnerReferenceNo }) => purchase.result(partnerReferenceNo)),
      ...numbers.map((partnerReferenceNo) => topUp.result(partnerReferenceNo)),
    ]);
    const outcomes = new Set(ends.map(({ outcome }) => outcome));
    assert.deepEqual(outcomes, new Set(['paid', 'completed']));
    assert.equal(await shop.doku.balance(accountId), `${1_000_000 + JOURNEYS * 200}.00`);
    const after = (await shop.doku.requests()).slice(before);
    const seconds = Array.from({ length: 60 }, () => 0);
    for (const { at } of after) {
      const second = Math.floor((Date.parse(at) - recoveredAt) / 1_000) + 1;
      if (second in seconds) seconds[second] = (seconds[second] ?? 0) + 1;
    }
    context.diagnostic(
      `requests in each second of the first minute after recovery: ${seconds.join(' ')} (limit ${CALLS_A_SECOND})`,
    );
    // Temporal's limiter lets what it saved go later, and a busy machine holds requests back for a moment.
    const tens = seconds.slice(9).map((_, end) => sum(seconds.slice(end, end + 10)));
    assert.ok(Math.max(...tens) <= 15 * CALLS_A_SECOND, `${Math.max(...tens)} in ten seconds`);
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
    await setTimeout(500);
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
