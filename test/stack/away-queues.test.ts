import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { WorkflowNotFoundError } from '@temporalio/client';
import {
  authorizedPurchaseWorkflowId,
  findingWorkflowId,
  merchantSessionWorkflowId,
  recheckWorkflowId,
  topUpBatchPartWorkflowId,
  topUpBatchWorkflowId,
} from '../../contract/identity.js';
import type { Stack } from '../../worker/local/stack.js';
import { createWorker } from '../../worker/temporal/worker.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { eventually, idr, Shop } from '../setting/shop.js';
import { SignedCaller } from '../setting/signed-caller.js';

/** What is left on a task queue whose workers are away: of a rehearsal, of another merchant, of anybody. */
const AWAY = 'rehearsal';

/** Whatever hangs does so for ever. */
const within = (seconds: number) => ({ deadline: Date.now() + seconds * 1_000 });

describe('what no worker answers for', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  /** Its journeys ran on the other queue, whose worker has gone since. */
  let left: Left;
  before(async () => {
    const started = await startQuickStack({ RECONCILIATION_CALLS_A_SECOND: '500' });
    stack = started;
    shop = started.shop;
    const clientId = stack.sandbox.clientId;
    await stack.client.workflow.start('merchantSession', {
      ...{ workflowId: merchantSessionWorkflowId(clientId), taskQueue: AWAY },
      args: [{ clientId }],
    });
    // It is held up for as long as nobody answers, once.
    const { customerId } = await shop.boundCustomer();
    await shop.paid(shop.order(customerId));
    left = await leftBehind(stack, shop);
  });
  after(async () => {
    for (const workflowId of left?.open ?? [])
      await stack.client.workflow.getHandle(workflowId).terminate();
    await stack?.stop();
  });

  const closing = (customerId: string) => ({ customerId, reference: randomUUID().slice(0, 8) });

  test('keeps no token from those who work', async () => {
    const session = merchantSessionWorkflowId(stack.sandbox.clientId);
    const { taskQueue } = await stack.client.workflow.getHandle(session).describe();
    assert.equal(taskQueue, 'doku-journeys');
  });

  test('holds up no closing of anybody else’s account', async () => {
    const { customerId } = await shop.boundCustomer();
    assert.equal((await shop.journeys.closeAccount.start(closing(customerId))).show, 'enter-otp');
  });

  test('counts as open for the customers whose rows it has, and is named', async () => {
    const input = closing(left.customerId);
    await shop.journeys.closeAccount.start(input);
    const { outcome, openJourneys } = await shop.journeys.closeAccount.result(input);
    assert.equal(outcome, 'rejected');
    // A row may have been handed over to a journey of its own.
    const named = (openJourneys ?? []).filter((each) => !each.startsWith('top-up/'));
    assert.deepEqual(named.sort(), left.batch);
  });

  test('is no matter of our reconciliation, which compares what is of ours', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    await shop.paid(order);
    await shop.journeys.purchase.result(order.partnerReferenceNo);
    await pause(2_000);
    const period = { from: new Date(Date.now() - 3_600_000), to: new Date() };
    await shop.journeys.reconciliation.start(period);
    const { outcome, counts } = await shop.journeys.reconciliation.result(period, within(150));
    assert.equal(outcome, 'finished');
    assert.ok(counts.checked >= 1, `${counts.checked} checked`);
    const hold = recheckWorkflowId(authorizedPurchaseWorkflowId(left.hold));
    await assert.rejects(stack.client.workflow.getHandle(hold).describe(), WorkflowNotFoundError);
  });

  test('takes no report: its finding is begun anew where somebody decides, as the others are', async () => {
    const { customerId, accountId } = await shop.boundCustomer();
    const [odd, other] = [`ODD-${accountId}`, `LOST-${accountId}`];
    const taken = findingWorkflowId('missing-here', odd);
    await stack.client.workflow.start('finding', { workflowId: taken, taskQueue: AWAY });
    // Another system of the merchant's tops the wallet up.
    const caller = await new SignedCaller(stack.sandbox).signIn();
    for (const partnerReferenceNo of [odd, other])
      await caller.call('b2b/v1.0/emoney/topup', {
        partnerReferenceNo,
        customerNumber: accountId,
        amount: idr('100.00'),
      });
    const period = { from: new Date(Date.now() - 1_800_000), to: new Date() };
    await shop.journeys.reconciliation.start(period);
    const { mismatches } = await shop.journeys.reconciliation.result(period, within(150));
    const theirs = mismatches.filter((mismatch) => mismatch.customerId === customerId);
    const named = theirs.map(({ partnerReferenceNo }) => partnerReferenceNo);
    assert.deepEqual(named.sort(), [other, odd]);
    for (const partnerReferenceNo of [odd, other]) {
      const id = findingWorkflowId('missing-here', partnerReferenceNo);
      const { status, taskQueue } = await stack.client.workflow.getHandle(id).describe();
      assert.deepEqual([status.name, taskQueue], ['RUNNING', 'doku-journeys']);
    }
  });
});

