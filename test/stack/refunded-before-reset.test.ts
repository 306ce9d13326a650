import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { purchaseWorkflowId, refundWorkflowId } from '../../contract/identity.js';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { reset } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

/** DOKU carries out late what it was asked for. */
const LATE_MS = 15_000;
/** How long it works on one. */
const PENDING_MS = 32_000;

/** One movement is told by one journey: what a refund says went back, its order does not say once more. */
describe('an order that its refunds gave back, and that is reset then', {
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

  async function paid(isAcknowledged = false) {
    const { purchase } = shop.journeys;
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, isAcknowledged ? { acknowledgeWithin: '2 hours' } : {});
    const { partnerReferenceNo } = order;
    await shop.paid(order);
    if (isAcknowledged) {
      await purchase.until(partnerReferenceNo, ['awaiting-acknowledgement']);
      await purchase.acknowledge(partnerReferenceNo);
    }
    return { partnerReferenceNo, customerId, told: await purchase.result(partnerReferenceNo) };
  }

  async function refunded(
    order: { partnerReferenceNo: string; customerId: string },
    value: string,
  ): Promise<string | undefined> {
    const { refund } = shop.journeys;
    const partnerRefundNo = `REF-${randomUUID()}`;
    const { partnerReferenceNo, customerId } = order;
    const key = { partnerRefundNo, partnerReferenceNo, customerId };
    await refund.start({ ...key, amount: idr(value), reason: 'returned' });
    const { outcome, by } = await refund.result(partnerRefundNo);
    assert.equal(outcome, 'refunded');
    return by;
  }

  const resetTo = async (reference: string, task: number) => {
    await reset(stack.client, purchaseWorkflowId(reference), { task });
    return shop.journeys.purchase.result(reference);
  };

  /** By an operator's word, whose answer nobody hears any more. */
  async function reversedByItself(reference: string): Promise<void> {
    const { purchase } = shop.journeys;
    await reset(stack.client, purchaseWorkflowId(reference), { task: 0 });
    purchase.cancel(reference, 'sold out').catch(() => undefined);
    await eventually(
      () => purchase.status(reference),
      ({ attention }) => attention !== undefined,
    );
    await shop.doku.fault({
      ...{ operation: 'purchaseCancel', fault: 'slow', when: 'after', delayMs: 2_000, times: 1 },
      match: { partnerReferenceNo: reference },
    });
    await purchase.resolve(reference, { decision: 'reverse', operator: 'ani', note: 'not there' });
    await eventually(
      () => shop.ledgerOf(reference),
      ({ net }) => net === 0,
    );
  }

  for (const isAcknowledged of [false, true])
    for (const task of [0, -2])
      test(`by a cancel, ${isAcknowledged ? '' : 'not '}acknowledged, reset to task ${task}`, async () => {
        const order = await paid(isAcknowledged);
        assert.equal(await refunded(order, '10000.00'), 'cancel');
        const { told } = order;
        const now = await resetTo(order.partnerReferenceNo, task);
        assert.deepEqual([now.outcome, now.reason], [told.outcome, told.reason]);
      });

  for (const parts of [['10000.00'], ['4000.00', '6000.00']])
    test(`by ${parts.length} after its settlement`, async () => {
      const order = await paid();
      await shop.doku.settle(order.partnerReferenceNo);
      for (const part of parts) assert.equal(await refunded(order, part), 'refund');
      const { told } = order;
      const now = await resetTo(order.partnerReferenceNo, 0);
      assert.deepEqual([now.outcome, now.reason], [told.outcome, told.reason]);
    });

  test('stays reversed where its own cancel gave it back', async () => {
    const { purchase } = shop.journeys;
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '1 second' });
    const { partnerReferenceNo } = order;
    await shop.paid(order);
    assert.equal((await purchase.result(partnerReferenceNo)).outcome, 'cancelled');
    assert.equal((await resetTo(partnerReferenceNo, 0)).outcome, 'cancelled');
  });

  for (const how of ['reset', 'begun again'] as const)
    test(`in part, and is ${how}: it asks DOKU for no more`, async () => {
      const { purchase } = shop.journeys;
      const { customerId } = await shop.boundCustomer();
      const order = shop.order(customerId, { acknowledgeWithin: '3 seconds' });
      const { partnerReferenceNo } = order;
      await shop.paid(order);
      await purchase.until(partnerReferenceNo, ['awaiting-acknowledgement']);
      await purchase.acknowledge(partnerReferenceNo);
      await purchase.result(partnerReferenceNo);
      await shop.doku.settle(partnerReferenceNo);
      await refunded({ partnerReferenceNo, customerId }, '4000.00');
      if (how === 'reset') {
        await reset(stack.client, purchaseWorkflowId(partnerReferenceNo), { task: -1 });
        purchase.cancel(partnerReferenceNo, 'sold out').catch(() => undefined);
      } else {
        await shop.forget(partnerReferenceNo);
        await purchase.start(order);
      }
      const { attention } = await eventually(
        () => purchase.status(partnerReferenceNo),
        (view) => view.attention !== undefined,
      );
      assert.deepEqual(attention?.decisions, ['ask-again', 'record-paid']);
      assert.match(attention?.check.join() ?? '', /REF-.* 4000\.00\. .* by another refund/);
      assert.deepEqual(await shop.doku.requests('purchaseCancel', partnerReferenceNo), []);
      const decided = { decision: 'record-paid', operator: 'ani', note: 'delivered in part' };
      await purchase.resolve(partnerReferenceNo, decided);
      assert.equal((await purchase.result(partnerReferenceNo)).outcome, 'paid');
      await refunded({ partnerReferenceNo, customerId }, '6000.00');
      const { net, types } = await shop.ledgerOf(partnerReferenceNo);
      assert.deepEqual([net, types], [0, ['purchase', 'purchaseRefund', 'purchaseRefund']]);
    });

  test('in part, just as an operator decides to reverse it: it asks DOKU for no more', async () => {
    const { purchase } = shop.journeys;
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '3 seconds' });
    const { partnerReferenceNo } = order;
    await shop.paid(order);
    await purchase.until(partnerReferenceNo, ['awaiting-acknowledgement']);
    await purchase.acknowledge(partnerReferenceNo);
    await purchase.result(partnerReferenceNo);
    await shop.doku.settle(partnerReferenceNo);
    await shop.forget(partnerReferenceNo);
    await shop.doku.temperament({
      ...{ temperament: 'worksOn', delayMs: LATE_MS, ends: 'hang' },
      ...{ operation: 'purchaseRefund', reference: partnerReferenceNo },
    });
    const given = refunded({ partnerReferenceNo, customerId }, '4000.00');
    await eventually(
      () => shop.doku.requests('purchaseRefund', partnerReferenceNo),
      ({ length }) => length > 0,
    );
    await purchase.start(order);
    const decided = { operator: 'ani', note: 'not delivered' };
    const whenAsked = () =>
      eventually(
        () => purchase.status(partnerReferenceNo),
        (view) => view.attention !== undefined,
      );
    const asked = await whenAsked();
    assert.deepEqual(asked.attention?.decisions, ['record-paid', 'reverse']);
    await given;
    await purchase.resolve(partnerReferenceNo, { decision: 'reverse', ...decided });
    const { attention } = await whenAsked();
    assert.match(attention?.reason ?? '', /given back by refunds of their own: REF-.* 4000\.00\./);
    const refunds = await shop.doku.requests('purchaseRefund', partnerReferenceNo);
    await purchase.resolve(partnerReferenceNo, { decision: 'record-paid', ...decided });
    assert.equal((await purchase.result(partnerReferenceNo)).outcome, 'paid');
    assert.deepEqual(
      (await shop.doku.requests('purchaseRefund', partnerReferenceNo)).length,
      refunds.length,
    );
    assert.equal((await shop.ledgerOf(partnerReferenceNo)).net, -6000);
  });

  test('whole, which DOKU carries out only later: it is asked again, and then told by the refund alone', async () => {
    const { purchase, refund } = shop.journeys;
    const { partnerReferenceNo, customerId } = await paid(true);
    await shop.doku.settle(partnerReferenceNo);
    await shop.doku.temperament({
      ...{ temperament: 'staysPending', ms: PENDING_MS, as: 'success' },
      ...{ operation: 'purchaseRefund', reference: partnerReferenceNo },
    });
    const partnerRefundNo = `REF-${randomUUID()}`;
    const key = { partnerRefundNo, partnerReferenceNo, customerId };
    await refund.start({ ...key, amount: idr('10000.00'), reason: 'returned' });
    await eventually(
      () => shop.doku.requests('purchaseRefund', partnerReferenceNo),
      ({ length }) => length > 0,
    );
    await reset(stack.client, purchaseWorkflowId(partnerReferenceNo), { task: 0 });
    purchase.cancel(partnerReferenceNo, 'sold out').catch(() => undefined);
    const { attention } = await eventually(
      () => purchase.status(partnerReferenceNo),
      (view) => view.attention !== undefined,
    );
    assert.match(attention?.check.join() ?? '', /10000\.00 which is under way/);
    assert.equal((await refund.result(partnerRefundNo)).outcome, 'refunded');
    const decided = { decision: 'ask-again', operator: 'ani', note: 'the refund is done' };
    await purchase.resolve(partnerReferenceNo, decided);
    assert.equal((await purchase.result(partnerReferenceNo)).outcome, 'paid');
  });

  for (const by of ['itself', 'somebody else'] as const)
    test(`whole by ${by} while a refund of a part waits, is not told as paid any more`, async () => {
      const { refund } = shop.journeys;
      const order = await paid(true);
      const { partnerReferenceNo, customerId } = order;
      const partnerRefundNo = `REF-${randomUUID()}`;
      const key = { partnerRefundNo, partnerReferenceNo, customerId };
      await refund.start({ ...key, amount: idr('4000.00'), reason: 'one item' });
      await eventually(
        () => refund.status(partnerRefundNo),
        ({ status }) => status === 'awaiting-settlement',
      );
      const listed = `WorkflowType = 'refund' AND PartnerReferenceNo = '${partnerReferenceNo}'`;
      await eventually(
        () => stack.client.workflow.count(listed),
        ({ count }) => count > 0,
      );
      // Whoever takes it back besides its own journey.
      if (by === 'somebody else')
        await shop.doku.temperament({
          ...{ temperament: 'showsStatus', status: '05' },
          ...{ operation: 'purchaseStatus', reference: partnerReferenceNo },
        });
      else await reversedByItself(partnerReferenceNo);
      const now = await resetTo(partnerReferenceNo, 0);
      assert.equal(now.outcome, 'cancelled');
    });

  test('to another refund, that was rejected: it is rejected again, without a question', async () => {
    const { refund } = shop.journeys;
    const order = await paid();
    assert.equal(await refunded(order, '10000.00'), 'cancel');
    const partnerRefundNo = `REF-${randomUUID()}`;
    const { partnerReferenceNo, customerId } = order;
    const key = { partnerRefundNo, partnerReferenceNo, customerId };
    await refund.start({ ...key, amount: idr('10000.00'), reason: 'returned' });
    const rejected = await refund.result(partnerRefundNo);
    assert.equal(rejected.rejection, 'not-refundable');
    await reset(stack.client, refundWorkflowId(partnerRefundNo));
    const { attention, result } = await eventually(
      () => refund.status(partnerRefundNo),
      (view) => view.attention !== undefined || view.result !== undefined,
    );
    assert.deepEqual([attention, result], [undefined, rejected]);
  });
});
