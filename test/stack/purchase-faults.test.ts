import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { PurchaseResult } from '../../client/index.js';
import { FAULT_NAMES, type FaultName } from '../../sandbox/doku/faults.js';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import type { Shop } from '../setting/shop.js';

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
