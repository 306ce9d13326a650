import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { Worker } from '@temporalio/worker';
import { createActivities } from '../../activities/index.js';
import { snapSettings } from '../../activities/snap/settings.js';
import { checkoutWorkflowBundle } from '../../worker/temporal/workflow-bundle.js';
import { idr, Shop } from '../setting/shop.js';
import { type SkippingStack, startSkippingStack } from '../setting/time-skipping.js';

const MOST_EVENTS = 5_000;
const MONTH = { waitForFunds: '30 days' };

/** Each queue has a worker to which DOKU says another thing of the corporate balance, which is empty. */
const BALANCES = { 'covers-and-refuses': '999999999.00', untold: null } as const;

for (const [taskQueue, balance] of Object.entries(BALANCES)) {
  describe(`funds are missing for a month, and the balance is ${taskQueue}`, () => {
    let stack: SkippingStack;
    let worker: Worker;
    let running: Promise<void>;
    let shop: Shop;
    before(async () => {
      stack = await startSkippingStack();
      const { environment, client, sandbox } = stack;
      const activities = createActivities({
        client,
        taskQueue,
        credentials: { ...sandbox, privateKey: sandbox.merchantPrivateKeyPem ?? '' },
        settings: snapSettings({ baseUrl: sandbox.url }),
        absentAfterMs: 1_000,
        transferAbsentAfterMs: 1_000,
        delays: { firstMs: 1_000, factor: 1.6, mostMs: 60_000 },
        mostPauses: 0,
      });
      worker = await Worker.create({
        connection: environment.nativeConnection,
        taskQueue,
        workflowBundle: await checkoutWorkflowBundle(),
        dataConverter: client.options.loadedDataConverter,
        activities: {
          ...activities,
          queryCorporateBalance: async () => balance,
          awaitCorporateBalance: async () => {},
        },
      });
      running = worker.run();
      shop = new Shop(client, sandbox.url, taskQueue);
      await shop.doku.call('POST', 'corporate/balance', { set: '0.00' });
    });
    after(async () => {
      worker?.shutdown();
      await running;
      await stack?.stop();
    });

    const eventsOf = async (workflowId: string) =>
      (await stack.client.workflow.getHandle(workflowId).fetchHistory()).events?.length ?? 0;

    test('a top-up asks ever more rarely', async () => {
      const { customerId } = await shop.boundCustomer();
      const partnerReferenceNo = `TOP-${randomUUID()}`;
      await shop.journeys.topUp.start({
        partnerReferenceNo,
        customerId,
        amount: idr('100.00'),
        ...MONTH,
      });
      const { outcome } = await shop.journeys.topUp.result(partnerReferenceNo);
      assert.equal(outcome, 'insufficient-funds');
      const events = await eventsOf(`top-up/${partnerReferenceNo}`);
      assert.ok(events < MOST_EVENTS, `${events} events`);
    });

    test('a part of 250 rows asks by one of them', async () => {
      const { customerId } = await shop.boundCustomer();
      const batchReference = `batch-${randomUUID().slice(0, 8)}`;
      const rows = Array.from({ length: 250 }, () => ({
        partnerReferenceNo: `TOP-${randomUUID()}`,
        customerId,
        amount: idr('100.00'),
      }));
      await shop.journeys.topUpBatch.start({ batchReference, rows, ...MONTH });
      const { counts } = await shop.journeys.topUpBatch.result(batchReference);
      assert.equal(counts.insufficientFunds, 250);
      for (const id of [batchReference, `${batchReference}/0`]) {
        const events = await eventsOf(`top-up-batch/${id}`);
        assert.ok(events < MOST_EVENTS, `${id}: ${events} events`);
      }
    });
  });
}
