import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

/** Within the quiet time. */
const LAG_MS = 5_000;
/** Past it, and within the second. */
const LONGER_LAG_MS = 9_000;
const OPERATOR = { operator: 'ani', note: 'looked up', force: true };

describe("what DOKU's status leaves out is waited for while its history may lag", {
  concurrency: true,
}, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack({
      ...{ ABSENT_AFTER: '8 seconds', TRANSFER_ABSENT_AFTER: '8 seconds' },
    });
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  const leavesOut = (field: string, reference: string) =>
    shop.doku.temperament({
      ...{ temperament: 'writesOddly', field, form: 'missing' },
      ...{ operation: 'purchaseStatus', reference },
    });
  const lags = async (accountId: string, ms: number) => {
    for (const of of ['historyDetail', 'historyList'] as const)
      await shop.doku.temperament({ temperament: 'lags', of, ms, accountId });
  };
  const parked = <View extends { attention?: { reason: string } | undefined }>(
    status: () => Promise<View>,
  ) => eventually(status, ({ attention }) => attention !== undefined, 30_000);

  for (const isNotified of [true, false])
    test(`a purchase of another amount asks an operator, ${isNotified ? 'notified' : 'found by polling'}`, async () => {
      const { customerId, accountId } = await shop.boundCustomer();
      const order = shop.order(customerId);
      const { partnerReferenceNo } = order;
      const other = {
        temperament: 'otherAmount',
        amount: '9000.00',
        operation: 'purchase',
      } as const;
      await shop.doku.temperament({ ...other, reference: partnerReferenceNo });
      await leavesOut('transAmount', partnerReferenceNo);
      await lags(accountId, LAG_MS);
      const { purchase } = shop.journeys;
      await purchase.redirect(order);
      await shop.doku.customer(partnerReferenceNo, 'pay');
      if (isNotified) await purchase.notified(partnerReferenceNo);
      const { attention } = await parked(() => purchase.status(partnerReferenceNo));
      assert.match(attention?.reason ?? '', /another amount, 9000\.00/);
      await purchase.resolve(partnerReferenceNo, { decision: 'reverse', ...OPERATOR });
      await purchase.result(partnerReferenceNo);
    });

  test('a refund of another amount asks an operator', async () => {
    const { customerId, accountId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    const { partnerReferenceNo } = order;
    await shop.paid(order);
    await shop.journeys.purchase.result(partnerReferenceNo);
    await shop.doku.settle(partnerReferenceNo);
    const other = { temperament: 'otherAmount', amount: '2000.00' } as const;
    const operation = 'purchaseRefund';
    await shop.doku.temperament({ ...other, operation, reference: partnerReferenceNo });
    await leavesOut('refundHistory.0.refundAmount', partnerReferenceNo);
    await lags(accountId, LONGER_LAG_MS);
    const partnerRefundNo = `REF-${randomUUID()}`;
    const { refund } = shop.journeys;
    await refund.start({
      ...{ customerId, partnerReferenceNo, partnerRefundNo },
      ...{ amount: idr('4000.00'), reason: 'damaged' },
    });
    const { attention } = await parked(() => refund.status(partnerRefundNo));
    assert.match(attention?.reason ?? '', /another amount under the same number, 2000\.00/);
    const decided = { decision: 'record-refunded', ...OPERATOR };
    await refund.resolve(partnerRefundNo, decided);
    await refund.result(partnerRefundNo);
  });

  test('a reversal of another amount asks an operator, though its payment stands under the same number', async () => {
    const { customerId, accountId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '1 second' });
    const { partnerReferenceNo } = order;
    const { purchase } = shop.journeys;
    const other = { temperament: 'otherAmount', amount: '2000.00' } as const;
    const operation = 'purchaseRefund';
    await shop.doku.temperament({ ...other, operation, reference: partnerReferenceNo });
    await leavesOut('refundHistory.0.refundAmount', partnerReferenceNo);
    await lags(accountId, 3_000);
    await purchase.redirect(order);
    await shop.doku.customer(partnerReferenceNo, 'pay');
    await shop.doku.settle(partnerReferenceNo);
    await purchase.notified(partnerReferenceNo);
    const { attention, result } = await eventually(
      () => purchase.status(partnerReferenceNo),
      (view) => view.attention !== undefined || view.result !== undefined,
      40_000,
    );
    assert.equal(result, undefined);
    assert.match(attention?.reason ?? '', /another amount under the same number, 2000\.00/);
    await purchase.resolve(partnerReferenceNo, { decision: 'record-refunded', ...OPERATOR });
    await purchase.result(partnerReferenceNo);
  });

  test("a silent merchant's order goes back once its time of payment is told", async () => {
    const { customerId, accountId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '1 second' });
    const { partnerReferenceNo } = order;
    await leavesOut('paidTime', partnerReferenceNo);
    await lags(accountId, LONGER_LAG_MS);
    const { purchase } = shop.journeys;
    await purchase.redirect(order);
    await shop.doku.customer(partnerReferenceNo, 'pay');
    await purchase.notified(partnerReferenceNo);
    const ended = purchase.result(partnerReferenceNo);
    const asked = parked(() => purchase.status(partnerReferenceNo)).catch(() => undefined);
    const first = await Promise.race([ended, asked]);
    assert.ok(first && 'outcome' in first, JSON.stringify(first));
    assert.deepEqual([first.outcome, first.reason], ['cancelled', 'acknowledge-within-elapsed']);
  });

  test('a payment is told at once where only its time is left out', async () => {
    const { customerId, accountId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '1 hour' });
    const { partnerReferenceNo } = order;
    await leavesOut('paidTime', partnerReferenceNo);
    await lags(accountId, 60_000);
    const { purchase } = shop.journeys;
    await purchase.redirect(order);
    await shop.doku.customer(partnerReferenceNo, 'pay');
    const paidAt = Date.now();
    await purchase.notified(partnerReferenceNo);
    await eventually(
      () => purchase.status(partnerReferenceNo),
      ({ status }) => status === 'awaiting-acknowledgement',
    );
    assert.ok(Date.now() - paidAt < 7_000, 'it waits for no quiet time');
    await purchase.acknowledge(partnerReferenceNo);
    await purchase.result(partnerReferenceNo);
  });
});
