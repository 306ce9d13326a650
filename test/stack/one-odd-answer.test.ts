import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

/** A wait hears hundreds of answers; a replica, or a mistake, gives one of them that is of nothing (money rules 3 and 4). */
describe('one answer that nothing moves any more', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  const once = (operation: 'purchaseStatus' | 'topUpStatus', reference: string, status: string) =>
    shop.doku.temperament({
      ...{ temperament: 'showsStatus', status, times: 1, operation, reference },
    });

  for (const status of ['04', '05', '06'])
    test(`${status} ends no purchase whose page is open`, async () => {
      const order = shop.order((await shop.boundCustomer({ balance: '1000000.00' })).customerId);
      const { partnerReferenceNo } = order;
      await shop.journeys.purchase.redirect(order);
      await once('purchaseStatus', partnerReferenceNo, status);
      const used = await eventually(
        () => shop.doku.requests('purchaseStatus', partnerReferenceNo),
        ({ length }) => length > 1,
      );
      assert.ok(used.length > 1);
      await shop.doku.customer(partnerReferenceNo, 'pay');
      const result = await shop.journeys.purchase.result(partnerReferenceNo);
      assert.equal(result.outcome, 'paid');
      await shop.assertProven(result, '10000.00');
    });

  for (const status of ['05', '06'])
    test(`${status} twice ends a purchase whose page is open, and closes the page`, async () => {
      const { customerId, accountId } = await shop.boundCustomer({ balance: '1000000.00' });
      const order = shop.order(customerId);
      const { partnerReferenceNo } = order;
      await shop.journeys.purchase.redirect(order);
      const shows = { temperament: 'showsStatus', status, times: 2 } as const;
      await shop.doku.temperament({
        ...shows,
        operation: 'purchaseStatus',
        reference: partnerReferenceNo,
      });
      const { outcome } = await shop.journeys.purchase.result(partnerReferenceNo);
      assert.equal(outcome, 'cancelled');
      await shop.doku.customer(partnerReferenceNo, 'pay').catch(() => undefined);
      assert.equal(await shop.doku.balance(accountId), '1000000.00');
    });

  for (const status of ['05', '06'])
    test(`${status} ends no top-up that DOKU works on`, async () => {
      const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
      const partnerReferenceNo = `TOP-${randomUUID()}`;
      const about = { operation: 'topUp', reference: partnerReferenceNo } as const;
      await shop.doku.temperament({
        temperament: 'staysPending',
        ms: 6_000,
        as: 'success',
        ...about,
      });
      await once('topUpStatus', partnerReferenceNo, status);
      const { topUp } = shop.journeys;
      await topUp.start({ partnerReferenceNo, customerId, amount: idr('100.00') });
      assert.equal((await topUp.result(partnerReferenceNo)).outcome, 'completed');
      assert.equal(await shop.doku.balance(accountId), '100.00');
    });
});
