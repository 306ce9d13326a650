import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { Worker } from '@temporalio/worker';
import { createActivities } from '../../activities/index.js';
import { snapSettings } from '../../activities/snap/settings.js';
import type { TopUpActivities } from '../../activities/top-up.js';
import { checkoutWorkflowBundle } from '../../worker/temporal/workflow-bundle.js';
import { isWhole } from '../setting/extent.js';
import { idr, Shop } from '../setting/shop.js';
import { type SkippingStack, startSkippingStack } from '../setting/time-skipping.js';

const MOST_EVENTS = 5_000;
const MONTH = { waitForFunds: '30 days' };

/** What DOKU would not say by itself, by the queue of the worker that hears it. The corporate balance is empty. */
const DOKU = {
  'the balance covers what is refused': {
    queryCorporateBalance: async () => '999999999.00',
    awaitCorporateBalance: async () => {},
  },
  'the balance is not told': { queryCorporateBalance: async () => null },
  'DOKU is out of reach': {
    topUpAtOnce: async () => ({ kind: 'unclear', mayBeSent: false }) as const,
    inquireTopUp: async () => ({ kind: 'refused', refusal: 'blocked' }) as const,
  },
} satisfies Record<string, Partial<TopUpActivities>>;

for (const [what, said] of Object.entries(DOKU)) {
  const taskQueue = what.replaceAll(' ', '-');
  describe(`histories stay small for a month in which ${what}`, () => {
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
        activities: { ...activities, ...said },
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
    const assertSmall = async (workflowId: string) => {
      const events = await eventsOf(workflowId);
      assert.ok(events < MOST_EVENTS, `${workflowId}: ${events} events`);
    };

    const asksRarely = async () => {
      const { customerId } = await shop.boundCustomer();
      const partnerReferenceNo = `TOP-${randomUUID()}`;
      const amount = idr('100.00');
      await shop.journeys.topUp.start({ partnerReferenceNo, customerId, amount, ...MONTH });
      const { outcome } = await shop.journeys.topUp.result(partnerReferenceNo);
      assert.equal(outcome, 'insufficient-funds');
      await assertSmall(`top-up/${partnerReferenceNo}`);
    };
    // Before the batch: after it the server has been seen to skip no time any more.
    if (!('topUpAtOnce' in said)) test('a top-up asks ever more rarely', asksRarely);

    // In full as many as a part takes, where they are asked about most.
    const full = 'awaitCorporateBalance' in said ? 250 : 80;
    const most = isWhole ? full : 20;
    test(`a part of ${most} rows asks by one of them`, async () => {
      const { customerId } = await shop.boundCustomer();
      const batchReference = `batch-${randomUUID().slice(0, 8)}`;
      const rows = Array.from({ length: most }, () => ({
        partnerReferenceNo: `TOP-${randomUUID()}`,
        customerId,
        amount: idr('100.00'),
      }));
      await shop.journeys.topUpBatch.start({ batchReference, rows, ...MONTH });
      const { counts } = await shop.journeys.topUpBatch.result(batchReference);
      assert.equal(counts.completed, 0);
      assert.equal(counts.insufficientFunds + counts.failed, most);
      await assertSmall(`top-up-batch/${batchReference}`);
      await assertSmall(`top-up-batch/${batchReference}/0`);
    });
  });
}
