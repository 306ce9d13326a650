import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { refundOf, settledPurchase } from '../setting/settled-purchase.js';
import { eventually, type Shop } from '../setting/shop.js';

/** The request is lost on its way, and one answer says what DOKU's books do not (money rules 3, 4 and 5). */
describe('one odd answer about what never arrived is not its end', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  const lost = (operation: string, partnerReferenceNo: string) =>
    shop.doku.fault({ operation, fault: 'hang', when: 'before', match: { partnerReferenceNo } });
  const sentFor = (operation: string, partnerReferenceNo: string) =>
    eventually(
      () => shop.doku.requests(operation, partnerReferenceNo),
      ({ length }) => length > 0,
    );
  const oddly = (status: string, reference: string) =>
    shop.doku.temperament({
      ...{ temperament: 'showsStatus', status, times: 1 },
      ...{ operation: 'purchaseStatus', reference },
    });

  for (const [operation, status] of [
    ['purchaseCancel', '05'],
    ['purchaseCancel', '06'],
    ['purchaseRefund', '05'],
    ['purchaseRefund', '06'],
  ] as const)
    test(`a silent merchant’s ${operation}, of which DOKU says ${status} once`, async () => {
      const { customerId } = await shop.boundCustomer();
      const order = shop.order(customerId, { acknowledgeWithin: '2 seconds' });
      const { partnerReferenceNo } = order;
      const { purchase } = shop.journeys;
      await lost(operation, partnerReferenceNo);
      await purchase.redirect(order);
      await shop.doku.customer(partnerReferenceNo, 'pay');
      if (operation === 'purchaseRefund') await shop.doku.settle(partnerReferenceNo);
      await purchase.notified(partnerReferenceNo);
      await sentFor(operation, partnerReferenceNo);
      await oddly(status, partnerReferenceNo);
      const { outcome } = await purchase.result(partnerReferenceNo);
      const { net } = await shop.ledgerOf(partnerReferenceNo);
      const expected = operation === 'purchaseRefund' ? 'refunded' : 'cancelled';
      assert.deepEqual([outcome, net], [expected, 0]);
    });

  for (const [operation, status] of [
    ['purchaseRefund', '05'],
    ['purchaseCancel', '05'],
  ] as const)
    test(`a whole refund’s ${operation}, of which DOKU says ${status} once`, async () => {
      const isSettled = operation === 'purchaseRefund';
      const paid = await settledPurchase(shop, { isSettled });
      const { partnerReferenceNo } = paid;
      await lost(operation, partnerReferenceNo);
      const input = refundOf(paid, '10000.00');
      await shop.journeys.refund.start(input);
      await sentFor(operation, partnerReferenceNo);
      await oddly(status, partnerReferenceNo);
      const { outcome } = await shop.journeys.refund.result(input.partnerRefundNo);
      const { net } = await shop.ledgerOf(partnerReferenceNo);
      assert.deepEqual([outcome, net], ['refunded', 0]);
    });
});
