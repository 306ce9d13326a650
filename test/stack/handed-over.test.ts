import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { JourneyEndedError, NotNowError, type PurchaseInput } from '../../client/index.js';
import { purchaseWorkflowId } from '../../contract/identity.js';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { reset, tasksOf } from '../setting/resets.js';
import { eventually, type Shop, untilAnswered } from '../setting/shop.js';

/** Past so many events another run goes on. */
const LONG = 1_000;
/** A reset adds a few, and each of the last signals a task. */
const ALMOST = LONG - 60;
/** DOKU carries out late what it was asked for: within its time all the same. */
const LATE_MS = 9_000;

describe('a purchase that was reset, and goes on in another run while what its earlier life did is a question', {
  concurrency: true,
}, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    // So that each question lasts for some twenty seconds.
    const started = await startQuickStack({
      ...{ ABSENT_AFTER: '8 seconds', TRANSFER_ABSENT_AFTER: '8 seconds' },
    });
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  const handleOf = (reference: string, runId?: string) =>
    stack.client.workflow.getHandle(purchaseWorkflowId(reference), runId);
  const whenStatus = (reference: string, status: string) =>
    eventually(
      () => shop.journeys.purchase.status(reference),
      (view) => view.status === status,
    );
  const tasks = (reference: string) => tasksOf(stack.client, purchaseWorkflowId(reference));

  /** As whoever replays a captured notification, until its history has so many events. */
  async function lengthened(reference: string, events: number): Promise<void> {
    const { runId } = await handleOf(reference).describe();
    const length = async () => (await handleOf(reference, runId).describe()).historyLength;
    while ((await length()) < events)
      await Promise.all(
        Array.from({ length: 10 }, () => handleOf(reference).signal('notified', {})),
      );
  }

  async function handedOver(reference: string): Promise<void> {
    const { runId } = await handleOf(reference).describe();
    await lengthened(reference, LONG + 1);
    await eventually(
      () => handleOf(reference).describe(),
      (description) => description.runId !== runId,
    );
  }

  /** Paid, which the merchant has been told. */
  async function toldAsPaid(overrides: Partial<PurchaseInput> = {}): Promise<string> {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '2 hours', ...overrides });
    const { partnerReferenceNo } = order;
    await shop.paid(order);
    await whenStatus(partnerReferenceNo, 'awaiting-acknowledgement');
    return partnerReferenceNo;
  }

  const cancelsLate = (reference: string) =>
    shop.doku.temperament({
      ...{ temperament: 'worksOn', delayMs: LATE_MS, ends: 'hang', repeat: 'duplicate' },
      ...{ operation: 'purchaseCancel', reference },
    });
  const whenCancelled = (reference: string) =>
    eventually(
      () => shop.doku.requests('purchaseCancel', reference),
      ({ length }) => length > 0,
    );

  test('says nothing to an acknowledgement before it is answered, and then what is so', async () => {
    const { purchase } = shop.journeys;
    const reference = await toldAsPaid();
    await lengthened(reference, ALMOST);
    const before = await tasks(reference);
    await cancelsLate(reference);
    purchase.cancel(reference, 'sold out').catch(() => undefined);
    await whenCancelled(reference);
    await reset(stack.client, purchaseWorkflowId(reference), { task: before - 1 });
    const { inDoubtSince } = await whenStatus(reference, 'in-doubt');
    await handedOver(reference);
    const view = await untilAnswered(() => purchase.status(reference));
    assert.deepEqual([view.status, view.inDoubtSince], ['in-doubt', inDoubtSince]);
    const acknowledged = await untilAnswered(() => purchase.acknowledge(reference)).catch(
      (error: unknown) => error,
    );
    const result = await purchase.result(reference);
    await shop.assertProven(result, '10000.00');
    assert.equal(result.outcome, 'cancelled');
    assert.ok(
      acknowledged instanceof JourneyEndedError ||
        (acknowledged instanceof NotNowError && acknowledged.type === 'NotAcknowledgeable'),
      String(acknowledged),
    );
  });

  test('hears an acknowledgement before it has found the payment again', async () => {
    const { purchase } = shop.journeys;
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '2 hours' });
    const { partnerReferenceNo: reference } = order;
    await untilAnswered(() => purchase.redirect(order));
    await lengthened(reference, ALMOST);
    const before = await tasks(reference);
    await shop.paid(order);
    await whenStatus(reference, 'awaiting-acknowledgement');
    // Its books are behind, so that the run which the reset makes does not find it.
    await shop.doku.temperament({
      ...{ temperament: 'showsStatus', status: '03', forMs: 6_000 },
      ...{ operation: 'purchaseStatus', reference },
    });
    await reset(stack.client, purchaseWorkflowId(reference), { task: before - 1 });
    await handedOver(reference);
    await untilAnswered(() => purchase.acknowledge(reference));
    const result = await purchase.result(reference);
    assert.deepEqual([result.outcome, result.reason], ['paid', 'merchant-acknowledged']);
    await shop.assertProven(result, '10000.00');
  });

  test('does not carry out what an older run had decided, once a newer one was acknowledged', async () => {
    const { purchase } = shop.journeys;
    const reference = await toldAsPaid();
    await lengthened(reference, ALMOST);
    const before = await tasks(reference);
    const maintenance = await shop.doku.temperament({
      ...{ temperament: 'isInMaintenance', operation: 'purchaseCancel', reference },
    });
    const caller = new AbortController();
    purchase.cancel(reference, 'sold out', { signal: caller.signal }).catch(() => undefined);
    await whenCancelled(reference);
    // Else its client would say it again, to the run that is reset.
    caller.abort();
    const { runId } = await handleOf(reference).describe();
    await reset(stack.client, purchaseWorkflowId(reference), { task: before - 1 });
    await untilAnswered(() => purchase.acknowledge(reference));
    assert.equal((await purchase.result(reference)).outcome, 'paid');
    await reset(stack.client, purchaseWorkflowId(reference), { task: -1, runId });
    await handedOver(reference);
    await shop.doku.calm(maintenance.id);
    const { attention } = await eventually(
      () => purchase.status(reference),
      (view) => view.attention !== undefined || view.result !== undefined,
    );
    assert.match(attention?.reason ?? '', /another one may have said|may have been told/);
    const paid = { decision: 'record-paid', operator: 'ani', note: 'delivered' };
    await untilAnswered(() => purchase.resolve(reference, paid));
    await shop.assertProven(await purchase.result(reference), '10000.00');
  });

  test('hears a decision that was held against DOKU as it handed over', async () => {
    const { purchase } = shop.journeys;
    const reference = await toldAsPaid({ acknowledgeWithin: '4 seconds' });
    await purchase.acknowledge(reference);
    await purchase.result(reference);
    await reset(stack.client, purchaseWorkflowId(reference), { task: 0 });
    await whenStatus(reference, 'needs-attention');
    await lengthened(reference, ALMOST);
    const { runId } = await handleOf(reference).describe();
    const asked = (await shop.doku.requests('purchaseStatus', reference)).length;
    await shop.doku.fault({
      // Longer than it is waited for: until then it is asked again and again.
      ...{ operation: 'purchaseStatus', fault: 'slow', when: 'before', delayMs: 5_000, times: 4 },
      match: { partnerReferenceNo: reference },
    });
    const decision = { decision: 'record-paid', operator: 'ani', note: 'delivered' };
    const answered = purchase.resolve(reference, decision).then(() => 'heard', String);
    await eventually(
      () => shop.doku.requests('purchaseStatus', reference),
      ({ length }) => length > asked,
    );
    await handedOver(reference);
    assert.equal(await answered, 'heard');
    assert.notEqual((await handleOf(reference).describe()).runId, runId);
    assert.equal((await purchase.result(reference)).outcome, 'paid');
  });
});
