import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
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
});
