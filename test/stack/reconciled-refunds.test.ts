import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { refundWorkflowId } from '../../contract/identity.js';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { eventually, idr, type Shop } from '../setting/shop.js';
import { SignedCaller } from '../setting/signed-caller.js';

/** DOKU may list refunds late, without their numbers, or not at all, and go on showing as paid what went back (doku-api §10.0, row 15). */
describe('what went back is reconciled by all of DOKU’s books', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack({ RECONCILIATION_CALLS_A_SECOND: '500' });
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  async function paid(overrides: Parameters<Shop['order']>[1] = {}) {
    const { customerId, accountId } = await shop.boundCustomer();
    const order = shop.order(customerId, overrides);
    const { partnerReferenceNo } = order;
    await shop.journeys.purchase.redirect(order);
    await shop.doku.customer(partnerReferenceNo, 'pay');
    await shop.doku.settle(partnerReferenceNo);
    await shop.journeys.purchase.notified(partnerReferenceNo);
    const { outcome } = await shop.journeys.purchase.result(partnerReferenceNo);
    return { customerId, accountId, partnerReferenceNo, outcome };
  }
  const leavesOut = (field: string, reference: string) =>
    shop.doku.temperament({
      ...{ temperament: 'writesOddly', field, form: 'missing' },
      ...{ operation: 'purchaseStatus', reference },
    });
  const staysPaid = (reference: string) =>
    shop.doku.temperament({
      ...{ temperament: 'showsStatus', status: '00' },
      ...{ operation: 'purchaseStatus', reference },
    });
  /** What a reconciliation says of a customer's journeys that ended since then. */
  async function mismatchesOf(customerId: string, from = new Date(Date.now() - 3_600_000)) {
    await pause(2_000);
    const range = { from, to: new Date() };
    await shop.journeys.reconciliation.start(range);
    const { mismatches } = await shop.journeys.reconciliation.result(range);
    return mismatches
      .filter((mismatch) => mismatch.customerId === customerId)
      .map(({ kind, subject, here, doku }) => `${kind} ${subject.split('/')[0]}: ${here}; ${doku}`);
  }
  const refundOf = (purchase: Awaited<ReturnType<typeof paid>>, value = '4000.00') => ({
    ...{ customerId: purchase.customerId, partnerReferenceNo: purchase.partnerReferenceNo },
    ...{ partnerRefundNo: `REF-${randomUUID()}`, amount: idr(value), reason: 'damaged' },
  });

  test('an order that is told paid, and went back under its own number', async () => {
    const { customerId, partnerReferenceNo, outcome } = await paid();
    assert.equal(outcome, 'paid');
    const { authCode } = await shop.doku.account({ bound: true });
    const caller = await new SignedCaller(stack.sandbox).signIn(authCode);
    await caller.call('b2b/v1.0/debit/refund', {
      ...{ originalPartnerReferenceNo: partnerReferenceNo, partnerRefundNo: partnerReferenceNo },
      ...{ refundAmount: idr('10000.00'), reason: 'by another system' },
    });
    await leavesOut('refundHistory', partnerReferenceNo);
    await staysPaid(partnerReferenceNo);
    const [found, ...more] = await mismatchesOf(customerId);
    assert.match(found ?? '', /^missing-here purchase: paid 10000\.00, no such refund; refunded/);
    assert.deepEqual(more, []);
  });

  test('an order that was reversed, and is shown as paid still, is no finding', async () => {
    const silent = await paid({ acknowledgeWithin: '1 second' });
    assert.equal(silent.outcome, 'refunded');
    await leavesOut('refundHistory', silent.partnerReferenceNo);
    await staysPaid(silent.partnerReferenceNo);
    assert.deepEqual(await mismatchesOf(silent.customerId), []);
  });

  test('a refund that was made, and is listed without its number, is no finding', async () => {
    const purchase = await paid();
    await leavesOut('refundHistory.0.partnerRefundNo', purchase.partnerReferenceNo);
    const input = refundOf(purchase);
    await shop.journeys.refund.start(input);
    assert.equal((await shop.journeys.refund.result(input.partnerRefundNo)).outcome, 'refunded');
    assert.deepEqual(await mismatchesOf(purchase.customerId), []);
  });

  test('a refund that was broken off, and may be the one without a number', async () => {
    const purchase = await paid();
    const { customerId, accountId, partnerReferenceNo } = purchase;
    const input = refundOf(purchase);
    await leavesOut('refundHistory.0.partnerRefundNo', partnerReferenceNo);
    const refusal = { temperament: 'refuses', code: '4041301', when: 'before' } as const;
    const operation = 'historyDetail';
    await shop.doku.temperament({ ...refusal, operation, reference: input.partnerRefundNo });
    await shop.doku.temperament({
      ...{ temperament: 'lags', of: 'historyList', ms: 120_000, accountId },
    });
    await pause(1_000);
    const from = new Date();
    await shop.doku.fault({
      ...{ operation: 'purchaseRefund', fault: 'hang', when: 'after' },
      match: { partnerReferenceNo },
    });
    await shop.journeys.refund.start(input);
    await eventually(
      () => shop.ledgerOf(partnerReferenceNo),
      ({ net }) => net === -6000,
    );
    await stack.client.workflow.getHandle(refundWorkflowId(input.partnerRefundNo)).terminate();
    const found = await mismatchesOf(customerId, from);
    assert.deepEqual(found, ['missing-here refund: its journey ended terminated; success 4000.00']);
  });
});
