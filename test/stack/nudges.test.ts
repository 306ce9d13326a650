import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { PurchaseInput } from '../../client/index.js';
import { purchaseWorkflowId } from '../../contract/identity.js';
import type { Stack } from '../../worker/local/stack.js';
import { workerDataConverter } from '../../worker/temporal/encryption.js';
import { checkoutWorkflowBundle } from '../../worker/temporal/workflow-bundle.js';
import { startEventReceiver, type TestReceiver, toldTo } from '../setting/event-receiver.js';
import { isWhole } from '../setting/extent.js';
import { replays } from '../setting/histories.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { eventually, type Shop } from '../setting/shop.js';

/** Past so many events another run goes on. */
const LONG = 1_000;
const MOST_EVENTS = 5_000;

describe('a purchase that is told again and again that it may be paid', () => {
  let stack: Stack & { shop: Shop };
  let shop: Shop;
  let receiver: TestReceiver;
  before(async () => {
    receiver = await startEventReceiver();
    stack = await startQuickStack(toldTo(receiver));
    shop = stack.shop;
  });
  after(async () => {
    await stack?.stop();
    await receiver?.close();
  });

  const handleOf = ({ partnerReferenceNo }: PurchaseInput, runId?: string) =>
    stack.client.workflow.getHandle(purchaseWorkflowId(partnerReferenceNo), runId);

  const whenStatus = ({ partnerReferenceNo }: PurchaseInput, wanted: string) =>
    eventually(
      () => shop.journeys.purchase.status(partnerReferenceNo),
      ({ status }) => status === wanted,
    );

  /** As whoever replays a captured notification, until another run goes on. */
  async function signalled(order: PurchaseInput, signal = 'notified'): Promise<void> {
    const { runId } = await handleOf(order).describe();
    const isLong = async () => (await handleOf(order, runId).describe()).historyLength > LONG;
    while (!(await isLong()))
      await Promise.all(Array.from({ length: 20 }, () => handleOf(order).signal(signal, {})));
    await eventually(
      () => handleOf(order).describe(),
      (description) => description.runId !== runId,
    );
  }

  type History = Awaited<ReturnType<ReturnType<typeof handleOf>['fetchHistory']>>;

  /** Of every run of it, each short enough. */
  async function* historiesOf(order: PurchaseInput, firstRunId: string) {
    const { workflowId } = handleOf(order);
    for (let runId: string | undefined = firstRunId; runId; ) {
      const history: History = await handleOf(order, runId).fetchHistory();
      const events: NonNullable<History['events']> = history.events ?? [];
      assert.ok(events.length <= MOST_EVENTS, `run ${runId} has ${events.length} events`);
      yield { workflowId, history };
      runId =
        events.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ??
        undefined;
    }
  }

  /** @returns how many runs it took, all of which replay. */
  async function runsOf(order: PurchaseInput, firstRunId: string): Promise<number> {
    const workflowBundle = await checkoutWorkflowBundle();
    const dataConverter = workerDataConverter(stack.dataConverter);
    let runs = 0;
    const histories = historiesOf(order, firstRunId);
    for await (const { error } of replays({ workflowBundle, dataConverter }, histories)) {
      assert.ifError(error);
      runs++;
    }
    return runs;
  }

  test('by its nudge, within seconds, adds nothing to its history', async () => {
    const order = shop.order((await shop.boundCustomer()).customerId);
    const { partnerReferenceNo } = order;
    await shop.journeys.purchase.redirect(order);
    await shop.journeys.purchase.customerReturned(partnerReferenceNo);
    const asked = async () =>
      (await shop.doku.requests('purchaseStatus', partnerReferenceNo)).length;
    await eventually(asked, (times) => times > 0);
    // Each that brings nothing has the next ones count for nothing twice as long.
    for (let nudges = 0; nudges < 4; nudges++) {
      await shop.journeys.purchase.notified(partnerReferenceNo);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    const before = (await handleOf(order).describe()).historyLength;
    for (let nudges = 0; nudges < 100; nudges++)
      await shop.journeys.purchase.customerReturned(partnerReferenceNo, 'resultCode=00');
    const { historyLength } = await handleOf(order).describe();
    // Some twenty each that is heeded, of which a busy machine has time for a few.
    assert.ok(historyLength - before <= 150, `${historyLength - before} events`);
    await shop.doku.customer(partnerReferenceNo, 'pay');
    assert.equal((await shop.journeys.purchase.result(partnerReferenceNo)).outcome, 'paid');
    await shop.journeys.purchase.notified(partnerReferenceNo);
  });

  test('by signals, goes on in another run where it waits, and loses nothing', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '2 hours' });
    const { partnerReferenceNo } = order;
    const page = await shop.journeys.purchase.redirect(order);
    const { runId } = await handleOf(order).describe();
    if (isWhole) await signalled(order, 'customerReturned');
    assert.deepEqual(await shop.journeys.purchase.redirect(order), page);
    await shop.doku.customer(partnerReferenceNo, 'pay');
    const { acknowledgeBy } = await whenStatus(order, 'awaiting-acknowledgement');
    await signalled(order);
    const view = await whenStatus(order, 'awaiting-acknowledgement');
    assert.equal(view.acknowledgeBy, acknowledgeBy);
    await shop.journeys.purchase.acknowledge(partnerReferenceNo);
    const result = await shop.journeys.purchase.result(partnerReferenceNo);
    assert.deepEqual([result.outcome, result.reason], ['paid', 'merchant-acknowledged']);
    await shop.assertProven(result, '10000.00');
    assert.equal(await runsOf(order, runId), isWhole ? 3 : 2);
    const told = receiver.takenOf(handleOf(order).workflowId);
    assert.deepEqual(
      told.map(({ type, data }) => `${data.sequence} ${type}`),
      ['1 purchase.awaiting-acknowledgement', '2 purchase.paid'],
    );
  });

  test('by signals while it is parked with a cancel under way, asks the operator again, and ends as he says', {
    skip: !isWhole && 'takes EXTENT=all',
  }, async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '1 second' });
    const { partnerReferenceNo } = order;
    await shop.paid(order);
    await shop.journeys.purchase.result(partnerReferenceNo);
    // Cancelled by its silence; here started again, with another amount than DOKU holds.
    await stack.client.workflow.start('purchase', {
      workflowId: purchaseWorkflowId(partnerReferenceNo),
      taskQueue: 'doku-journeys',
      args: [{ ...order, amount: { value: '12000.00', currency: 'IDR' } }],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    });
    const { attention } = await whenStatus(order, 'needs-attention');
    const cancelled = shop.journeys.purchase.cancel(partnerReferenceNo, 'sold out');
    await signalled(order);
    const again = await whenStatus(order, 'needs-attention');
    assert.equal(again.attention?.reason, attention?.reason);
    const note = 'seen at DOKU';
    await shop.journeys.purchase.resolve(partnerReferenceNo, {
      decision: 'record-cancelled',
      operator: 'ani',
      note,
      force: true,
    });
    const result = await cancelled;
    assert.deepEqual([result.outcome, result.resolution?.note], ['cancelled', note]);
  });
});
