import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import {
  DeadlineExceededError,
  JourneyEndedError,
  NeedsAttentionError,
  NotNowError,
  TooManyWaitingError,
} from '../../client/index.js';
import { purchaseWorkflowId } from '../../contract/identity.js';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { reset, tasksOf } from '../setting/resets.js';
import { eventually, type Shop } from '../setting/shop.js';

describe('an acknowledgement that comes while a run asks whether it is paid', {
  concurrency: true,
}, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    // So that each doubt lasts for some ten seconds.
    const started = await startQuickStack({ ABSENT_AFTER: '4 seconds' });
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  const whenStatus = (reference: string, status: string) =>
    eventually(
      () => shop.journeys.purchase.status(reference),
      (view) => view.status === status,
    );
  const resetTo = (reference: string, task: number) =>
    reset(stack.client, purchaseWorkflowId(reference), { task });
  const inTwoSeconds = () => ({ deadline: Date.now() + 2_000 });

  /** Paid, which the merchant has been told, and waited for since. */
  async function toldAsPaid(acknowledgeWithin: string) {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin });
    const { partnerReferenceNo } = order;
    await shop.paid(order);
    await whenStatus(partnerReferenceNo, 'awaiting-acknowledgement');
    const tasks = () => tasksOf(stack.client, purchaseWorkflowId(partnerReferenceNo));
    const before = await tasks();
    await eventually(tasks, (now) => now > before);
    return partnerReferenceNo;
  }

  test('waits for DOKU and is taken, also where it was sent again since its time is over', async () => {
    const { purchase } = shop.journeys;
    const reference = await toldAsPaid('9 seconds');
    await resetTo(reference, -1);
    const { acknowledgeBy } = await whenStatus(reference, 'in-doubt');
    assert.ok(acknowledgeBy, 'it may be acknowledged');
    await assert.rejects(
      purchase.acknowledge(reference, inTwoSeconds()),
      (error) => error instanceof DeadlineExceededError && error.isWorthAgain,
    );
    await Promise.all([purchase.acknowledge(reference), purchase.acknowledge(reference)]);
    const result = await purchase.result(reference);
    assert.deepEqual([result.outcome, result.reason], ['paid', 'merchant-acknowledged']);
    assert.deepEqual(await shop.doku.requests('purchaseCancel', reference), []);
    await shop.assertProven(result, '10000.00');
  });

  test('is taken though whoever sent it waits no longer', async () => {
    const { purchase } = shop.journeys;
    const reference = await toldAsPaid('90 seconds');
    await resetTo(reference, -1);
    await whenStatus(reference, 'in-doubt');
    await assert.rejects(purchase.acknowledge(reference, inTwoSeconds()), DeadlineExceededError);
    const result = await purchase.result(reference);
    assert.deepEqual([result.outcome, result.reason], ['paid', 'merchant-acknowledged']);
  });

  test('waits and is refused where DOKU shows that it has gone back', async () => {
    const { purchase } = shop.journeys;
    const reference = await toldAsPaid('5 seconds');
    const first = await purchase.result(reference);
    assert.equal(first.reason, 'acknowledge-within-elapsed');
    await resetTo(reference, -4);
    await whenStatus(reference, 'in-doubt');
    await assert.rejects(
      purchase.acknowledge(reference),
      (error) =>
        (error instanceof NotNowError && error.type === 'NotAcknowledgeable') ||
        error instanceof JourneyEndedError,
    );
    const result = await purchase.result(reference);
    assert.equal(result.outcome, 'cancelled');
    await shop.assertProven(result, '10000.00');
  });

  for (const name of ['its page', 'its payment'])
    test(`waits and is taken by a run that was reset to ${name} and has not found its payment yet`, async () => {
      const { purchase } = shop.journeys;
      const { customerId } = await shop.boundCustomer();
      const order = shop.order(customerId, { acknowledgeWithin: '15 minutes' });
      const { partnerReferenceNo: reference } = order;
      await purchase.redirect(order);
      const tasks = await tasksOf(stack.client, purchaseWorkflowId(reference));
      await shop.paid(order);
      await whenStatus(reference, 'awaiting-acknowledgement');
      await resetTo(reference, name === 'its page' ? 0 : tasks - 1);
      await purchase.acknowledge(reference);
      const result = await purchase.result(reference);
      assert.deepEqual([result.outcome, result.reason], ['paid', 'merchant-acknowledged']);
      await shop.assertProven(result, '10000.00');
    });

  test('waits and is taken where DOKU says after the reset, behind with its books, that nobody has paid', async () => {
    const { purchase } = shop.journeys;
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '15 minutes' });
    const { partnerReferenceNo: reference } = order;
    await purchase.redirect(order);
    const tasks = await tasksOf(stack.client, purchaseWorkflowId(reference));
    await shop.paid(order);
    await whenStatus(reference, 'awaiting-acknowledgement');
    await shop.doku.temperament({
      ...{ temperament: 'showsStatus', status: '03', forMs: 5_000 },
      ...{ operation: 'purchaseStatus', reference },
    });
    await resetTo(reference, tasks - 1);
    // The customer reloads the page, so that DOKU is asked before.
    await purchase.notified(reference);
    await Promise.all([purchase.acknowledge(reference), whenStatus(reference, 'in-doubt')]);
    const result = await purchase.result(reference);
    assert.deepEqual([result.outcome, result.reason], ['paid', 'merchant-acknowledged']);
    await shop.assertProven(result, '10000.00');
  });

  test('is refused where DOKU says for as long as its books may lag that nobody has paid', async () => {
    const { purchase } = shop.journeys;
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '15 minutes' });
    const { partnerReferenceNo } = order;
    await purchase.redirect(order);
    await resetTo(partnerReferenceNo, -1);
    await assert.rejects(
      purchase.acknowledge(partnerReferenceNo, { deadline: Date.now() + 20_000 }),
      (error) => error instanceof NotNowError && error.type === 'NotAcknowledgeable',
    );
    await purchase.cancel(partnerReferenceNo, 'sold out');
  });

  test('stands where an operator is asked who delivered, and goes by what he says', async () => {
    const { purchase } = shop.journeys;
    const decided = async (decision: 'record-paid' | 'reverse') => {
      const reference = await toldAsPaid('5 seconds');
      await resetTo(reference, -1);
      await whenStatus(reference, 'needs-attention');
      await assert.rejects(purchase.acknowledge(reference, inTwoSeconds()), NeedsAttentionError);
      const again = Array.from({ length: 12 }, () => purchase.acknowledge(reference));
      const answers = Promise.allSettled(again);
      // However many wait, the operator is heard.
      await purchase.resolve(reference, { decision, operator: 'ani', note: 'asked the shop' });
      const result = await purchase.result(reference);
      const refusals = (await answers).flatMap((answer) =>
        answer.status === 'rejected' ? [answer.reason as Error] : [],
      );
      await shop.assertProven(result, '10000.00');
      return { outcome: result.outcome, refusals };
    };
    const [paid, reversed] = await Promise.all([decided('record-paid'), decided('reverse')]);
    assert.equal(paid.outcome, 'paid');
    assert.ok(paid.refusals.every((error) => error instanceof TooManyWaitingError));
    assert.equal(reversed.outcome, 'cancelled');
    assert.equal(reversed.refusals.length, 12);
    const isTold = (error: Error) =>
      error instanceof NotNowError && error.type === 'NotAcknowledgeable';
    assert.ok(reversed.refusals.some(isTold));
  });

  for (const isTold of [true, false])
    test(`is heard by the run of another reset, which Temporal ${isTold ? 'tells' : 'does not tell'} of it`, async () => {
      const { purchase } = shop.journeys;
      const reference = await toldAsPaid('30 seconds');
      await resetTo(reference, -1);
      await whenStatus(reference, 'in-doubt');
      const acknowledged = purchase.acknowledge(reference, { deadline: Date.now() + 60_000 });
      await setTimeout(800);
      await reset(stack.client, purchaseWorkflowId(reference), { task: -1, isTold });
      await acknowledged;
      const { outcome, reason } = await purchase.result(reference);
      assert.deepEqual([outcome, reason], ['paid', 'merchant-acknowledged']);
    });
});
