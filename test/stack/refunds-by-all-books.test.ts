import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { forget } from '../setting/resets.js';
import {
  refundOf,
  settledPurchase,
  leavesOut as statusLeavesOut,
} from '../setting/settled-purchase.js';
import { eventually, type Shop } from '../setting/shop.js';

const OPERATOR = { operator: 'ani', note: 'looked up' };

/** Money rules 2, 3, 7 and 10: of a refund neither one answer nor one source is enough. */
describe('what DOKU says of a refund', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack({ RECONCILIATION_CALLS_A_SECOND: '500' });
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  const paid = (isSettled = true) => settledPurchase(shop, { isSettled });
  const refunded = async (input: ReturnType<typeof refundOf>) => {
    await shop.journeys.refund.start(input);
    return shop.journeys.refund.result(input.partnerRefundNo);
  };
  const leavesOut = (field: string, reference: string) => statusLeavesOut(shop, field, reference);
  const isLost = (partnerReferenceNo: string) =>
    shop.doku.fault({
      ...{ operation: 'purchaseRefund', fault: 'hang', when: 'after' },
      match: { partnerReferenceNo },
    });
  const refuses = (code: string, reference: string) =>
    shop.doku.temperament({
      ...{ temperament: 'refuses', code, on: 'repeat' },
      ...{ operation: 'purchaseRefund', reference },
    });
  /** History tells neither by number nor by its list which refund it was. */
  const isSilentInHistory = async (partnerRefundNo: string, accountId: string) => {
    const refusal = { temperament: 'refuses', code: '4041301', when: 'before' } as const;
    await shop.doku.temperament({
      ...{ ...refusal, operation: 'historyDetail', reference: partnerRefundNo },
    });
    const silence = { temperament: 'lags', of: 'historyList', ms: 120_000 } as const;
    await shop.doku.temperament({ ...silence, accountId });
  };

  for (const [why, code] of [
    ['limits', '4045813'],
    ['funds', '4035814'],
  ] as const)
    test(`is asked of its history, too, where a status lists none and a repeat is refused by ${why}`, async () => {
      const purchase = await paid();
      const { partnerReferenceNo } = purchase;
      await leavesOut('refundHistory', partnerReferenceNo);
      await isLost(partnerReferenceNo);
      await refuses(code, partnerReferenceNo);
      const { outcome } = await refunded(refundOf(purchase, '6000.00'));
      assert.equal(outcome, 'refunded');
      assert.equal((await shop.ledgerOf(partnerReferenceNo)).net, -4000);
    });

  test('is asked of its history, too, where the status is that of a whole refund, and while DOKU works on it', async () => {
    const purchase = await paid();
    const { partnerReferenceNo } = purchase;
    await leavesOut('refundHistory', partnerReferenceNo);
    const operation = 'purchaseRefund';
    const about = { operation, reference: partnerReferenceNo } as const;
    await shop.doku.temperament({
      ...{ temperament: 'staysPending', ms: 12_000, as: 'success', times: 1 },
      ...about,
    });
    await shop.doku.temperament({ temperament: 'checksFirst', what: 'limits', ...about });
    await isLost(partnerReferenceNo);
    const input = refundOf(purchase, '6000.00');
    await shop.journeys.refund.start(input);
    await eventually(
      () => shop.doku.requests(operation, partnerReferenceNo),
      ({ length }) => length > 0,
    );
    await shop.doku.temperament({
      ...{ temperament: 'showsStatus', status: '04' },
      ...{ operation: 'purchaseStatus', reference: partnerReferenceNo },
    });
    const { outcome } = await shop.journeys.refund.result(input.partnerRefundNo);
    assert.equal(outcome, 'refunded');
    assert.equal((await shop.doku.requests(operation, partnerReferenceNo)).length, 1);
    assert.equal((await shop.ledgerOf(partnerReferenceNo)).net, -4000);
  });

  test('is no payment of whose kind history says nothing', async () => {
    const { customerId, accountId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '1 second' });
    const { partnerReferenceNo } = order;
    await shop.doku.temperament({
      ...{ temperament: 'writesOddly', field: 'type', form: 'missing' },
      ...{ operation: 'historyDetail', accountId },
    });
    await shop.doku.fault({
      ...{ operation: 'purchaseRefund', fault: 'hang', when: 'before' },
      match: { partnerReferenceNo },
    });
    await shop.journeys.purchase.redirect(order);
    await shop.doku.customer(partnerReferenceNo, 'pay');
    await shop.doku.settle(partnerReferenceNo);
    const { outcome } = await shop.journeys.purchase.result(partnerReferenceNo);
    assert.equal(outcome, 'refunded');
    assert.equal((await shop.ledgerOf(partnerReferenceNo)).net, 0);
  });

  test('is found before a forgotten one, begun again, is rejected for itself', async () => {
    const purchase = await paid();
    const { partnerReferenceNo } = purchase;
    const input = refundOf(purchase, '6000.00');
    await refunded(input);
    await forget(stack.client, `refund/${input.partnerRefundNo}`);
    await leavesOut('refundHistory.0.partnerRefundNo', partnerReferenceNo);
    const { outcome, by } = await refunded(input);
    assert.deepEqual([outcome, by], ['refunded', 'refund']);
    assert.equal((await shop.doku.requests('purchaseRefund', partnerReferenceNo)).length, 1);
  });

  test('is counted: an order of which all went back is not paid, whatever its status', async () => {
    const purchase = await paid();
    const { order, partnerReferenceNo } = purchase;
    await refunded(refundOf(purchase, '6000.00'));
    await refunded(refundOf(purchase, '4000.00'));
    const stays = { temperament: 'showsStatus', status: '00' } as const;
    const operation = 'purchaseStatus';
    await shop.doku.temperament({ ...stays, operation, reference: partnerReferenceNo });
    await forget(stack.client, `purchase/${partnerReferenceNo}`);
    await shop.journeys.purchase.redirect(order).catch(() => undefined);
    const { outcome } = await shop.journeys.purchase.result(partnerReferenceNo);
    assert.equal(outcome, 'refunded');
  });

  test('is counted: the rest of an order of which a part went back can follow, whatever its status', async () => {
    const purchase = await paid();
    const { partnerReferenceNo } = purchase;
    await refunded(refundOf(purchase, '6000.00'));
    const shows = { temperament: 'showsStatus', status: '04' } as const;
    const operation = 'purchaseStatus';
    await shop.doku.temperament({ ...shows, operation, reference: partnerReferenceNo });
    assert.equal((await refunded(refundOf(purchase, '4000.00'))).outcome, 'refunded');
    assert.equal((await shop.ledgerOf(partnerReferenceNo)).net, 0);
  });

  for (const status of ['01', '05', '07', '99'])
    test(`is asked again where a replica says ${status} while settlement is waited for`, async () => {
      const purchase = await paid(false);
      const { partnerReferenceNo } = purchase;
      const input = refundOf(purchase, '4000.00');
      await shop.journeys.refund.start(input);
      await eventually(
        () => shop.journeys.refund.status(input.partnerRefundNo),
        (view) => view.status === 'awaiting-settlement',
      );
      const stale = { temperament: 'showsStatus', status, times: 1 } as const;
      const operation = 'purchaseStatus';
      const asked = (await shop.doku.requests(operation, partnerReferenceNo)).length;
      await shop.doku.temperament({ ...stale, operation, reference: partnerReferenceNo });
      await eventually(
        () => shop.doku.requests(operation, partnerReferenceNo),
        ({ length }) => length > asked,
      );
      await shop.doku.settle(partnerReferenceNo);
      const { outcome } = await shop.journeys.refund.result(input.partnerRefundNo);
      assert.equal(outcome, 'refunded');
    });

  test('is asked again where its payment does not show yet', async () => {
    const purchase = await paid();
    const { accountId } = purchase;
    const lag = { temperament: 'lags', of: 'status', ms: 3_000 } as const;
    await shop.doku.temperament({ ...lag, accountId });
    assert.equal((await refunded(refundOf(purchase, '10000.00'))).outcome, 'refunded');
  });

  test('may be one without a number: then an operator may record that, and not that there is none', async () => {
    const purchase = await paid();
    const { accountId, partnerReferenceNo } = purchase;
    const input = refundOf(purchase, '4000.00');
    const { partnerRefundNo } = input;
    await leavesOut('refundHistory.0.partnerRefundNo', partnerReferenceNo);
    await isSilentInHistory(partnerRefundNo, accountId);
    const { refund, reconciliation } = shop.journeys;
    await refund.start(input);
    const sends = () => shop.doku.requests('purchaseRefund', partnerReferenceNo);
    const { attention } = await eventually(
      async () => ({ ...(await refund.status(partnerRefundNo)), sent: (await sends()).length }),
      ({ attention, result, sent }) => attention !== undefined || result !== undefined || sent > 1,
      40_000,
    );
    assert.match(attention?.reason ?? '', /a refund without a number, which may be this one/);
    const denied = { decision: 'record-not-refunded', ...OPERATOR };
    await assert.rejects(refund.resolve(partnerRefundNo, denied), /a refund without a number/);
    await refund.resolve(partnerRefundNo, { ...denied, force: true });
    assert.equal((await refund.result(partnerRefundNo)).outcome, 'rejected');
    const from = new Date(Date.now() - 3_600_000);
    // Temporal's lists lag a moment behind.
    const found = await eventually(
      async () => {
        const range = { from, to: new Date() };
        await reconciliation.start(range);
        const { mismatches } = await reconciliation.result(range);
        return mismatches.filter(({ subject }) => subject === `refund/${partnerRefundNo}`);
      },
      ({ length }) => length > 0,
    );
    assert.deepEqual(
      found.map(({ kind, doku }) => `${kind}: ${doku}`),
      ['status: success 4000.00'],
    );
  });
});
