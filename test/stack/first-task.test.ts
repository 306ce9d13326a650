import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { defaultPayloadConverter } from '@temporalio/common';
import type { PurchaseInput } from '../../client/index.js';
import { searchAttributes } from '../../contract/search-attributes.js';
import type { Stack } from '../../worker/local/stack.js';
import { workerDataConverter } from '../../worker/temporal/encryption.js';
import { checkoutWorkflowBundle } from '../../worker/temporal/workflow-bundle.js';
import { isWhole } from '../setting/extent.js';
import { replays } from '../setting/histories.js';
import { startQuickStack } from '../setting/quick-stack.js';
import type { Shop } from '../setting/shop.js';

const AT_ONCE = 8;
const TIMES = isWhole ? 3 : 1;
const POLLED_EVERY_MS = 20;

describe('DOKU is asked by activities alone', { concurrency: true }, () => {
  let stack: Stack & { shop: Shop };
  let shop: Shop;
  before(async () => {
    stack = await startQuickStack();
    shop = stack.shop;
  });
  after(() => stack?.stop());

  test('whatever the time that a client gives the workflow task', async () => {
    const order = shop.order((await shop.boundCustomer()).customerId);
    await stack.client.workflow.start('purchase', {
      workflowId: `purchase/${order.partnerReferenceNo}`,
      taskQueue: 'doku-journeys',
      args: [order],
      // As clients did before, for a call within the first task.
      workflowTaskTimeout: '20 seconds',
    });
    await pays(order);
    const events = await eventsOf(order);
    const markers = events.flatMap((event) => event.markerRecordedEventAttributes?.markerName);
    assert.ok(!markers.includes('core_local_activity'), String(markers));
  });

  test('an answer that does not come in time is asked about before anything is sent again', async () => {
    const order = shop.order((await shop.boundCustomer()).customerId);
    const match = { partnerReferenceNo: order.partnerReferenceNo };
    await shop.doku.fault({ operation: 'purchase', fault: 'hang', when: 'before', match });
    await shop.journeys.purchase.start(order);
    const statusWhileItHangs = await shop.journeys.purchase.status(order.partnerReferenceNo);
    assert.equal(statusWhileItHangs.status, 'requesting');
    await pays(order);
    const requests = await shop.doku.requests(undefined, order.partnerReferenceNo);
    const asked = requests.map(({ operation }) => operation);
    const again = asked.indexOf('purchase', 1);
    assert.ok(
      again > 1 && asked.slice(1, again).every((operation) => operation === 'purchaseStatus'),
    );
    assert.deepEqual(await listedAs(order), [
      'awaiting-payment',
      'requesting',
      'in-doubt',
      'requesting',
      'awaiting-payment',
      'paid',
    ]);
  });

  test('which spares its lists a change', async () => {
    const order = shop.order((await shop.boundCustomer()).customerId);
    await shop.journeys.purchase.redirect(order);
    await pays(order);
    assert.deepEqual(await listedAs(order), ['awaiting-payment', 'paid']);
  });

  test('and every history replays, of a slow DOKU and shops that ask for the status all the time', async () => {
    const { customerId } = await shop.boundCustomer({ balance: '9000000.00' });
    const orders = Array.from({ length: TIMES * AT_ONCE }, () => shop.order(customerId));
    for (let first = 0; first < orders.length; first += AT_ONCE)
      await Promise.all(orders.slice(first, first + AT_ONCE).map(bought));
    const dataConverter = workerDataConverter(stack.dataConverter);
    const workflowBundle = await checkoutWorkflowBundle();
    for await (const { error } of replays({ workflowBundle, dataConverter }, historiesOf(orders)))
      assert.ifError(error);
  });

  async function* historiesOf(orders: readonly PurchaseInput[]) {
    for (const { partnerReferenceNo } of orders) {
      const workflowId = `purchase/${partnerReferenceNo}`;
      const history = await stack.client.workflow.getHandle(workflowId).fetchHistory();
      yield { workflowId, history };
    }
  }

  /** README's own flow: redirect, the customer pays and returns, and the shop polls the status all the while. */
  async function bought(order: PurchaseInput): Promise<void> {
    const { partnerReferenceNo } = order;
    const match = { partnerReferenceNo };
    for (const operation of ['purchase', 'purchaseStatus'])
      await shop.doku.fault({
        operation,
        fault: 'slow',
        when: 'before',
        delayMs: 700,
        times: 99,
        match,
      });
    const { purchase } = shop.journeys;
    await purchase.start(order);
    let isOver = false;
    const polled = (async () => {
      while (!isOver) {
        await purchase.status(partnerReferenceNo);
        await setTimeout(POLLED_EVERY_MS);
      }
    })();
    await purchase.redirect(order);
    await setTimeout(Math.random() * 4_000);
    await shop.doku.customer(partnerReferenceNo, 'pay');
    await purchase.customerReturned(partnerReferenceNo);
    await purchase.notified(partnerReferenceNo);
    assert.equal((await purchase.result(partnerReferenceNo)).outcome, 'paid');
    isOver = true;
    await polled;
  }

  /** The customer pays as soon as there is a page, and the journey ends so, as the ledger says. */
  async function pays(order: PurchaseInput): Promise<void> {
    const { partnerReferenceNo } = order;
    for (;;) {
      const { redirect } = await shop.journeys.purchase.status(partnerReferenceNo);
      if (redirect) break;
      await setTimeout(100);
    }
    await shop.doku.customer(partnerReferenceNo, 'pay');
    await shop.journeys.purchase.notified(partnerReferenceNo);
    const result = await shop.journeys.purchase.result(partnerReferenceNo);
    assert.equal(result.outcome, 'paid');
    await shop.assertProven(result, '10000.00');
  }

  /** The statuses that Temporal's lists showed, in order. */
  async function listedAs(order: PurchaseInput): Promise<unknown[]> {
    return (await eventsOf(order)).flatMap((event) => {
      const { searchAttributes: changed } =
        event.workflowExecutionStartedEventAttributes ??
        event.upsertWorkflowSearchAttributesEventAttributes ??
        {};
      const status = changed?.indexedFields?.[searchAttributes.journeyStatus.name];
      return status ? [defaultPayloadConverter.fromPayload(status)] : [];
    });
  }

  async function eventsOf({ partnerReferenceNo }: PurchaseInput) {
    const handle = stack.client.workflow.getHandle(`purchase/${partnerReferenceNo}`);
    return (await handle.fetchHistory()).events ?? [];
  }
});
