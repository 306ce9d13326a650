import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { reconciliationCsv, reconciliationPage } from '../../client/index.js';
import { findingWorkflowId, reconciliationWorkflowId } from '../../contract/identity.js';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { eventually, idr, type Shop } from '../setting/shop.js';
import { SignedCaller } from '../setting/signed-caller.js';

describe('reconciliation', () => {
  let stack: Stack;
  let shop: Shop;
  const period = () => ({
    from: new Date(Date.now() - 3_600_000),
    to: new Date(),
  });
  before(async () => {
    const started = await startQuickStack({ RECONCILIATION_CALLS_A_SECOND: '500' });
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  /** Temporal's lists lag a moment behind what happens. */
  const untilListed = (count: number) =>
    eventually(
      () =>
        stack.client.workflow.count("WorkflowType != 'merchantSession' AND CloseTime IS NOT NULL"),
      (seen) => seen.count >= count,
    );

  /** One of each journey that moves money, ended. */
  async function aDay() {
    const customer = await shop.boundCustomer();
    const { customerId } = customer;
    const order = shop.order(customerId);
    await shop.paid(order);
    await shop.journeys.purchase.result(order.partnerReferenceNo);
    const refunded = shop.order(customerId);
    await shop.paid(refunded);
    await shop.journeys.purchase.result(refunded.partnerReferenceNo);
    await shop.doku.settle(refunded.partnerReferenceNo);
    const partnerRefundNo = `REF-${randomUUID()}`;
    await shop.journeys.refund.start({
      partnerRefundNo,
      partnerReferenceNo: refunded.partnerReferenceNo,
      customerId,
      amount: refunded.amount,
      reason: 'returned',
    });
    await shop.journeys.refund.result(partnerRefundNo);
    const topUp = `TOP-${randomUUID()}`;
    await shop.journeys.topUp.start({
      partnerReferenceNo: topUp,
      customerId,
      amount: idr('100.00'),
    });
    await shop.journeys.topUp.result(topUp);
    const batchReference = `batch-${randomUUID().slice(0, 8)}`;
    const rows = [1, 2].map(() => ({
      partnerReferenceNo: `TOP-${randomUUID()}`,
      customerId,
      amount: idr('100.00'),
    }));
    await shop.journeys.topUpBatch.start({ batchReference, rows });
    await shop.journeys.topUpBatch.result(batchReference);
    const transfer = `TRF-${randomUUID()}`;
    const { beneficiaryAccountName } = await shop.journeys.bankTransfer.beneficiary({
      partnerReferenceNo: transfer,
      customerId,
      amount: idr('100.00'),
      beneficiaryAccountNumber: '8377388292',
      beneficiaryBankCode: '014',
    });
    await shop.journeys.bankTransfer.confirm(transfer, beneficiaryAccountName);
    await shop.journeys.bankTransfer.result(transfer);
    const authorization = `AUT-${randomUUID()}`;
    await shop.journeys.authorizedPurchase.authorize({
      partnerReferenceNo: authorization,
      customerId,
      amount: idr('500.00'),
      title: 'Hotel',
    });
    await shop.journeys.authorizedPurchase.capture(authorization, {
      partnerCaptureNo: `CAP-${randomUUID()}`,
      amount: idr('200.00'),
      last: true,
    });
    await shop.journeys.authorizedPurchase.result(authorization);
    return { ...customer, order };
  }

  test('a day on which all went well has no mismatch', async () => {
    await aDay();
    await untilListed(9);
    const range = period();
    await shop.journeys.reconciliation.start(range);
    const { outcome, counts, mismatches } = await shop.journeys.reconciliation.result(range);
    assert.deepEqual(mismatches, []);
    assert.equal(outcome, 'finished');
    // Two purchases, a refund, a top-up, two rows, a transfer, an authorisation.
    assert.deepEqual([counts.checked, counts.matched, counts.unaskable], [8, 8, 0]);
    assert.ok(counts.entries >= 8, `${counts.entries} entries`);
  });

  test('what does not add up is reported, and open for an operator', async () => {
    const { customerId, accountId, authCode: _used, order } = await aDay();
    // DOKU's back office takes a payment back behind our back.
    const bound = await shop.journeys.reads.account(accountId);
    assert.equal(bound.isBound, true);
    const other = await shop.doku.account({ bound: true });
    const caller = await new SignedCaller(stack.sandbox).signIn(other.authCode);
    await caller.call('b2b/v1.0/debit/cancel', {
      originalPartnerReferenceNo: order.partnerReferenceNo,
      reason: 'by hand',
    });
    // A journey that somebody terminated, though its customer paid.
    const lost = shop.order(customerId, { acknowledgeWithin: '1 hour' });
    await shop.paid(lost);
    await eventually(
      () => shop.journeys.purchase.status(lost.partnerReferenceNo),
      ({ status }) => status === 'awaiting-acknowledgement',
    );
    await stack.client.workflow.getHandle(`purchase/${lost.partnerReferenceNo}`).terminate();
    await untilListed(19);
    const range = period();
    await shop.journeys.reconciliation.start(range);
    const result = await shop.journeys.reconciliation.result(range);
    assert.deepEqual(
      result.mismatches
        .map(({ kind, partnerReferenceNo, here, doku }) => [kind, partnerReferenceNo, here, doku])
        .sort(),
      [
        [
          'missing-here',
          lost.partnerReferenceNo,
          'its journey ended terminated',
          'success 10000.00',
        ],
        ['status', order.partnerReferenceNo, 'paid 10000.00', 'cancelled 10000.00'],
      ],
    );
    const csv = reconciliationCsv(result);
    assert.match(csv, /^kind,partnerReferenceNo,customerId,subject,here,doku\n/);
    assert.match(csv, new RegExp(`status,${order.partnerReferenceNo},`));
    assert.match(reconciliationPage(result), new RegExp(`<td>${lost.partnerReferenceNo}</td>`));
    const open = stack.client.workflow.getHandle(
      findingWorkflowId('status', order.partnerReferenceNo),
    );
    const { attention } = await open.query<{ attention: { known: { fact: string }[] } }>('status');
    assert.ok(attention.known.some(({ fact }) => /here: purchase.*paid 10000\.00/.test(fact)));
    await open.executeUpdate('resolve', {
      args: [{ decision: 'explained', operator: 'ani', note: 'cancelled by phone' }],
    });
    assert.equal(((await open.result()) as { outcome: string }).outcome, 'explained');
  });

  test("a movement at DOKU that no journey knows is found in the customer's history", async () => {
    const { customerId, accountId } = await shop.boundCustomer();
    const partnerReferenceNo = `LOST-${accountId}`;
    // Another system of the merchant's tops the wallet up.
    const caller = await new SignedCaller(stack.sandbox).signIn();
    await caller.call('b2b/v1.0/emoney/topup', {
      partnerReferenceNo,
      customerNumber: accountId,
      amount: idr('100.00'),
    });
    const range = period();
    await shop.journeys.reconciliation.start(range);
    const { mismatches } = await shop.journeys.reconciliation.result(range);
    const found = mismatches.find((one) => one.partnerReferenceNo === partnerReferenceNo);
    assert.deepEqual(
      [found?.kind, found?.customerId, found?.here],
      ['missing-here', customerId, 'no journey'],
    );
  });

  test('one unclear answer is asked for again, and costs none of the others', async () => {
    const { order } = await aDay();
    const match = { partnerReferenceNo: order.partnerReferenceNo };
    const unclear = { operation: 'purchaseStatus', fault: 'html502', when: 'before' } as const;
    await shop.doku.fault({ ...unclear, times: 2, match });
    const range = period();
    await shop.journeys.reconciliation.start(range);
    const { counts } = await shop.journeys.reconciliation.result(range);
    assert.ok(counts.checked >= 8, `${counts.checked} checked`);
    assert.equal(counts.unaskable, 0);
    const { events } = await stack.client.workflow
      .getHandle(reconciliationWorkflowId(`${range.from.toISOString()}_${range.to.toISOString()}`))
      .fetchHistory();
    const compared = new Set(
      (events ?? [])
        .filter(
          ({ activityTaskScheduledEventAttributes: scheduled }) =>
            scheduled?.activityType?.name === 'compareJourneys',
        )
        .map(({ eventId }) => String(eventId)),
    );
    const attempts = (events ?? []).flatMap(({ activityTaskStartedEventAttributes: started }) =>
      compared.has(String(started?.scheduledEventId)) ? (started?.attempt ?? []) : [],
    );
    assert.deepEqual(new Set(attempts), new Set([1]));
  });

  test('runs daily in Jakarta, by one schedule however often it is set', async () => {
    await shop.journeys.reconciliation.daily({ hour: 2 });
    await shop.journeys.reconciliation.daily({ hour: 3, minute: 30 });
    const { spec, info } = await stack.client.schedule.getHandle('reconciliation').describe();
    assert.equal(spec.timezone, 'Asia/Jakarta');
    const next = info.nextActionTimes[0]?.toISOString() ?? '';
    assert.match(next, /T20:30:00/);
  });
});