interface Left {
  readonly customerId: string;
  /** Its authorisation, which was captured and ended. */
  readonly hold: string;
  /** Workflow IDs of what still runs, in their order. */
  readonly open: string[];
  readonly batch: readonly string[];
}

/** A hold that has ended, and a batch in its middle; besides what anybody may begin who reaches Temporal. */
async function leftBehind(stack: Stack, main: Shop): Promise<Left> {
  const { client, configuration, dataConverter, logger, temporal } = stack;
  const worker = await createWorker({
    connection: temporal.nativeConnection,
    namespace: 'default',
    configuration: { ...configuration, DOKU_TASK_QUEUE: AWAY },
    dataConverter,
    logger,
  });
  const running = worker.run();
  const shop = new Shop(client, stack.sandbox.url, AWAY);
  const { customerId } = await main.boundCustomer({ balance: '100000.00' });
  const hold = await capturedHold(shop, customerId);
  const batch = await heldBatch(shop, customerId);
  worker.shutdown();
  await running;
  const nobodys = ['topUpBatch', 'topUpBatchPart'];
  for (const type of nobodys)
    await client.workflow.start(type, {
      workflowId: `top-up-batch/nobodys/${type}`,
      taskQueue: AWAY,
    });
  return {
    customerId,
    hold,
    batch,
    open: [...batch, ...nobodys.map((type) => `top-up-batch/nobodys/${type}`)],
  };
}

async function capturedHold({ journeys }: Shop, customerId: string): Promise<string> {
  const partnerReferenceNo = `AUT-${randomUUID()}`;
  const { authorizedPurchase } = journeys;
  const amount = idr('30000.00');
  await authorizedPurchase.authorize({ partnerReferenceNo, customerId, amount, title: 'Hotel' });
  const capture = { partnerCaptureNo: `CAP-${randomUUID()}`, amount };
  await authorizedPurchase.capture(partnerReferenceNo, capture);
  await authorizedPurchase.result(partnerReferenceNo);
  return partnerReferenceNo;
}

async function heldBatch({ journeys, doku }: Shop, customerId: string): Promise<string[]> {
  const batchReference = `batch-${randomUUID().slice(0, 8)}`;
  const partnerReferenceNo = `TOP-${randomUUID()}`;
  await doku.hold(partnerReferenceNo);
  const rows = [{ partnerReferenceNo, customerId, amount: idr('100.00') }];
  await journeys.topUpBatch.start({ batchReference, rows });
  await eventually(
    () => doku.requests('topUp', partnerReferenceNo),
    ({ length }) => length > 0,
  );
  return [topUpBatchWorkflowId(batchReference), topUpBatchPartWorkflowId(batchReference, 0)].sort();
}
