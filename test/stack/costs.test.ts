import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import type { Shop } from '../setting/shop.js';
import { COSTS, type Cost } from './costs.js';
import { DRIVES, paid } from './driven-journeys.js';
import { assertCost, costOf } from './measured-cost.js';

// A batch tells its progress as it comes, so its figures depend on time: the bench measures it.
describe('what each journey costs', () => {
  let stack: Stack & { shop: Shop };
  before(async () => {
    stack = await startQuickStack({ POLL_FIRST_MS: '100', POLL_MOST_MS: '100' });
    // The first journey of a worker asks for the merchant's token; that is not the journey's.
    await paid(stack.shop);
  });
  after(() => stack.stop());

  test('is in the table', () => assert.deepEqual(Object.keys(DRIVES), Object.keys(COSTS)));

  /** An activity's type, each time that it was scheduled. */
  const activitiesOf = async (workflowId: string) => {
    const { events } = await stack.client.workflow.getHandle(workflowId).fetchHistory();
    return (events ?? []).flatMap(
      ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name ?? [],
    );
  };

  test('no event without a receiver, but where a journey ends before any activity has answered it', async () => {
    const { customerId } = await stack.shop.boundCustomer();
    const order = stack.shop.order(customerId);
    await stack.shop.paid(order);
    await stack.shop.journeys.purchase.result(order.partnerReferenceNo);
    const ordered = await activitiesOf(`purchase/${order.partnerReferenceNo}`);
    assert.ok(ordered.length > 0 && !ordered.includes('deliverEvents'), ordered.join());
    const opening = { customerId: `customer-${randomUUID()}`, reference: 'first' };
    const workflowId = `account/${opening.customerId}/open/first`;
    const customer = { name: 'Siti Rahayu', phoneNo: '081234567891', email: 'siti@example.com' };
    const handle = await stack.client.workflow.start('openAccount', {
      workflowId,
      taskQueue: 'doku-journeys',
      // Cancelled before a worker has seen it.
      startDelay: '1 second',
      args: [{ ...opening, customer, redirectUrl: 'https://merchant.example/back' }],
    });
    await handle.cancel();
    await handle.result();
    assert.deepEqual(await activitiesOf(workflowId), ['deliverEvents']);
  });

  for (const [name, drive] of Object.entries(DRIVES)) {
    test(name, async (context) => {
      const seen = await costOf(stack, await drive(stack.shop));
      context.diagnostic(`${name}: ${Object.values(seen).join(', ')}`);
      assertCost(seen, COSTS[name] as Cost);
    });
  }
});
