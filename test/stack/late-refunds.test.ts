import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

const OPERATION = 'purchaseRefund';
/** Longer than the quiet time of these journeys: DOKU is believed that it never happened, and then it does. */
const LATE_MS = 12_000;
const REFUSED_MS = 14_500;

/** Money rules 2 and 10: what a try before may have sent is remembered, also where its absence was proven. */
describe('a refund that DOKU carries out late, while the tries after it are refused', {
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

  for (const [what, value] of [
    ['the whole', '10000.00'],
    ['a part', '6000.00'],
  ] as const)
    test(`is told as made: ${what}`, async () => {
      const { customerId } = await shop.boundCustomer();
      const order = shop.order(customerId);
      const { partnerReferenceNo } = order;
      await shop.paid(order);
      await shop.journeys.purchase.result(partnerReferenceNo);
      await shop.doku.settle(partnerReferenceNo);
      const about = { operation: OPERATION, reference: partnerReferenceNo } as const;
      await shop.doku.temperament({
        ...{ temperament: 'worksOn', delayMs: LATE_MS, ends: 'hang', repeat: 'carriedOut' },
        ...{ ...about, times: 1 },
      });
      const partnerRefundNo = `REF-${randomUUID()}`;
      const { refund } = shop.journeys;
      await refund.start({
        ...{ partnerReferenceNo, customerId, partnerRefundNo },
        ...{ amount: idr(value), reason: 'damaged' },
      });
      const sent = () => shop.doku.requests(OPERATION, partnerReferenceNo);
      await eventually(sent, ({ length }) => length === 1);
      // Not settled, it says; then it looks at the amount and the state before duplicates.
      const notYet = { temperament: 'refuses', code: '4045800', forMs: REFUSED_MS } as const;
      await shop.doku.temperament({ ...notYet, ...about });
      for (const what of ['limits', 'state'] as const)
        await shop.doku.temperament({ temperament: 'checksFirst', what, ...about });
      const { outcome, by } = await refund.result(partnerRefundNo);
      assert.deepEqual([outcome, by], ['refunded', 'refund']);
    });
});
