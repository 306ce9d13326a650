import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { PurchaseInput } from '../../client/index.js';
import { purchaseWorkflowId } from '../../contract/identity.js';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { eventually, type Shop } from '../setting/shop.js';

describe('a run of a purchase that is not its first', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  const whenStatus = (reference: string, status: string) =>
    eventually(
      () => shop.journeys.purchase.status(reference),
      (view) => view.status === status,
    );

  /** Paid, acknowledged, delivered, ended. */
  async function delivered(): Promise<PurchaseInput & { partnerReferenceNo: string }> {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '3 seconds' });
    await shop.paid(order);
    await whenStatus(order.partnerReferenceNo, 'awaiting-acknowledgement');
    await shop.journeys.purchase.acknowledge(order.partnerReferenceNo);
    assert.equal((await shop.journeys.purchase.result(order.partnerReferenceNo)).outcome, 'paid');
    return order;
  }

  /** As an operator does it in Temporal's UI. @param task - of the workflow's tasks, by `at`. */
  async function reset({ partnerReferenceNo }: PurchaseInput, task: number): Promise<void> {
    const handle = stack.client.workflow.getHandle(purchaseWorkflowId(partnerReferenceNo));
    const { runId } = await handle.describe();
    const { events } = await handle.fetchHistory();
    const done = (events ?? []).flatMap(({ eventId, workflowTaskCompletedEventAttributes }) =>
      workflowTaskCompletedEventAttributes && eventId ? [eventId] : [],
    );
    await stack.client.workflowService.resetWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId: handle.workflowId, runId },
      reason: 'test',
      requestId: randomUUID(),
      workflowTaskFinishEventId: done.at(task) ?? null,
      resetReapplyExcludeTypes: [1, 2],
    });
  }

  for (const [name, task] of [
    ['its first task', 0],
    ['its last task but one', -2],
  ] as const) {
    test(`reset to ${name}, it asks an operator and reverses nothing`, async () => {
      const order = await delivered();
      await reset(order, task);
      const { attention } = await whenStatus(order.partnerReferenceNo, 'needs-attention');
      assert.match(attention?.reason ?? '', /which was reset|paid before this journey/);
      const note = 'delivered in May';
      const paid = { decision: 'record-paid', operator: 'ani', note };
      await shop.journeys.purchase.resolve(order.partnerReferenceNo, paid);
      const result = await shop.journeys.purchase.result(order.partnerReferenceNo);
      assert.equal(result.outcome, 'paid');
      await shop.assertProven(result, '10000.00');
    });
  }

  test('started again after retention forgot the first, its first answer lost, it asks an operator', async () => {
    const order = await delivered();
    const { partnerReferenceNo } = order;
    const match = { partnerReferenceNo };
    await shop.doku.fault({ operation: 'purchase', fault: 'drop', when: 'after', match });
    await stack.client.workflow.start('purchase', {
      workflowId: purchaseWorkflowId(partnerReferenceNo),
      taskQueue: 'doku-journeys',
      args: [order],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    });
    const { attention } = await whenStatus(partnerReferenceNo, 'needs-attention');
    assert.match(attention?.reason ?? '', /paid before this journey started/);
  });

  test('reset and then cancelled, it asks an operator: the first run had said that it is paid', async () => {
    const order = await delivered();
    const { partnerReferenceNo } = order;
    await reset(order, 0);
    await whenStatus(partnerReferenceNo, 'awaiting-acknowledgement');
    const cancelled = shop.journeys.purchase.cancel(partnerReferenceNo, 'sold out');
    const { attention } = await whenStatus(partnerReferenceNo, 'needs-attention');
    assert.match(attention?.reason ?? '', /paid in an earlier run/);
    const note = 'not delivered after all';
    const reverse = { decision: 'reverse', operator: 'ani', note };
    await shop.journeys.purchase.resolve(partnerReferenceNo, reverse);
    const result = await cancelled;
    assert.deepEqual([result.outcome, result.note], ['cancelled', note]);
    await shop.assertProven(result, '10000.00');
  });

  test('reset once it was cancelled, it ends so', async () => {
    const order = shop.order((await shop.boundCustomer()).customerId);
    const { partnerReferenceNo } = order;
    await shop.journeys.purchase.redirect(order);
    await shop.journeys.purchase.cancel(partnerReferenceNo, 'sold out');
    await reset(order, 0);
    const result = await shop.journeys.purchase.result(partnerReferenceNo);
    assert.equal(result.outcome, 'cancelled');
    await shop.assertProven(result, '10000.00');
  });
});
