import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

const WORKS_ON_IT_MS = 2_000;

describe('a refund that DOKU took on, and then did not carry out', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  const failsRefunds = (reference: string, saysDone: boolean) =>
    shop.doku.temperament({
      temperament: 'staysPending',
      ms: WORKS_ON_IT_MS,
      as: 'failed',
      saysDone,
      times: 1,
      operation: 'purchaseRefund',
      reference,
    });

  for (const [what, value, saysDone] of [
    ['of a part', '4000.00', false],
    ['of the whole, of which it said that it was done', '10000.00', true],
  ] as const)
    test(`${what} ends as rejected, and is made under another number`, async () => {
      const { customerId } = await shop.boundCustomer();
      const order = shop.order(customerId);
      const { partnerReferenceNo } = order;
      await shop.paid(order);
      await shop.journeys.purchase.result(partnerReferenceNo);
      await shop.doku.settle(partnerReferenceNo);
      await failsRefunds(partnerReferenceNo, saysDone);
      const { refund } = shop.journeys;
      const refunded = async () => {
        const partnerRefundNo = `REF-${randomUUID()}`;
        await refund.start({
          ...{ partnerRefundNo, partnerReferenceNo, customerId },
          amount: idr(value),
          reason: 'returned',
        });
        const { outcome, refusal } = await refund.result(partnerRefundNo, {
          deadline: Date.now() + 60_000,
        });
        return [outcome, refusal];
      };
      assert.deepEqual(await refunded(), ['rejected', 'failed']);
      assert.deepEqual(await refunded(), ['refunded', undefined]);
      const sent = await shop.doku.requests('purchaseRefund', partnerReferenceNo);
      assert.equal(sent.length, 2);
      assert.equal((await shop.ledgerOf(partnerReferenceNo)).net, Number(value) - 10000);
    });

  test('to undo an order is asked of an operator, at once and each time that it is tried', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '1 second' });
    const { partnerReferenceNo } = order;
    await failsRefunds(partnerReferenceNo, false);
    const { purchase } = shop.journeys;
    await purchase.redirect(order);
    await shop.doku.customer(partnerReferenceNo, 'pay');
    await shop.doku.settle(partnerReferenceNo);
    await purchase.notified(partnerReferenceNo);
    const attention = async (asked: number) => {
      const view = await eventually(
        () => purchase.status(partnerReferenceNo),
        ({ attention }) =>
          attention?.known.filter(({ fact }) => fact.startsWith('needs attention')).length ===
          asked,
      );
      return view.attention;
    };
    assert.match((await attention(1))?.reason ?? '', /then did not carry it out/);
    await purchase.resolve(partnerReferenceNo, {
      ...{ decision: 'ask-again', operator: 'Sari', note: 'DOKU is to try again' },
    });
    assert.match((await attention(2))?.reason ?? '', /then did not carry it out/);
    assert.equal((await shop.ledgerOf(partnerReferenceNo)).net, -10000);
  });
});
