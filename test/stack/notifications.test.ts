import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Stack } from '../../worker/local/stack.js';
import { eventually, Shop } from '../setting/shop.js';
import { SignedCaller } from '../setting/signed-caller.js';
import { startTestStack } from '../setting/stack.js';

describe('DOKU notifies the merchant', () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    stack = await startTestStack({
      takesNotifications: true,
      // So rarely that only a notification can end a wait in time.
      environment: {
        LOG_LEVEL: 'error',
        POLL_FIRST_MS: '60000',
        POLL_MOST_MS: '600000',
        ABSENT_AFTER: '1 second',
      },
    });
    shop = new Shop(stack.client, stack.sandbox.url);
  });
  after(() => stack?.stop());

  test('and the purchase ends at once, by asking DOKU', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    await shop.journeys.purchase.redirect(order);
    await shop.doku.customer(order.partnerReferenceNo, 'pay');
    const result = await shop.journeys.purchase.result(order.partnerReferenceNo);
    assert.equal(result.outcome, 'paid');
    await shop.assertProven(result, '10000.00');
  });

  test('of what no journey knows, and an operator hears of it, once', async () => {
    // Another system of the merchant's asked for it.
    const account = await shop.doku.account({ bound: true });
    const caller = await new SignedCaller(stack.sandbox).signIn(account.authCode);
    const partnerReferenceNo = `OTHER-${account.accountId}`;
    const amount = { value: '10000.00', currency: 'IDR' };
    await caller.call('b2b2c/v1.0/debit/payment-host-to-host', { partnerReferenceNo, amount });
    await shop.doku.customer(partnerReferenceNo, 'pay');
    await shop.doku.call('POST', `notifications/${partnerReferenceNo}/resend`);
    const stray = stack.client.workflow.getHandle(
      `finding/unknown-notification/${partnerReferenceNo}`,
    );
    const view = await eventually(
      () => stray.query<{ status: string }>('status').catch(() => ({ status: 'none' })),
      ({ status }) => status === 'needs-attention',
    );
    assert.match(JSON.stringify(view), /no journey knows/);
    await stray.executeUpdate('resolve', {
      args: [{ decision: 'explained', operator: 'ani', note: 'from the old shop' }],
    });
    const { outcome } = (await stray.result()) as { outcome: string };
    assert.equal(outcome, 'explained');
  });

  const isThere = (workflowId: string) =>
    stack.client.workflow
      .getHandle(workflowId)
      .describe()
      .then(
        () => true,
        () => false,
      );

  test('of what goes with how its journey ended, and nothing is done', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    await shop.journeys.purchase.redirect(order);
    await shop.doku.customer(order.partnerReferenceNo, 'pay');
    await shop.journeys.purchase.result(order.partnerReferenceNo);
    await shop.doku.call('POST', `notifications/${order.partnerReferenceNo}/resend`);
    assert.equal(await isThere(`recheck/purchase/${order.partnerReferenceNo}`), false);
  });

  test('of what contradicts an end, and an operator hears of it', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    await shop.journeys.purchase.redirect(order);
    await shop.doku.customer(order.partnerReferenceNo, 'pay');
    const { outcome } = await shop.journeys.purchase.result(order.partnerReferenceNo);
    assert.equal(outcome, 'paid');
    // DOKU's back office takes the payment back behind our back, and notifies it.
    const other = await shop.doku.account({ bound: true });
    const caller = await new SignedCaller(stack.sandbox).signIn(other.authCode);
    await caller.call('b2b/v1.0/debit/cancel', {
      originalPartnerReferenceNo: order.partnerReferenceNo,
      reason: 'by hand',
    });
    const finding = stack.client.workflow.getHandle(`finding/status/${order.partnerReferenceNo}`);
    const view = await eventually(
      () => finding.query<{ status: string }>('status').catch(() => ({ status: 'none' })),
      ({ status }) => status === 'needs-attention',
    );
    assert.match(
      JSON.stringify(view),
      /here: purchase.* paid 10000\.00.*at DOKU: cancelled 10000\.00/,
    );
    assert.equal(await isThere(`recheck/purchase/${order.partnerReferenceNo}`), true);
  });

  test('of a top-up and a purchase under one number, and both are told', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    const { partnerReferenceNo } = order;
    await shop.doku.hold(partnerReferenceNo);
    await shop.journeys.topUp.start({ partnerReferenceNo, customerId, amount: order.amount });
    await shop.journeys.purchase.redirect(order);
    await shop.doku.customer(partnerReferenceNo, 'pay');
    assert.equal((await shop.journeys.purchase.result(partnerReferenceNo)).outcome, 'paid');
    const { events } = await eventually(
      () => stack.client.workflow.getHandle(`top-up/${partnerReferenceNo}`).fetchHistory(),
      ({ events }) =>
        (events ?? []).some(
          ({ workflowExecutionSignaledEventAttributes: signaled }) =>
            signaled?.signalName === 'notified',
        ),
    );
    assert.ok(events);
    await shop.doku.finish(partnerReferenceNo, 'success');
  });
});
