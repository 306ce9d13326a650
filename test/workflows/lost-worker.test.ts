import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Context } from '@temporalio/activity';
import { Worker } from '@temporalio/worker';
import { createActivities } from '../../activities/index.js';
import { snapSettings } from '../../activities/snap/settings.js';
import { checkoutWorkflowBundle } from '../../worker/temporal/workflow-bundle.js';
import { Shop } from '../setting/shop.js';
import { type SkippingStack, startSkippingStack } from '../setting/time-skipping.js';

const TASK_QUEUE = 'lost-workers';

describe('a worker is lost, and the next one too', () => {
  let stack: SkippingStack;
  let worker: Worker;
  let running: Promise<void>;
  before(async () => {
    stack = await startSkippingStack();
    const { environment, client, sandbox } = stack;
    const activities = createActivities({
      client,
      taskQueue: TASK_QUEUE,
      credentials: { ...sandbox, privateKey: sandbox.merchantPrivateKeyPem ?? '' },
      settings: snapSettings({ baseUrl: sandbox.url }),
      absentAfterMs: 1_000,
      transferAbsentAfterMs: 1_000,
      // No poll may end while the notification cancels it: this server gives up the workflow then.
      delays: { firstMs: 60_000, factor: 1, mostMs: 60_000 },
      mostPauses: 0,
    });
    worker = await Worker.create({
      connection: environment.nativeConnection,
      taskQueue: TASK_QUEUE,
      workflowBundle: await checkoutWorkflowBundle(),
      dataConverter: client.options.loadedDataConverter,
      activities: { ...activities, requestPurchase: lostTwice(activities.requestPurchase) },
    });
    running = worker.run();
  });
  after(async () => {
    worker?.shutdown();
    await running;
    await stack?.stop();
  });

  test('while DOKU is asked for the page: the journey asks what became of it, and goes on', async () => {
    const shop = new Shop(stack.client, stack.sandbox.url, TASK_QUEUE);
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { payWithin: '1 day' });
    await shop.journeys.purchase.start(order);
    await stack.environment.sleep('1 minute');
    await shop.paid(order);
    const result = await shop.journeys.purchase.result(order.partnerReferenceNo);
    assert.equal(result.outcome, 'paid');
    await shop.assertProven(result, '10000.00');
  });
});

/** The first two attempts do their work, and their workers never say so: Temporal finds out by the time-out. */
function lostTwice<Order, Answer>(work: (order: Order) => Promise<Answer>) {
  let lost = 0;
  return async (order: Order): Promise<Answer> => {
    const answer = await work(order);
    lost += 1;
    if (lost <= 2) await Context.current().cancelled;
    return answer;
  };
}
