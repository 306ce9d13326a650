import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { forget } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

/** Money rules 4, 5, 7 and 10: optional fields are missing just where they would tell that something is wrong. */
describe('what DOKU leaves out of its status does not hide what it did', {
  concurrency: true,
}, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  const leavesOut = (field: string, reference: string) =>
    shop.doku.temperament({
      ...{ temperament: 'writesOddly', field, form: 'missing' },
      ...{ operation: 'purchaseStatus', reference },
    });
  const settled = async () => {
    const { customerId, accountId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    const { partnerReferenceNo } = order;
    await shop.paid(order);
    await shop.journeys.purchase.result(partnerReferenceNo);
    await shop.doku.settle(partnerReferenceNo);
    return { customerId, accountId, partnerReferenceNo };
  };
  const parked = <View extends { attention?: { reason: string } | undefined }>(
    status: () => Promise<View>,
  ) => eventually(status, ({ attention }) => attention !== undefined);

  test('a purchase of another amount asks an operator', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    const { partnerReferenceNo } = order;
    const other = { temperament: 'otherAmount', amount: '9000.00' } as const;
    await shop.doku.temperament({ ...other, operation: 'purchase', reference: partnerReferenceNo });
    await leavesOut('transAmount', partnerReferenceNo);
    await shop.journeys.purchase.redirect(order);
    await shop.doku.customer(partnerReferenceNo, 'pay');
    const { purchase } = shop.journeys;
    const { attention } = await parked(() => purchase.status(partnerReferenceNo));
    assert.match(attention?.reason ?? '', /another amount, 9000\.00/);
    await purchase.resolve(partnerReferenceNo, { decision: 'reverse', ...OPERATOR });
    const { outcome } = await purchase.result(partnerReferenceNo);
    assert.equal(outcome, 'cancelled');
  });

  for (const form of ['missing', 'null'] as const)
    test(`a silent merchant's order goes back, where its time of payment is ${form}`, async () => {
      const { customerId } = await shop.boundCustomer();
      const order = shop.order(customerId, { acknowledgeWithin: '1 second' });
      const { partnerReferenceNo } = order;
      await shop.doku.temperament({
        ...{ temperament: 'writesOddly', field: 'paidTime', form },
        ...{ operation: 'purchaseStatus', reference: partnerReferenceNo },
      });
      await shop.journeys.purchase.redirect(order);
      await shop.doku.customer(partnerReferenceNo, 'pay');
      const { outcome, reason } = await shop.journeys.purchase.result(partnerReferenceNo);
      assert.deepEqual([outcome, reason], ['cancelled', 'acknowledge-within-elapsed']);
    });

  test('a refund of another amount asks an operator', async () => {
    const { customerId, partnerReferenceNo } = await settled();
    const partnerRefundNo = `REF-${randomUUID()}`;
    const other = { temperament: 'otherAmount', amount: '2000.00' } as const;
    const operation = 'purchaseRefund';
    await shop.doku.temperament({ ...other, operation, reference: partnerReferenceNo });
    await leavesOut('refundHistory.0.refundAmount', partnerReferenceNo);
    const { refund } = shop.journeys;
    await refund.start({
      ...{ customerId, partnerReferenceNo, partnerRefundNo },
      ...{ amount: idr('4000.00'), reason: 'damaged' },
    });
    const { attention } = await parked(() => refund.status(partnerRefundNo));
    assert.match(attention?.reason ?? '', /another amount under the same number, 2000\.00/);
    const decided = { decision: 'record-refunded', ...OPERATOR, force: true };
    await refund.resolve(partnerRefundNo, decided);
    await refund.result(partnerRefundNo);
  });

  for (const isRow of [false, true])
    test(`a ${isRow ? 'row' : 'top-up'} of another amount asks an operator, also where DOKU's history lags`, async () => {
      const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
      const partnerReferenceNo = `TOP-${randomUUID()}`;
      const reference = partnerReferenceNo;
      const other = { temperament: 'otherAmount', amount: '90.00' } as const;
      await shop.doku.temperament({ ...other, operation: 'topUp', reference });
      await shop.doku.temperament({
        ...{ temperament: 'writesOddly', field: 'amount', form: 'missing' },
        ...{ operation: 'topUpStatus', reference },
      });
      for (const of of ['historyDetail', 'historyList'] as const)
        await shop.doku.temperament({ temperament: 'lags', of, ms: LAG_MS, accountId });
      const { topUp, topUpBatch } = shop.journeys;
      const payout = { partnerReferenceNo, customerId, amount: idr('100.00') };
      const batchReference = `batch-${randomUUID().slice(0, 8)}`;
      if (isRow) await topUpBatch.start({ batchReference, rows: [payout] });
      else await topUp.start(payout);
      // A row becomes a journey of its own then, and is none before.
      const { attention } = await parked(() =>
        topUp
          .status(partnerReferenceNo)
          .catch((): { attention?: { reason: string } } => ({}))
          .finally(async () => {
            const { counts } = isRow ? await topUpBatch.status(batchReference) : { counts: NONE };
            assert.equal(counts.completed, 0, 'it is not told as the payout that was asked for');
          }),
      );
      assert.match(attention?.reason ?? '', /another amount/);
      await topUp.resolve(partnerReferenceNo, {
        decision: 'record-failed',
        ...OPERATOR,
        force: true,
      });
      await topUp.result(partnerReferenceNo);
    });

  test('a refund that a forgotten life made, in an amount that nobody tells, is not the one that is asked for', async () => {
    const { customerId, accountId, partnerReferenceNo } = await settled();
    const partnerRefundNo = `REF-${randomUUID()}`;
    const { refund } = shop.journeys;
    const input = { partnerRefundNo, partnerReferenceNo, customerId, reason: 'damaged' };
    await refund.start({ ...input, amount: idr('2000.00') });
    assert.equal((await refund.result(partnerRefundNo)).outcome, 'refunded');
    await leavesOut('refundHistory.0.refundAmount', partnerReferenceNo);
    const untold = { temperament: 'writesOddly', form: 'missing' } as const;
    const detail = { operation: 'historyDetail', reference: partnerRefundNo } as const;
    await shop.doku.temperament({ ...untold, field: 'amount', ...detail });
    for (const entry of [0, 1, 2]) {
      const field = `detailData.${entry}.amount`;
      await shop.doku.temperament({ ...untold, field, operation: 'historyList', accountId });
    }
    await forget(stack.client, `refund/${partnerRefundNo}`);
    await refund.start({ ...input, amount: idr('3000.00') });
    const { attention, result } = await eventually(
      () => refund.status(partnerRefundNo),
      (view) => view.attention !== undefined || view.result !== undefined,
    );
    assert.match(
      attention?.reason ?? JSON.stringify(result),
      /a refund of no amount, which this run has not/,
    );
    await refund.resolve(partnerRefundNo, { decision: 'record-refunded', ...OPERATOR });
    assert.equal((await refund.result(partnerRefundNo)).outcome, 'refunded');
  });

  test('a refund whose number is left out is not sent again', async () => {
    const { customerId, partnerReferenceNo } = await settled();
    const partnerRefundNo = `REF-${randomUUID()}`;
    await leavesOut('refundHistory.0.partnerRefundNo', partnerReferenceNo);
    const lost = { operation: 'purchaseRefund', fault: 'hang', when: 'after' } as const;
    await shop.doku.fault({ ...lost, match: { partnerReferenceNo } });
    const { refund } = shop.journeys;
    await refund.start({
      ...{ customerId, partnerReferenceNo, partnerRefundNo },
      ...{ amount: idr('4000.00'), reason: 'damaged' },
    });
    const { outcome } = await refund.result(partnerRefundNo);
    assert.equal(outcome, 'refunded');
    assert.equal((await shop.doku.requests('purchaseRefund', partnerReferenceNo)).length, 1);
  });

  test('a payment that won against a cancel goes back all the same', async () => {
    const { accountId, customerId } = await shop.boundCustomer();
    const before = await shop.doku.balance(accountId);
    const order = shop.order(customerId, { acknowledgeWithin: '1 hour' });
    const { partnerReferenceNo } = order;
    await shop.journeys.purchase.redirect(order);
    // DOKU says that it cancels, and does not.
    await shop.doku.temperament({
      ...{ temperament: 'refuses', code: '2005700', when: 'before', times: 1 },
      ...{ operation: 'purchaseCancel', reference: partnerReferenceNo },
    });
    const deadline = Date.now() + 60_000;
    const cancelled = shop.journeys.purchase.cancel(partnerReferenceNo, 'sold out', { deadline });
    await eventually(
      () => shop.doku.requests('purchaseCancel', partnerReferenceNo),
      ({ length }) => length > 0,
    );
    await shop.doku.customer(partnerReferenceNo, 'pay');
    await shop.journeys.purchase.notified(partnerReferenceNo);
    assert.equal((await cancelled).outcome, 'cancelled');
    assert.equal((await shop.doku.requests('purchaseCancel', partnerReferenceNo)).length, 2);
    assert.equal(await shop.doku.balance(accountId), before);
  });
});

const NONE = { completed: 0 };
/** Longer than one question takes, and within the time that DOKU's books may lag. */
const LAG_MS = 4_000;
const OPERATOR = { operator: 'ani', note: 'looked up' };
