import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { PurchaseResult } from '../../client/index.js';
import { FAULT_NAMES, type FaultName } from '../../sandbox/doku/faults.js';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { eventually, type Shop } from '../setting/shop.js';

const CALLS = ['purchase', 'purchaseStatus', 'purchaseCancel', 'purchaseRefund'] as const;
type Call = (typeof CALLS)[number];

describe('whatever goes wrong with one call of a purchase, it ends proven', {
  // All at once, a busy machine does nothing in time.
  concurrency: 16,
}, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  for (const [callIndex, call] of CALLS.entries()) {
    for (const [faultIndex, fault] of FAULT_NAMES.entries()) {
      // Every other fault, in turns: the proof breaks each call by all, in both ways.
      const turn = callIndex + faultIndex;
      if (turn % 2 !== 0) continue;
      const when = turn % 4 === 0 ? 'before' : 'after';
      test(`${call}, ${fault} ${when} its effect`, async () => {
        const result = await endOf(call, fault, when);
        assert.equal(result.outcome, EXPECTED[call]);
        await shop.assertProven(result, '10000.00');
      });
    }
  }

  test('one that DOKU answers with a 500 is in doubt since one moment, and has its page then', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    const { partnerReferenceNo } = order;
    const { purchase } = shop.journeys;
    const match = { partnerReferenceNo };
    await shop.doku.fault({ operation: 'purchase', fault: 'http500', when: 'before', match });
    const unanswered = { fault: 'http500', when: 'before', times: 3, match } as const;
    await shop.doku.fault({ operation: 'purchaseStatus', ...unanswered });
    const page = purchase.redirect(order);
    const seen: { status: string; inDoubtSince?: string }[] = [];
    await eventually(
      async () => {
        await purchase.customerReturned(partnerReferenceNo).catch(() => {});
        const view = await purchase.status(partnerReferenceNo).catch(() => undefined);
        if (view) seen.push(view);
        return view?.status;
      },
      (status) => status === 'awaiting-payment',
    );
    const doubts = seen.filter(({ status }) => status === 'in-doubt');
    assert.ok(doubts.length > 3, JSON.stringify(seen));
    assert.equal(new Set(doubts.map(({ inDoubtSince }) => inDoubtSince)).size, 1);
    assert.match((await page).webRedirectUrl, /^http/);
    assert.equal((await shop.ledgerOf(partnerReferenceNo)).debits, 0);
    await purchase.cancel(partnerReferenceNo, 'seen');
  });

  /** Drives a purchase through the call under test, with the fault waiting for it there. */
  async function endOf(
    call: Call,
    fault: FaultName,
    when: 'before' | 'after',
  ): Promise<PurchaseResult> {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '1 hour' });
    const { partnerReferenceNo } = order;
    const { purchase } = shop.journeys;
    await shop.doku.fault({
      operation: call,
      fault,
      when,
      delayMs: 200,
      match: { partnerReferenceNo },
    });
    await shop.paid(order);
    if (call === 'purchaseRefund') await shop.doku.settle(partnerReferenceNo);
    if (call === 'purchaseCancel' || call === 'purchaseRefund') {
      return purchase.cancel(partnerReferenceNo, 'out of stock');
    }
    for (;;) {
      const { status } = await purchase.status(partnerReferenceNo);
      if (status === 'awaiting-acknowledgement') break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await purchase.acknowledge(partnerReferenceNo);
    return purchase.result(partnerReferenceNo);
  }
});

const EXPECTED: Readonly<Record<Call, PurchaseResult['outcome']>> = {
  purchase: 'paid',
  purchaseStatus: 'paid',
  purchaseCancel: 'cancelled',
  purchaseRefund: 'refunded',
};
