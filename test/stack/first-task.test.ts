import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { defaultPayloadConverter } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { Move } from '../../activities/calling/move.js';
import { createActivities } from '../../activities/index.js';
import type { PurchasePage } from '../../activities/purchase.js';
import { snapSettings } from '../../activities/snap/settings.js';
import type { PurchaseInput } from '../../client/index.js';
import { PURCHASE_FOUND_AS, PURCHASE_TASK_TIMEOUT } from '../../contract/purchase.js';
import { searchAttributes, searchAttributesOf } from '../../contract/search-attributes.js';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import type { Shop } from '../setting/shop.js';

describe('DOKU is asked for the page within the first workflow task', { concurrency: true }, () => {
  let stack: Stack & { shop: Shop };
  let shop: Shop;
  before(async () => {
    // A call may take longer than a task that makes it.
    stack = await startQuickStack({ DOKU_SNAP_SETTINGS: '{"timeoutMs":18000}' });
    shop = stack.shop;
  });
  after(() => stack?.stop());

  test('but not in one that another worker may have begun before: there it asks first', async () => {
    const order = shop.order((await shop.boundCustomer()).customerId);
    const { partnerReferenceNo, customerId } = order;
    const found = { status: PURCHASE_FOUND_AS, customerId, partnerReferenceNo };
    // As after a lost worker, there is more in the history than the start and its first task.
    await stack.client.workflow.signalWithStart('purchase', {
      workflowId: `purchase/${partnerReferenceNo}`,
      taskQueue: 'doku-journeys',
      args: [order],
      workflowTaskTimeout: PURCHASE_TASK_TIMEOUT,
      typedSearchAttributes: searchAttributesOf(found),
      signal: 'notified',
      signalArgs: [{}],
    });
    await pays(order);
    // An absence counts once it was given twice.
    assert.deepEqual((await asked(order)).slice(0, 3), [
      'purchaseStatus',
      'purchaseStatus',
      'purchase',
    ]);
    assert.deepEqual((await activities(order)).slice(0, 2), ['queryPurchase', 'requestPurchase']);
  });

  test('nor of one that is too short for it: an activity asks', async () => {
    const order = shop.order((await shop.boundCustomer()).customerId);
    await stack.client.workflow.start('purchase', {
      workflowId: `purchase/${order.partnerReferenceNo}`,
      taskQueue: 'doku-journeys',
      args: [order],
    });
    await pays(order);
    assert.equal((await activities(order))[0], 'requestPurchase');
  });

  test('an answer that does not come in time is asked about before anything is sent again', async () => {
    const order = shop.order((await shop.boundCustomer()).customerId);
    const match = { partnerReferenceNo: order.partnerReferenceNo };
    await shop.doku.fault({ operation: 'purchase', fault: 'hang', when: 'before', match });
    await shop.journeys.purchase.start(order);
    const statusWhileItHangs = await shop.journeys.purchase.status(order.partnerReferenceNo);
    assert.equal(statusWhileItHangs.status, 'in-doubt');
    await pays(order);
    assert.deepEqual((await asked(order)).slice(0, 3), ['purchase', 'purchaseStatus', 'purchase']);
    assert.deepEqual(await listedAs(order), [
      'awaiting-payment',
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

  test('a task that is done again after its time sends nothing', async () => {
    const { sandbox, client } = stack;
    const { requestPurchaseWithinTask } = createActivities({
      client,
      taskQueue: 'doku-journeys',
      credentials: { ...sandbox, privateKey: sandbox.merchantPrivateKeyPem ?? '' },
      settings: snapSettings({ baseUrl: sandbox.url }),
      absentAfterMs: 1_000,
      transferAbsentAfterMs: 1_000,
      delays: { firstMs: 1_000, factor: 1, mostMs: 1_000 },
      mostWithinTasks: 1,
      mostPauses: 0,
    });
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    const { partnerReferenceNo, amount, returnUrl } = order;
    const move = (notAfter: Date): Promise<Move<PurchasePage>> =>
      new MockActivityEnvironment().run(requestPurchaseWithinTask, {
        partnerReferenceNo,
        customerId,
        amount,
        returnUrl,
        notAfter: notAfter.toISOString(),
      });
    assert.deepEqual(await move(new Date(Date.now() - 1)), {
      kind: 'doubtful',
      doubt: 'worker-lost',
    });
    assert.deepEqual(await asked(order), []);
    assert.equal((await move(new Date(Date.now() + 60_000))).kind, 'accepted');
    assert.deepEqual(await asked(order), ['purchase']);
  });

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

  /** What DOKU was asked about it, in order. */
  async function asked({ partnerReferenceNo }: PurchaseInput): Promise<string[]> {
    const requests = await shop.doku.requests(undefined, partnerReferenceNo);
    return requests.map(({ operation }) => String(operation));
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

  async function activities(order: PurchaseInput): Promise<string[]> {
    return (await eventsOf(order)).flatMap((event) => {
      const type = event.activityTaskScheduledEventAttributes?.activityType?.name;
      return type ? [type] : [];
    });
  }

  async function eventsOf({ partnerReferenceNo }: PurchaseInput) {
    const handle = stack.client.workflow.getHandle(`purchase/${partnerReferenceNo}`);
    return (await handle.fetchHistory()).events ?? [];
  }
});
