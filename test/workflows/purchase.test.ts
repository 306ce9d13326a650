import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { purchaseWorkflowId } from '../../contract/identity.js';
import { eventually } from '../setting/shop.js';
import { type SkippingStack, startSkippingStack } from '../setting/time-skipping.js';

describe('a purchase, as time passes', () => {
  let stack: SkippingStack;
  before(async () => {
    stack = await startSkippingStack();
  });
  after(() => stack?.stop());

  const eventsOf = async (reference: string) =>
    (await stack.client.workflow.getHandle(purchaseWorkflowId(reference)).fetchHistory()).events ??
    [];

  const pollsOf = async (reference: string) =>
    (await stack.shop.doku.requests('purchaseStatus')).filter(
      (request) => request.partnerReferenceNo === reference,
    ).length;

  test('paid after ten polls or more, it has at most 30 history events', async () => {
    const { shop, environment } = stack;
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { payWithin: '2 hours' });
    const { partnerReferenceNo } = order;
    await shop.journeys.purchase.redirect(order);
    while ((await pollsOf(partnerReferenceNo)) < 10) await environment.sleep('10 seconds');
    await shop.doku.customer(partnerReferenceNo, 'pay');
    const result = await shop.journeys.purchase.result(partnerReferenceNo);
    assert.equal(result.outcome, 'paid');
    await shop.assertProven(result, '10000.00');
    const events = await eventsOf(partnerReferenceNo);
    assert.ok((await pollsOf(partnerReferenceNo)) >= 10);
    assert.ok(events.length <= 30, `${events.length} events`);
  });

  test('one hour of waiting adds nothing to the history, and the wait is not an error', async () => {
    const { shop, environment } = stack;
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { payWithin: '3 hours' });
    await shop.journeys.purchase.redirect(order);
    await eventually(
      () => shop.journeys.purchase.status(order.partnerReferenceNo),
      ({ status }) => status === 'awaiting-payment',
    );
    await environment.sleep('1 minute');
    const early = (await eventsOf(order.partnerReferenceNo)).length;
    await environment.sleep('1 hour');
    assert.equal((await eventsOf(order.partnerReferenceNo)).length, early);
    await shop.journeys.purchase.cancel(order.partnerReferenceNo, 'test');
  });

  test('an operator who asks for its stack trace sees what it waits for', async () => {
    const { shop, client } = stack;
    const order = shop.order((await shop.boundCustomer()).customerId);
    await shop.journeys.purchase.redirect(order);
    const handle = client.workflow.getHandle(purchaseWorkflowId(order.partnerReferenceNo));
    const trace = await handle.query<string>('__stack_trace');
    assert.match(trace, /awaitPayment .*purchase\/payment\.ts:\d+.*\n.*purchase\/journey\.ts:\d+/);
    await shop.journeys.purchase.cancel(order.partnerReferenceNo, 'test');
  });

  test('not paid within the time given, it is cancelled and proven so', async () => {
    const { shop } = stack;
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { payWithin: '6 hours' });
    await shop.journeys.purchase.redirect(order);
    const result = await shop.journeys.purchase.result(order.partnerReferenceNo);
    assert.deepEqual([result.outcome, result.reason], ['cancelled', 'pay-within-elapsed']);
    await shop.assertProven(result, '10000.00');
  });

  test('a reversal that cannot be proven for a day parks for an operator, and goes on from there', async () => {
    const { shop, environment } = stack;
    const { customerId } = await shop.boundCustomer();
    // DOKU's clock goes with Temporal's, which has skipped hours.
    const aheadMs = (await environment.currentTimeMs()) - Date.now();
    await shop.doku.advance(Math.max(0, aheadMs) + 2_000);
    const order = shop.order(customerId, { acknowledgeWithin: '1 minute' });
    const { partnerReferenceNo } = order;
    await shop.journeys.purchase.redirect(order);
    await shop.doku.customer(partnerReferenceNo, 'pay');
    await environment.sleep('30 seconds');
    assert.equal(
      (await shop.journeys.purchase.status(partnerReferenceNo)).status,
      'awaiting-acknowledgement',
    );
    const match = { partnerReferenceNo };
    await shop.doku.fault({
      operation: 'purchaseCancel',
      fault: 'http500',
      when: 'before',
      times: 1_000_000,
      match,
    });
    await environment.sleep('25 hours');
    const { attention } = await eventually(
      () => shop.journeys.purchase.status(partnerReferenceNo),
      ({ status }) => status === 'needs-attention',
    );
    assert.match(attention?.reason ?? '', /could not be proven for a day/);
    assert.ok(attention?.known.every((fact) => !Number.isNaN(Date.parse(fact.at))));
    await shop.doku.call('DELETE', 'faults');
    await shop.journeys.purchase.resolve(partnerReferenceNo, {
      decision: 'ask-again',
      operator: 'ani',
      note: 'DOKU is back',
    });
    const result = await shop.journeys.purchase.result(partnerReferenceNo);
    assert.equal(result.outcome, 'cancelled');
    await shop.assertProven(result, '10000.00');
  });

  test('an outage of DOKU of an hour delays a purchase and fails nothing', async () => {
    const { shop, environment } = stack;
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { payWithin: '5 hours' });
    const { partnerReferenceNo } = order;
    await shop.journeys.purchase.redirect(order);
    const match = { partnerReferenceNo };
    await shop.doku.fault({
      operation: 'purchaseStatus',
      fault: 'html502',
      when: 'before',
      times: 1_000_000,
      match,
    });
    await shop.doku.customer(partnerReferenceNo, 'pay');
    await environment.sleep('1 hour');
    assert.equal(
      (await shop.journeys.purchase.status(partnerReferenceNo)).status,
      'awaiting-payment',
    );
    await shop.doku.call('DELETE', 'faults');
    const result = await shop.journeys.purchase.result(partnerReferenceNo);
    assert.equal(result.outcome, 'paid');
    await shop.assertProven(result, '10000.00');
  });
});
