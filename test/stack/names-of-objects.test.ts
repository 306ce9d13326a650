import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import {
  authorizedPurchaseWorkflowId,
  purchaseWorkflowId,
  topUpWorkflowId,
} from '../../contract/identity.js';
import { notificationWork } from '../../worker/doors/notifications/work.js';
import type { Stack } from '../../worker/local/stack.js';
import { Nobody } from '../setting/nobody.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { forget } from '../setting/resets.js';
import { refundOf, settledPurchase } from '../setting/settled-purchase.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

/** What every object answers to, and nobody has put there. */
const OF_EVERY_OBJECT = Object.getOwnPropertyNames(Object.prototype);

/** A failure with as many causes. */
const nested = (causes: number): object =>
  Array.from({ length: causes }).reduce<object>(
    (cause) => ({ message: 'm', applicationFailureInfo: { type: 'x' }, cause }),
    { message: 'x', applicationFailureInfo: { type: 'x' } },
  );

describe('a name that every JavaScript object answers to', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  let nobody: Nobody;
  before(async () => {
    const started = await startQuickStack({ RECONCILIATION_CALLS_A_SECOND: '500' });
    stack = started;
    shop = started.shop;
    nobody = new Nobody(stack);
  });
  after(() => stack?.stop());

  const paidBy = async (customer: { readonly customerId: string; readonly accountId: string }) =>
    (await settledPurchase(shop, { customer, isSettled: false })).partnerReferenceNo;
  const held = async (customerId: string) => {
    const partnerReferenceNo = `AUT-${randomUUID()}`;
    const hold = { partnerReferenceNo, customerId, amount: idr('30000.00'), title: 'Hotel' };
    await shop.journeys.authorizedPurchase.authorize(hold);
    return partnerReferenceNo;
  };

  for (const partnerReferenceNo of ['constructor', 'valueOf', '__proto__'])
    test(`numbers an order like another: ${partnerReferenceNo} is reversed where nobody acknowledges it`, async () => {
      const { customerId } = await shop.boundCustomer();
      const order = shop.order(customerId, { partnerReferenceNo, acknowledgeWithin: '2 seconds' });
      await shop.paid(order);
      const deadline = Date.now() + 60_000;
      const result = await shop.journeys.purchase.result(partnerReferenceNo, { deadline });
      assert.deepEqual(
        [result.outcome, result.reason],
        ['cancelled', 'acknowledge-within-elapsed'],
      );
      await shop.assertProven(result, '10000.00');
    });

  for (const partnerRefundNo of ['hasOwnProperty', '__proto__'])
    test(`numbers a refund like another: ${partnerRefundNo} is paid back`, async () => {
      const paid = await settledPurchase(shop);
      await shop.journeys.refund.start({ ...refundOf(paid, '4000.00'), partnerRefundNo });
      assert.equal((await shop.journeys.refund.result(partnerRefundNo)).outcome, 'refunded');
      assert.equal((await shop.ledgerOf(paid.partnerReferenceNo)).net, -6_000);
    });

  test('is no workflow type of ours: one start of such a type by anybody keeps no number', async () => {
    const { customerId } = await shop.boundCustomer({ balance: '60000.00' });
    const own = await held(customerId);
    const found = { CustomerId: customerId, JourneyStatus: 'paid' };
    for (const type of OF_EVERY_OBJECT) {
      const capture = { partnerCaptureNo: `CAP-${randomUUID()}`, amount: idr('1000.00') };
      await nobody.begin(topUpWorkflowId(capture.partnerCaptureNo), type, found);
      const { outcome } = await shop.journeys.authorizedPurchase.capture(own, capture);
      assert.equal(outcome, 'captured', type);
    }
  });

  test('nor does one over an order that has ended keep its news, or a reconciliation, from being heard', async () => {
    const customer = await shop.boundCustomer();
    const { customerId } = customer;
    const from = new Date();
    const numbers: string[] = [];
    for (const type of OF_EVERY_OBJECT) {
      const partnerReferenceNo = await paidBy(customer);
      const found = { CustomerId: customerId, JourneyStatus: 'valueOf' };
      await nobody.begin(purchaseWorkflowId(partnerReferenceNo), type, found);
      numbers.push(partnerReferenceNo);
    }
    // Whatever Temporal's server takes, and its SDK does not decode.
    const deep = await paidBy(customer);
    const found = { CustomerId: customerId, JourneyStatus: 'valueOf' };
    const deepId = purchaseWorkflowId(deep);
    const runId = await nobody.begin(deepId, 'purchase', found, { continuedFailure: nested(97) });
    numbers.push(deep);
    await eventually(
      async () => (await stack.client.workflow.count(`JourneyStatus = 'valueOf'`)).count,
      (count) => count === numbers.length,
    );
    const hear = notificationWork(stack.client, 'doku-journeys');
    for (const partnerReferenceNo of numbers) {
      const news = { partnerReferenceNo, latestTransactionStatus: '05' };
      const heard = await hear({ ...news, delivery: partnerReferenceNo, digest: randomUUID() });
      assert.equal(heard, 'looked-at-again', partnerReferenceNo);
    }
    const period = { from, to: new Date() };
    await shop.journeys.reconciliation.start(period);
    const within = { deadline: Date.now() + 100_000 };
    const { counts, mismatches } = await shop.journeys.reconciliation.result(period, within);
    assert.ok(counts.matched >= numbers.length, JSON.stringify(counts));
    assert.deepEqual(mismatches, []);
    // Nor can the tests' own replay of all histories read it.
    await forget(stack.client, deepId, runId);
  });

  test('nor does a key that nobody has make anybody’s run the merchant’s', async () => {
    const { customerId } = await shop.boundCustomer({ balance: '60000.00' });
    const found = { CustomerId: customerId, JourneyStatus: 'paid' };
    const locked = {
      input: {
        payloads: [
          {
            metadata: {
              encoding: Buffer.from('binary/encrypted'),
              'encryption-key-id': Buffer.from('old-2024'),
            },
            data: Buffer.concat([Buffer.of(2), randomBytes(200)]),
          },
        ],
      },
    };
    const own = await held(customerId);
    const capture = { partnerCaptureNo: `CAP-${randomUUID()}`, amount: idr('1000.00') };
    await nobody.begin(purchaseWorkflowId(capture.partnerCaptureNo), 'purchase', found, locked);
    const { outcome } = await shop.journeys.authorizedPurchase.capture(own, capture);
    assert.equal(outcome, 'captured');
    // On the workers' own queue it may be of a key that they have lost: the step waits for whoever ends that, and is not refused.
    const second = { partnerCaptureNo: `CAP-${randomUUID()}`, amount: idr('2000.00') };
    const workflowId = purchaseWorkflowId(second.partnerCaptureNo);
    const runId = await nobody.begin(workflowId, 'purchase', found, {
      ...locked,
      taskQueue: { name: 'doku-journeys' },
    });
    const waits = shop.journeys.authorizedPurchase.capture(own, second);
    const { currentDetails } = await eventually(
      () =>
        stack.client.workflow
          .getHandle(authorizedPurchaseWorkflowId(own))
          .query<{ currentDetails: string }>('__temporal_workflow_metadata'),
      (metadata) => /begun with a payload key/.test(metadata.currentDetails),
    );
    assert.match(currentDetails, /nobody knows whose CAP-\S+ is/);
    await forget(stack.client, workflowId, runId);
    assert.equal((await waits).outcome, 'captured');
  });
});
