import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { refundTurnWorkflowId } from '../../contract/identity.js';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { reset } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

/** DOKU does what it was asked for so late, or shows it so late: within the quiet time all the same. */
const LATE_MS = 1_500;
/** DOKU hangs that long, by the time-out of the quick stack, before it carries it out. */
const HANGS_MS = 2_500;

describe('what an earlier run sent to give money back', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack({ ABSENT_AFTER: '3 seconds' });
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  const resetTo = (workflowId: string, task: number) => reset(stack.client, workflowId, { task });
  const whenSent = (operation: 'purchaseCancel' | 'purchaseRefund', reference: string) =>
    eventually(
      () => shop.doku.requests(operation, reference),
      ({ length }) => length > 0,
    );

  /** DOKU carries out late what is asked for, and once more whatever repeats it meanwhile. */
  const carriesOutTwice = (operation: 'purchaseCancel' | 'purchaseRefund', reference: string) =>
    shop.doku.temperament({
      temperament: 'worksOn',
      delayMs: LATE_MS,
      ends: 'hang',
      repeat: 'carriedOutTwice',
      operation,
      reference,
    });

  async function settledPurchase() {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    const { partnerReferenceNo } = order;
    await shop.paid(order);
    await shop.journeys.purchase.result(partnerReferenceNo);
    await shop.doku.settle(partnerReferenceNo);
    return { customerId, partnerReferenceNo };
  }

  const refundOf = (purchase: { customerId: string; partnerReferenceNo: string }) => ({
    ...purchase,
    partnerRefundNo: `REF-${randomUUID()}`,
    amount: idr('4000.00'),
    reason: 'returned',
  });

  for (const task of [-1, -2]) {
    test(`as a refund of a part is not sent again by a run that was reset to task ${task}`, async () => {
      const purchase = await settledPurchase();
      const { partnerReferenceNo } = purchase;
      await carriesOutTwice('purchaseRefund', partnerReferenceNo);
      const input = refundOf(purchase);
      await shop.journeys.refund.start(input);
      await whenSent('purchaseRefund', partnerReferenceNo);
      await resetTo(`refund/${input.partnerRefundNo}`, task);
      const { outcome } = await shop.journeys.refund.result(input.partnerRefundNo);
      await shop.doku.idle();
      assert.equal(outcome, 'refunded');
      assert.equal((await shop.ledgerOf(partnerReferenceNo)).net, -6000);
      // Its turn, which the run before took, is free again.
      const turn = stack.client.workflow.getHandle(refundTurnWorkflowId(partnerReferenceNo));
      await eventually(
        () => turn.describe(),
        ({ status }) => status.name !== 'RUNNING',
      );
    });
  }

  test('as a refund of a part is not taken for refused, where DOKU shows it late', async () => {
    const purchase = await settledPurchase();
    const { partnerReferenceNo } = purchase;
    const input = refundOf(purchase);
    // Else what was paid would be shown late as well.
    await setTimeout(LATE_MS + 500);
    const lost = { operation: 'purchaseRefund', fault: 'hang', when: 'after' } as const;
    await shop.doku.fault({ ...lost, match: { partnerReferenceNo } });
    for (const of of ['refundHistory', 'status'] as const)
      await shop.doku.temperament({
        temperament: 'lags',
        of,
        ms: LATE_MS,
        reference: partnerReferenceNo,
      });
    await shop.doku.temperament({
      temperament: 'refuses',
      code: '4035814',
      on: 'repeat',
      operation: 'purchaseRefund',
      reference: input.partnerRefundNo,
    });
    await shop.journeys.refund.start(input);
    await whenSent('purchaseRefund', partnerReferenceNo);
    await resetTo(`refund/${input.partnerRefundNo}`, -1);
    const { outcome, rejection } = await shop.journeys.refund.result(input.partnerRefundNo);
    assert.deepEqual([outcome, rejection], ['refunded', undefined]);
    assert.equal((await shop.ledgerOf(partnerReferenceNo)).net, -6000);
  });

  for (const operation of ['purchaseCancel', 'purchaseRefund'] as const) {
    test(`as the ${operation} of a purchase is not sent again by a run that was reset`, async () => {
      const { customerId } = await shop.boundCustomer();
      const order = shop.order(customerId, { acknowledgeWithin: '1 second' });
      const { partnerReferenceNo } = order;
      await shop.journeys.purchase.redirect(order);
      await carriesOutTwice(operation, partnerReferenceNo);
      await shop.doku.customer(partnerReferenceNo, 'pay');
      if (operation === 'purchaseRefund') await shop.doku.settle(partnerReferenceNo);
      await shop.journeys.purchase.notified(partnerReferenceNo);
      await whenSent(operation, partnerReferenceNo);
      await resetTo(`purchase/${partnerReferenceNo}`, -1);
      const carriedOut = setTimeout(HANGS_MS + LATE_MS + 500);
      const result = await shop.journeys.purchase.result(partnerReferenceNo);
      await carriedOut;
      assert.equal((await shop.doku.requests(operation, partnerReferenceNo)).length, 1);
      await shop.assertProven(result, '10000.00');
    });
  }

  describe('is heard of before a later run says that it is paid', { concurrency: true }, () => {
    /** Silent, so that a first run has sent a cancel, or a refund, which is carried out late. */
    async function beingReversed(operation: 'purchaseCancel' | 'purchaseRefund') {
      const { customerId } = await shop.boundCustomer();
      const order = shop.order(customerId, { acknowledgeWithin: '2 seconds' });
      const { partnerReferenceNo } = order;
      await shop.journeys.purchase.redirect(order);
      await shop.doku.temperament({
        temperament: 'worksOn',
        delayMs: LATE_MS,
        ends: 'hang',
        repeat: 'duplicate',
        operation,
        reference: partnerReferenceNo,
      });
      await shop.doku.customer(partnerReferenceNo, 'pay');
      if (operation === 'purchaseRefund') await shop.doku.settle(partnerReferenceNo);
      await shop.journeys.purchase.notified(partnerReferenceNo);
      await whenSent(operation, partnerReferenceNo);
      return order;
    }

    /** The merchant's backend acknowledges whatever waits for it; the operator says that it was delivered. */
    async function endOf(partnerReferenceNo: string) {
      const { purchase } = shop.journeys;
      for (;;) {
        const { status, result, attention } = await purchase.status(partnerReferenceNo);
        if (result) return result;
        if (status === 'awaiting-acknowledgement')
          await purchase.acknowledge(partnerReferenceNo).catch(() => undefined);
        if (attention)
          await purchase
            .resolve(partnerReferenceNo, {
              decision: 'record-paid',
              operator: 'ani',
              note: 'delivered',
            })
            .catch(() => undefined);
        await setTimeout(250);
      }
    }

    for (const [operation, task] of [
      ['purchaseCancel', 0],
      ['purchaseCancel', 1],
      ['purchaseCancel', 2],
      ['purchaseCancel', -2],
      ['purchaseRefund', 1],
    ] as const) {
      test(`which was reset to task ${task}, after a ${operation}`, async () => {
        const { partnerReferenceNo } = await beingReversed(operation);
        const workflowId = `purchase/${partnerReferenceNo}`;
        await reset(stack.client, workflowId, { task, isTold: true });
        const carriedOut = setTimeout(HANGS_MS + LATE_MS + 500);
        const result = await endOf(partnerReferenceNo);
        await carriedOut;
        await shop.assertProven(result, '10000.00');
      });
    }

    test('which was started again once the first was terminated', async () => {
      const order = await beingReversed('purchaseCancel');
      const workflowId = `purchase/${order.partnerReferenceNo}`;
      await stack.client.workflow.getHandle(workflowId).terminate('test');
      await stack.client.workflow.start('purchase', {
        workflowId,
        taskQueue: 'doku-journeys',
        args: [order],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      });
      const carriedOut = setTimeout(HANGS_MS + LATE_MS + 500);
      const result = await endOf(order.partnerReferenceNo);
      await carriedOut;
      await shop.assertProven(result, '10000.00');
    });

    test('also where it was acknowledged before the reset, and that is told again', async () => {
      const { customerId } = await shop.boundCustomer();
      const order = shop.order(customerId, { acknowledgeWithin: '1 hour' });
      const { partnerReferenceNo } = order;
      await shop.paid(order);
      await eventually(
        () => shop.journeys.purchase.status(partnerReferenceNo),
        ({ status }) => status === 'awaiting-acknowledgement',
      );
      await shop.journeys.purchase.acknowledge(partnerReferenceNo);
      await shop.journeys.purchase.result(partnerReferenceNo);
      await reset(stack.client, `purchase/${partnerReferenceNo}`, { task: -1, isTold: true });
      const { result } = await eventually(
        () => shop.journeys.purchase.status(partnerReferenceNo),
        (view) => view.result !== undefined,
      );
      assert.deepEqual([result?.outcome, result?.reason], ['paid', 'merchant-acknowledged']);
    });
  });

  test('is not sent by an older run that is reset, once a newer one was acknowledged', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '2 seconds' });
    const { partnerReferenceNo } = order;
    const workflowId = `purchase/${partnerReferenceNo}`;
    const { purchase } = shop.journeys;
    await purchase.redirect(order);
    const maintenance = await shop.doku.temperament({
      temperament: 'isInMaintenance',
      operation: 'purchaseCancel',
      reference: partnerReferenceNo,
    });
    await shop.doku.customer(partnerReferenceNo, 'pay');
    await purchase.notified(partnerReferenceNo);
    await eventually(
      () => shop.doku.requests('purchaseCancel', partnerReferenceNo),
      ({ length }) => length > 1,
    );
    const { runId } = await stack.client.workflow.getHandle(workflowId).describe();
    await reset(stack.client, workflowId, { task: 1, isTold: true });
    await eventually(
      () => purchase.status(partnerReferenceNo),
      ({ status }) => status === 'awaiting-acknowledgement',
    );
    await purchase.acknowledge(partnerReferenceNo);
    assert.equal((await purchase.result(partnerReferenceNo)).outcome, 'paid');
    await shop.doku.calm(maintenance.id);
    await reset(stack.client, workflowId, { task: -1, runId });
    const { attention } = await eventually(
      () => purchase.status(partnerReferenceNo),
      ({ attention, result }) => attention !== undefined || result !== undefined,
    );
    assert.match(attention?.reason ?? '', /another one may have said/);
    const paid = { decision: 'record-paid', operator: 'ani', note: 'delivered' };
    await purchase.resolve(partnerReferenceNo, paid);
    await shop.assertProven(await purchase.result(partnerReferenceNo), '10000.00');
  });
});
