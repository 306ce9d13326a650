import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { purchaseWorkflowId } from '../../contract/identity.js';
import type { Stack } from '../../worker/local/stack.js';
import { Nobody } from '../setting/nobody.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { forget, reset } from '../setting/resets.js';
import {
  type PaidPurchase,
  settledPurchase,
  leavesOut as statusLeavesOut,
} from '../setting/settled-purchase.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

/** DOKU's status lists no refunds: of its history alone it is known which were made (money rules 2, 3, 4, 7 and 10). */
describe('where only the history tells of a refund', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  const settled = (customer?: { customerId: string; accountId: string }) =>
    settledPurchase(shop, { ...(customer && { customer }) });
  const leavesOut = (field: string, reference: string) => statusLeavesOut(shop, field, reference);
  const shows = (status: string, reference: string) =>
    shop.doku.temperament({
      ...{ temperament: 'showsStatus', status },
      ...{ operation: 'purchaseStatus', reference },
    });
  const givesOther = (amount: string, reference: string) =>
    shop.doku.temperament({
      ...{ temperament: 'otherAmount', amount },
      ...{ operation: 'purchaseRefund', reference },
    });
  const refuses = (code: string, on: 'any' | 'repeat', reference: string) =>
    shop.doku.temperament({
      ...{ temperament: 'refuses', code, on },
      ...{ operation: 'purchaseRefund', reference },
    });
  const begin = async (
    { customerId, partnerReferenceNo }: PaidPurchase,
    partnerRefundNo: string,
    amount = '4000.00',
  ) => {
    const input = { customerId, partnerReferenceNo, partnerRefundNo, amount: idr(amount) };
    await shop.journeys.refund.start({ ...input, reason: 'damaged' });
  };
  /** It is made, its answer lost, and the repeat refused by limits. */
  const lost = async (purchase: PaidPurchase, partnerRefundNo: string) => {
    const { partnerReferenceNo } = purchase;
    await leavesOut('refundHistory', partnerReferenceNo);
    await shop.doku.fault({
      ...{ operation: 'purchaseRefund', fault: 'hang', when: 'after' },
      match: { partnerReferenceNo },
    });
    await refuses('4045813', 'repeat', partnerReferenceNo);
    await begin(purchase, partnerRefundNo);
    const { status } = await eventually(
      () => shop.journeys.refund.status(partnerRefundNo),
      (view) => view.attention !== undefined || view.result !== undefined,
      40_000,
    );
    const { net } = await shop.ledgerOf(partnerReferenceNo);
    assert.deepEqual([status, net], ['refunded', -6000]);
  };
  const voided = async (customerId: string, partnerVoidNo: string) => {
    const hold = `AUT-${randomUUID()}`;
    const held = { partnerReferenceNo: hold, customerId, amount: idr('9000.00'), title: 'Hotel' };
    await shop.journeys.authorizedPurchase.authorize(held);
    await shop.journeys.authorizedPurchase.void(hold, { partnerVoidNo, amount: idr('4000.00') });
  };
  const parkedAs = async (status: () => Promise<{ attention?: { reason: string } }>) => {
    const { attention } = await eventually(
      async () => ({ ...(await status()) }) as { attention?: { reason: string }; result?: object },
      (view) => view.attention !== undefined || view.result !== undefined,
      40_000,
    );
    return attention?.reason ?? '';
  };
  const OPERATOR = { operator: 'ani', note: 'looked up', force: true };

  test('an order of another customer that went back has nothing of its number', async () => {
    const { customerId } = await shop.boundCustomer();
    const other = shop.order(customerId, { acknowledgeWithin: '1 second' });
    await shop.paid(other);
    await shop.journeys.purchase.result(other.partnerReferenceNo);
    await lost(await settled(), other.partnerReferenceNo);
  });

  test('a top-up of another customer has nothing of its number', async () => {
    const { customerId } = await shop.boundCustomer();
    const partnerReferenceNo = `N-${randomUUID()}`;
    const { topUp } = shop.journeys;
    await topUp.start({ partnerReferenceNo, customerId, amount: idr('100.00') });
    await topUp.result(partnerReferenceNo);
    await lost(await settled(), partnerReferenceNo);
  });

  test('it may be numbered as its own order', async () => {
    const purchase = await settled();
    await lost(purchase, purchase.partnerReferenceNo);
  });

  test('it is one of two where a void of the same customer has its number', async () => {
    const purchase = await settled();
    const partnerRefundNo = `RET-${randomUUID()}`;
    await voided(purchase.customerId, partnerRefundNo);
    // Times are told to the second.
    await setTimeout(1_100);
    await lost(purchase, partnerRefundNo);
  });

  test('what may be a void of the same customer is for an operator', async () => {
    const purchase = await settled();
    const { customerId, partnerReferenceNo } = purchase;
    const partnerRefundNo = `RET-${randomUUID()}`;
    await voided(customerId, partnerRefundNo);
    await refuses('4035814', 'any', partnerReferenceNo);
    await begin(purchase, partnerRefundNo);
    const { refund } = shop.journeys;
    const reason = await parkedAs(() => refund.status(partnerRefundNo));
    assert.match(reason, /a REFUND of 4000\.00 .* may be that of authorized-purchase\/AUT-/);
    await refund.resolve(partnerRefundNo, { decision: 'record-not-refunded', ...OPERATOR });
    assert.equal((await refund.result(partnerRefundNo)).outcome, 'rejected');
  });

  test('an order of the same customer that went back is, whatever somebody without a key says of it', async () => {
    const purchase = await settled();
    const { customerId, partnerReferenceNo } = purchase;
    const more = { amount: idr('4000.00'), acknowledgeWithin: '1 second' } as const;
    const other = shop.order(customerId, more);
    await shop.journeys.purchase.redirect(other);
    await shop.doku.customer(other.partnerReferenceNo, 'pay');
    await shop.doku.settle(other.partnerReferenceNo);
    const { outcome } = await shop.journeys.purchase.result(other.partnerReferenceNo);
    assert.equal(outcome, 'refunded');
    const partnerRefundNo = other.partnerReferenceNo;
    const otherId = purchaseWorkflowId(partnerRefundNo);
    await new Nobody(stack).begin(otherId, 'purchase', { JourneyStatus: 'paid' });
    await refuses('4035814', 'any', partnerReferenceNo);
    await begin(purchase, partnerRefundNo);
    const reason = await parkedAs(() => shop.journeys.refund.status(partnerRefundNo));
    assert.match(reason, new RegExp(`may be that of ${otherId}`));
    const { refund } = shop.journeys;
    await refund.resolve(partnerRefundNo, { decision: 'record-not-refunded', ...OPERATOR });
    assert.equal((await refund.result(partnerRefundNo)).outcome, 'rejected');
  });

  test('a refund of the number that is older than the payment is of another purchase', async () => {
    const first = await settled();
    const partnerRefundNo = `R-${randomUUID()}`;
    const { refund } = shop.journeys;
    await begin(first, partnerRefundNo);
    await refund.result(partnerRefundNo);
    await forget(stack.client, `refund/${partnerRefundNo}`);
    await setTimeout(2_500);
    const second = await settled(first);
    await refuses('4035814', 'any', second.partnerReferenceNo);
    await begin(second, partnerRefundNo);
    const { outcome, refusal } = await refund.result(partnerRefundNo);
    assert.deepEqual([outcome, refusal], ['rejected', 'insufficient-funds']);
  });

  test('an order that went back is not paid after a reset, whoever else has its number', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '1 second' });
    const { partnerReferenceNo } = order;
    const { customerId: another } = await shop.boundCustomer();
    const { topUp, purchase } = shop.journeys;
    await topUp.start({ partnerReferenceNo, customerId: another, amount: idr('100.00') });
    await topUp.result(partnerReferenceNo);
    await leavesOut('refundHistory', partnerReferenceNo);
    await purchase.redirect(order);
    await shop.doku.customer(partnerReferenceNo, 'pay');
    await shop.doku.settle(partnerReferenceNo);
    assert.equal((await purchase.result(partnerReferenceNo)).outcome, 'refunded');
    await shows('00', partnerReferenceNo);
    await reset(stack.client, `purchase/${partnerReferenceNo}`, { task: 1 });
    const { status } = await eventually(
      () => purchase.status(partnerReferenceNo),
      (view) => view.status === 'awaiting-acknowledgement' || view.result !== undefined,
      40_000,
    );
    assert.equal(status, 'refunded');
  });

  test('of an order that is shown as refunded, and of which a part went back, an operator is asked', async () => {
    const paid = await settled();
    const { order, partnerReferenceNo } = paid;
    const partnerRefundNo = `REF-${randomUUID()}`;
    await begin(paid, partnerRefundNo);
    await shop.journeys.refund.result(partnerRefundNo);
    await leavesOut('refundHistory', partnerReferenceNo);
    await shows('04', partnerReferenceNo);
    await forget(stack.client, `purchase/${partnerReferenceNo}`);
    const { purchase } = shop.journeys;
    void purchase.redirect(order).catch(() => undefined);
    await eventually(
      () => purchase.status(partnerReferenceNo).catch(() => undefined),
      (view) => view !== undefined,
    );
    const reason = await parkedAs(() => purchase.status(partnerReferenceNo));
    assert.match(reason, /refunds of which nothing tells how much went back/);
    const word = { decision: 'record-refunded', ...OPERATOR, force: false };
    await purchase.resolve(partnerReferenceNo, word);
    assert.equal((await purchase.result(partnerReferenceNo)).outcome, 'refunded');
  });

  test('a reversal of another amount is for an operator where its status says no more than that', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '1 second' });
    const { partnerReferenceNo } = order;
    const { purchase } = shop.journeys;
    await leavesOut('refundHistory', partnerReferenceNo);
    await givesOther('2000.00', partnerReferenceNo);
    await purchase.redirect(order);
    await shop.doku.customer(partnerReferenceNo, 'pay');
    await shop.doku.settle(partnerReferenceNo);
    await eventually(
      () => shop.doku.requests('purchaseRefund', partnerReferenceNo),
      ({ length }) => length > 0,
    );
    await shows('04', partnerReferenceNo);
    const reason = await parkedAs(() => purchase.status(partnerReferenceNo));
    assert.match(reason, /another amount under the same number, 2000\.00/);
    await purchase.resolve(partnerReferenceNo, { decision: 'record-refunded', ...OPERATOR });
    await purchase.result(partnerReferenceNo);
  });

  test('a whole refund of another amount is for an operator where the status says no more than that', async () => {
    const purchase = await settled();
    const { partnerReferenceNo } = purchase;
    const partnerRefundNo = `REF-${randomUUID()}`;
    await leavesOut('refundHistory', partnerReferenceNo);
    await givesOther('2000.00', partnerReferenceNo);
    await begin(purchase, partnerRefundNo, '10000.00');
    await eventually(
      () => shop.doku.requests('purchaseRefund', partnerReferenceNo),
      ({ length }) => length > 0,
    );
    await shows('04', partnerReferenceNo);
    const { refund } = shop.journeys;
    const reason = await parkedAs(() => refund.status(partnerRefundNo));
    assert.match(reason, /another amount under the same number, 2000\.00/);
    await refund.resolve(partnerRefundNo, { decision: 'record-refunded', ...OPERATOR });
    await refund.result(partnerRefundNo);
  });
});
