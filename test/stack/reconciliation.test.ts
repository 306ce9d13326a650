import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { InvalidInputError, reconciliationCsv, reconciliationPage } from '../../client/index.js';
import { findingWorkflowId, reconciliationWorkflowId } from '../../contract/identity.js';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { eventually, idr, Shop } from '../setting/shop.js';
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
    // One of two refunds, terminated while the other gives the whole purchase back, leaves nothing to ask.
    const { partnerReferenceNo } = shop.order(customerId);
    await shop.paid({ ...shop.order(customerId), partnerReferenceNo });
    await shop.journeys.purchase.result(partnerReferenceNo);
    const refunds = ['REF-1', 'REF-2'].map((partnerRefundNo) => ({
      ...{ partnerRefundNo, partnerReferenceNo, customerId, amount: idr('10000.00') },
      reason: 'returned',
    }));
    const slow = { fault: 'slow', when: 'before', delayMs: 2_000 } as const;
    await shop.doku.fault({ operation: 'purchaseCancel', ...slow, match: { partnerReferenceNo } });
    await shop.journeys.refund.start(refunds[0] as (typeof refunds)[number]);
    await shop.journeys.refund.start(refunds[1] as (typeof refunds)[number]);
    await stack.client.workflow.getHandle('refund/REF-2').terminate();
    assert.equal((await shop.journeys.refund.result('REF-1')).by, 'cancel');
    await untilListed(22);
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
    assert.match(csv, /^kind,partnerReferenceNo,customerId,amount,subject,here,doku\n/);
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

  /** What a reconciliation says of a customer, as `kind number`. */
  const mismatchesOf = async (customerId: string) => {
    const range = period();
    await shop.journeys.reconciliation.start(range);
    const { mismatches } = await shop.journeys.reconciliation.result(range);
    return mismatches
      .filter((mismatch) => mismatch.customerId === customerId)
      .map(({ kind, partnerReferenceNo, doku }) => `${kind} ${partnerReferenceNo}: ${doku}`);
  };

  test('a top-up that DOKU carried out twice under one number is found', async () => {
    const { customerId, accountId } = await shop.boundCustomer();
    const partnerReferenceNo = `TWICE-${accountId}`;
    const amount = idr('100.00');
    await shop.doku.temperament({
      temperament: 'worksOn',
      delayMs: 900,
      ends: 'reset',
      repeat: 'carriedOutTwice',
      operation: 'topUp',
      reference: partnerReferenceNo,
    });
    await shop.journeys.topUp.start({ partnerReferenceNo, customerId, amount });
    await eventually(
      () => shop.doku.requests('topUp', partnerReferenceNo),
      ({ length }) => length > 0,
    );
    // Another system of the merchant's sends it as well.
    const caller = await new SignedCaller(stack.sandbox).signIn();
    const request = { partnerReferenceNo, customerNumber: accountId, amount };
    await caller.call('b2b/v1.0/emoney/topup', request).catch(() => undefined);
    const { outcome } = await shop.journeys.topUp.result(partnerReferenceNo);
    assert.equal(outcome, 'completed');
    const found = await mismatchesOf(customerId);
    assert.deepEqual(found, [`amount ${partnerReferenceNo}: SUCCESS 100.00, SUCCESS 100.00`]);
  });

  test('a top-up of another amount is found, where its status leaves the amount out', async () => {
    const { customerId, accountId } = await shop.boundCustomer();
    const partnerReferenceNo = `UNTOLD-${accountId}`;
    const of = { reference: partnerReferenceNo };
    const other = { temperament: 'otherAmount', amount: '900.00' } as const;
    await shop.doku.temperament({ ...other, operation: 'topUp', ...of });
    const odd = { temperament: 'writesOddly', field: 'amount', form: 'missing' } as const;
    await shop.doku.temperament({ ...odd, operation: 'topUpStatus', ...of });
    // While it runs, history says nothing of it either.
    const ids: string[] = [];
    for (const one of [
      { field: 'amount', operation: 'historyDetail', ...of },
      { field: 'detailData.0.amount', operation: 'historyList', accountId },
    ] as const) {
      const silent = { temperament: 'writesOddly', form: 'missing', ...one } as const;
      ids.push((await shop.doku.temperament(silent)).id);
    }
    const amount = idr('100.00');
    await shop.journeys.topUp.start({ partnerReferenceNo, customerId, amount });
    const { outcome } = await shop.journeys.topUp.result(partnerReferenceNo);
    assert.equal(outcome, 'completed');
    for (const id of ids) await shop.doku.calm(id);
    await untilListed(1);
    const found = await mismatchesOf(customerId);
    assert.deepEqual(found, [`amount ${partnerReferenceNo}: success 900.00`]);
  });

  test('a movement that no journey knows is found in the account that the customer had before', async () => {
    const { customerId, accountId } = await shop.boundCustomer();
    const partnerReferenceNo = `BEFORE-${accountId}`;
    const caller = await new SignedCaller(stack.sandbox).signIn();
    await caller.call('b2b/v1.0/emoney/topup', {
      partnerReferenceNo,
      customerNumber: accountId,
      amount: idr('100.00'),
    });
    const next = await shop.doku.account({ bound: true });
    await stack.client.workflow.getHandle(`wallet/${customerId}`).executeUpdate('bind', {
      args: [{ accountId: next.accountId, linkId: next.linkId, authCode: next.authCode }],
    });
    const found = await mismatchesOf(customerId);
    assert.deepEqual(found, [`missing-here ${partnerReferenceNo}: SUCCESS 100.00`]);
  });

  test("a row under a number of another customer's is held against its own customer's history", async () => {
    const { customerId: first } = await shop.boundCustomer();
    const { customerId, accountId } = await shop.boundCustomer();
    const partnerReferenceNo = `SHARED-${accountId}`;
    const amount = idr('100.00');
    await shop.journeys.topUp.start({ partnerReferenceNo, customerId: first, amount });
    await shop.journeys.topUp.result(partnerReferenceNo);
    const batchReference = `batch-${randomUUID().slice(0, 8)}`;
    const rows = [{ partnerReferenceNo, customerId, amount }];
    await shop.journeys.topUpBatch.start({ batchReference, rows });
    const { counts } = await shop.journeys.topUpBatch.result(batchReference);
    assert.equal(counts.failed, 1);
    assert.deepEqual(await mismatchesOf(customerId), []);
    assert.deepEqual(await mismatchesOf(first), []);
  });

  test('what failed once, and was paid under its number then, is no mismatch', async () => {
    const { customerId } = await shop.boundCustomer();
    const { topUp, topUpBatch } = shop.journeys;
    const newRow = () => ({
      partnerReferenceNo: `TOP-${randomUUID()}`,
      customerId,
      amount: idr('100.00'),
    });
    const [first, second] = [newRow(), newRow()];
    const begin = async (...rows: ReturnType<typeof newRow>[]) => {
      const batchReference = `batch-${randomUUID().slice(0, 8)}`;
      await topUpBatch.start({ batchReference, rows, inFlight: 1 });
      return batchReference;
    };
    const corporate = (set: string) => shop.doku.call('POST', 'corporate/balance', { set });
    const match = { partnerReferenceNo: first.partnerReferenceNo };
    await shop.doku.fault({ operation: 'topUp', fault: 'hang', when: 'before', match });
    const poor = await begin(first, second);
    await eventually(
      () => shop.doku.requests('topUp', first.partnerReferenceNo),
      ({ length }) => length > 0,
    );
    await corporate('0.00');
    const { counts } = await topUpBatch.result(poor);
    assert.equal(counts.insufficientFunds, 2);
    await corporate('1000000000.00');
    await topUp.start(second);
    assert.equal((await topUp.result(second.partnerReferenceNo)).outcome, 'completed');
    const rich = await begin(first);
    assert.equal((await topUpBatch.result(rich)).counts.completed, 1);
    await untilListed(1);
    assert.deepEqual(await mismatchesOf(customerId), []);
  });

  test('a capture of another amount than its journey says is found', async () => {
    const { customerId, accountId } = await shop.boundCustomer();
    const partnerReferenceNo = `AUT-${accountId}`;
    const partnerCaptureNo = `CAP-${accountId}`;
    const { authorizedPurchase } = shop.journeys;
    const amount = idr('500.00');
    await authorizedPurchase.authorize({ partnerReferenceNo, customerId, amount, title: 'Hotel' });
    const otherAmount = { temperament: 'otherAmount', amount: '90.00' } as const;
    await shop.doku.temperament({
      ...otherAmount,
      operation: 'authCapture',
      reference: partnerReferenceNo,
    });
    const asked = { partnerCaptureNo, amount: idr('100.00'), last: true };
    authorizedPurchase.capture(partnerReferenceNo, asked).catch(() => undefined);
    await eventually(
      () => authorizedPurchase.status(partnerReferenceNo),
      ({ status }) => status === 'needs-attention',
    );
    await authorizedPurchase.resolve(partnerReferenceNo, {
      decision: 'record-done',
      operator: 'ani',
      note: 'as I see it',
      force: true,
    });
    const { captured } = await authorizedPurchase.result(partnerReferenceNo);
    assert.equal(captured, '100.00');
    const found = await mismatchesOf(customerId);
    assert.deepEqual(found, [
      `amount ${partnerReferenceNo}: capture ${partnerCaptureNo} success 90.00`,
    ]);
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

  const run = async (range = period()) => {
    await shop.journeys.reconciliation.start(range);
    return shop.journeys.reconciliation.result(range);
  };
  const isThere = (workflowId: string) =>
    stack.client.workflow
      .getHandle(workflowId)
      .describe()
      .then(
        ({ status }) => status.name,
        () => 'none',
      );
  async function paidOrder(customerId: string) {
    const order = shop.order(customerId);
    await shop.paid(order);
    await shop.journeys.purchase.result(order.partnerReferenceNo);
    return order;
  }
  /** DOKU's back office takes a payment back behind our back. */
  async function cancelByHand(partnerReferenceNo: string) {
    const other = await shop.doku.account({ bound: true });
    const caller = await new SignedCaller(stack.sandbox).signIn(other.authCode);
    await caller.call('b2b/v1.0/debit/cancel', {
      originalPartnerReferenceNo: partnerReferenceNo,
      reason: 'by hand',
    });
  }

  test('a journey comes with the day of its end, however long it took', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    await shop.journeys.purchase.redirect(order);
    const from = new Date();
    await shop.doku.customer(order.partnerReferenceNo, 'pay');
    await shop.journeys.purchase.notified(order.partnerReferenceNo);
    await shop.journeys.purchase.result(order.partnerReferenceNo);
    await cancelByHand(order.partnerReferenceNo);
    // It began before the period.
    const { mismatches } = await run({ from, to: new Date() });
    assert.deepEqual(
      mismatches.map(({ partnerReferenceNo }) => partnerReferenceNo),
      [order.partnerReferenceNo],
    );
    // Until it has matched once.
    assert.equal(await isThere(`recheck/purchase/${order.partnerReferenceNo}`), 'RUNNING');
  });

  test('a period that is not over is refused, by the client and by the workflow', async () => {
    const range = { from: new Date(), to: new Date(Date.now() + 3_600_000) };
    await assert.rejects(shop.journeys.reconciliation.start(range), InvalidInputError);
    const input = { from: range.from.toISOString(), to: range.to.toISOString() };
    await assert.rejects(
      stack.client.workflow.execute('reconciliation', {
        workflowId: `reconciliation/${randomUUID()}`,
        taskQueue: 'doku-journeys',
        args: [input],
      }),
      (error: Error) => /input\.to: must be over/.test(String(error.cause)),
    );
  });

  test('the same period may be reconciled again, and says what changed', async () => {
    const { customerId } = await shop.boundCustomer();
    const from = new Date();
    const [gone, kept] = [await paidOrder(customerId), await paidOrder(customerId)];
    const range = { from, to: new Date() };
    await cancelByHand(kept.partnerReferenceNo);
    const first = await run(range);
    assert.equal(first.changes, undefined);
    assert.equal(first.mismatches.length, 1);
    await cancelByHand(gone.partnerReferenceNo);
    await eventually(
      () =>
        stack.client.workflow.count(
          `PartnerReferenceNo = '${first.from}_${first.to}' AND ExecutionStatus = 'Completed'`,
        ),
      ({ count }) => count === 1,
    );
    const { changes } = await run(range);
    assert.deepEqual(
      changes?.appeared.map(({ partnerReferenceNo }) => partnerReferenceNo),
      [gone.partnerReferenceNo],
    );
    assert.deepEqual([changes?.gone, changes?.isPartial], [[], false]);
    assert.match(reconciliationPage(await run(range)), /reconciled before/);
  });

  test('the run that an operator reset is not judged', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '1 hour' });
    const { partnerReferenceNo } = order;
    const from = new Date();
    await shop.paid(order);
    await eventually(
      () => shop.journeys.purchase.status(partnerReferenceNo),
      ({ status }) => status === 'awaiting-acknowledgement',
    );
    const handle = stack.client.workflow.getHandle(`purchase/${partnerReferenceNo}`);
    const { runId } = await handle.describe();
    const { events } = await handle.fetchHistory();
    const firstTask = events?.find(({ workflowTaskCompletedEventAttributes }) =>
      Boolean(workflowTaskCompletedEventAttributes),
    );
    assert.ok(firstTask?.eventId);
    await stack.client.workflowService.resetWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId: `purchase/${partnerReferenceNo}`, runId },
      workflowTaskFinishEventId: firstTask.eventId,
      requestId: randomUUID(),
    });
    await eventually(
      () =>
        stack.client.workflow.count(
          `PartnerReferenceNo = '${partnerReferenceNo}' AND ExecutionStatus = 'Terminated'`,
        ),
      ({ count }) => count === 1,
    );
    const { counts, mismatches } = await run({ from, to: new Date() });
    assert.deepEqual(mismatches, []);
    assert.ok(counts.open >= 1);
  });

  test('rows of a part that is not done yet, or was broken off, are known', async () => {
    const { customerId } = await shop.boundCustomer();
    const rows = [1, 2].map(() => ({
      partnerReferenceNo: `TOP-${randomUUID()}`,
      customerId,
      amount: idr('100.00'),
    }));
    const [done, held] = rows.map(({ partnerReferenceNo }) => partnerReferenceNo) as [
      string,
      string,
    ];
    await shop.doku.hold(held);
    const batchReference = `batch-${randomUUID().slice(0, 8)}`;
    const from = new Date();
    await shop.journeys.topUpBatch.start({ batchReference, rows });
    await eventually(
      () => shop.doku.entries(done),
      (entries) => entries.length > 0,
    );
    const running = await run({ from, to: new Date() });
    assert.deepEqual(running.mismatches, []);
    assert.ok(running.counts.entries >= 1);
    await shop.doku.finish(held, 'success');
    await shop.journeys.topUpBatch.result(batchReference);
  });

  test('a reference that is not of our form is found, and filed without a phone number', async () => {
    const { customerId, accountId } = await shop.boundCustomer();
    const caller = await new SignedCaller(stack.sandbox).signIn();
    const references = ['gaji № 7', `sent to 0812 3456 7890 ${accountId.slice(0, 2)}`];
    for (const partnerReferenceNo of references)
      await caller.call('b2b/v1.0/emoney/topup', {
        partnerReferenceNo,
        customerNumber: accountId,
        amount: idr('100.00'),
      });
    const { mismatches } = await run();
    const own = mismatches.filter((mismatch) => mismatch.customerId === customerId);
    assert.equal(own.length, 2);
    assert.doesNotMatch(JSON.stringify(own), /3456/);
    const found = own.map(({ kind, amount }) => [kind, amount]);
    assert.deepEqual(found, [
      ['missing-here', '100.00'],
      ['missing-here', '100.00'],
    ]);
    // Found by its digest; again it is the same, and it is not taken for a journey of that number.
    const open = `WorkflowType = 'finding' AND CustomerId = '${customerId}'`;
    await eventually(
      () => stack.client.workflow.count(open),
      ({ count }) => count === 2,
    );
    const again = await run();
    assert.equal(again.mismatches.filter((one) => one.customerId === customerId).length, 2);
    assert.equal((await stack.client.workflow.count(open)).count, 2);
  });

  test('an entry that does not say what it is, or how it stands, is no match, and is looked at again', async () => {
    for (const [field, form] of [
      ['detailData.0.status', 'missing'],
      ['detailData.0.type', 'number'],
    ] as const) {
      const { customerId, accountId } = await shop.boundCustomer();
      const caller = await new SignedCaller(stack.sandbox).signIn();
      await caller.call('b2b/v1.0/emoney/topup', {
        partnerReferenceNo: `TOP-${randomUUID()}`,
        customerNumber: accountId,
        amount: idr('100.00'),
      });
      const { id } = await shop.doku.temperament({
        temperament: 'writesOddly',
        operation: 'historyList',
        accountId,
        field,
        form,
      });
      const odd = await run();
      assert.ok(odd.counts.unaskable >= 1, field);
      assert.deepEqual(
        odd.mismatches.filter((one) => one.customerId === customerId),
        [],
      );
      await shop.doku.calm(id);
      const clear = await run();
      const found = clear.mismatches.filter((one) => one.customerId === customerId);
      assert.deepEqual(
        found.map(({ kind }) => kind),
        ['missing-here'],
      );
    }
  });

  test('a refund that was rejected excuses no reversed purchase; one that went through does', async () => {
    const { customerId } = await shop.boundCustomer();
    const from = new Date();
    const order = shop.order(customerId);
    const { partnerReferenceNo, amount } = order;
    await shop.journeys.purchase.redirect(order);
    const rejected = `REF-${randomUUID()}`;
    const refund = { partnerRefundNo: rejected, partnerReferenceNo, customerId, amount };
    // Of the whole, and too early.
    await shop.journeys.refund.start({ ...refund, reason: 'changed my mind' });
    assert.equal((await shop.journeys.refund.result(rejected)).outcome, 'rejected');
    await shop.doku.customer(partnerReferenceNo, 'pay');
    await shop.journeys.purchase.notified(partnerReferenceNo);
    await shop.journeys.purchase.result(partnerReferenceNo);
    await shop.doku.settle(partnerReferenceNo);
    const caller = await new SignedCaller(stack.sandbox).signIn(
      (await shop.doku.account({ bound: true })).authCode,
    );
    await caller.call('b2b/v1.0/debit/refund', {
      originalPartnerReferenceNo: order.partnerReferenceNo,
      partnerRefundNo: `BACK-${randomUUID()}`,
      refundAmount: order.amount,
      reason: 'by hand',
    });
    const excused = await paidOrder(customerId);
    const whole = `REF-${randomUUID()}`;
    await shop.journeys.refund.start({
      partnerRefundNo: whole,
      partnerReferenceNo: excused.partnerReferenceNo,
      customerId,
      amount: excused.amount,
      reason: 'returned',
    });
    assert.equal((await shop.journeys.refund.result(whole)).outcome, 'refunded');
    const { mismatches } = await run({ from, to: new Date() });
    const about = mismatches.filter(({ subject }) => subject.startsWith('purchase/'));
    assert.deepEqual(
      about.map(({ kind, partnerReferenceNo }) => [kind, partnerReferenceNo]),
      [['missing-here', order.partnerReferenceNo]],
    );
  });

  test('what cannot be asked is looked at again', async () => {
    const { customerId, phoneNo } = await shop.boundCustomer();
    const from = new Date();
    const order = await paidOrder(customerId);
    const closing = { customerId, reference: 'close-1' };
    await shop.journeys.closeAccount.start(closing);
    await shop.journeys.closeAccount.submitOtp(closing, await shop.doku.otp(phoneNo));
    await shop.journeys.closeAccount.result(closing);
    // Another one's answer cannot be read; it costs the first none of its own.
    const other = (await shop.boundCustomer()).customerId;
    const [odd, sound] = [await paidOrder(other), await paidOrder(other)];
    const match = { partnerReferenceNo: odd.partnerReferenceNo };
    const unreadable = { operation: 'purchaseStatus', fault: 'notJson', when: 'after' } as const;
    await shop.doku.fault({ ...unreadable, times: 1_000, match });
    const { counts, mismatches } = await run({ from, to: new Date() });
    assert.deepEqual([counts.checked, counts.unaskable], [1, 2]);
    assert.deepEqual(mismatches, []);
    assert.equal(await isThere(`recheck/purchase/${order.partnerReferenceNo}`), 'RUNNING');
    assert.equal(await isThere(`recheck/purchase/${odd.partnerReferenceNo}`), 'RUNNING');
    assert.equal(await isThere(`recheck/purchase/${sound.partnerReferenceNo}`), 'none');
  });

  test('a transfer that ended as never executed is watched', async () => {
    const { customerId } = await shop.boundCustomer();
    const from = new Date();
    const partnerReferenceNo = `TRF-${randomUUID()}`;
    const { beneficiaryAccountName } = await shop.journeys.bankTransfer.beneficiary({
      partnerReferenceNo,
      customerId,
      amount: idr('9000000.00'),
      beneficiaryAccountNumber: '8377388292',
      beneficiaryBankCode: '014',
    });
    await shop.journeys.bankTransfer.confirm(partnerReferenceNo, beneficiaryAccountName);
    const { outcome } = await shop.journeys.bankTransfer.result(partnerReferenceNo);
    assert.equal(outcome, 'failed');
    const { counts, mismatches } = await run({ from, to: new Date() });
    assert.deepEqual([counts.matched, mismatches], [1, []]);
    assert.equal(await isThere(`recheck/transfer/${partnerReferenceNo}`), 'RUNNING');
  });

  test('takes its day from the schedule, and a late run costs no other its day', async () => {
    await shop.journeys.reconciliation.daily({ hour: 2 });
    const schedule = stack.client.schedule.getHandle('reconciliation');
    const { policies } = await schedule.describe();
    assert.equal(policies.overlap, 'ALLOW_ALL');
    const [start, end] = ['2026-11-20T18:00:00Z', '2026-11-22T20:00:00Z'];
    await schedule.backfill({ start: new Date(start), end: new Date(end) });
    const days = new Set<string>();
    await eventually(
      async () => {
        const query =
          "WorkflowId STARTS_WITH 'reconciliation/daily' AND ExecutionStatus = 'Completed'";
        for await (const { workflowId } of stack.client.workflow.list({ query })) {
          const { from, to } = (await stack.client.workflow.getHandle(workflowId).result()) as {
            from: string;
            to: string;
          };
          days.add(`${from} ${to}`);
        }
        return days.size;
      },
      (seen) => seen >= 3,
    );
    assert.deepEqual([...days].sort(), [
      '2026-11-19T17:00:00.000Z 2026-11-20T17:00:00.000Z',
      '2026-11-20T17:00:00.000Z 2026-11-21T17:00:00.000Z',
      '2026-11-21T17:00:00.000Z 2026-11-22T17:00:00.000Z',
    ]);
  });

  test('runs daily in Jakarta, by one schedule however often it is set', async () => {
    await shop.journeys.reconciliation.daily({ hour: 2 });
    await shop.journeys.reconciliation.daily({ hour: 3, minute: 30 });
    const { spec, info } = await stack.client.schedule.getHandle('reconciliation').describe();
    assert.equal(spec.timezone, 'Asia/Jakarta');
    const next = info.nextActionTimes[0]?.toISOString() ?? '';
    assert.match(next, /T20:30:00/);
  });

  test('runs daily for each task queue, by a schedule of its own', async () => {
    const { journeys } = new Shop(stack.client, stack.sandbox.url, 'rehearsal');
    assert.equal(await shop.journeys.reconciliation.daily({ hour: 2 }), 'reconciliation');
    const own = 'reconciliation/rehearsal';
    assert.equal(await journeys.reconciliation.daily({ hour: 4 }), own);
    assert.equal(await journeys.reconciliation.daily({ hour: 5 }), own);
    const queueOf = async (scheduleId: string) =>
      (await stack.client.schedule.getHandle(scheduleId).describe()).action.taskQueue;
    assert.equal(await queueOf('reconciliation'), 'doku-journeys');
    assert.equal(await queueOf(own), 'rehearsal');
  });
});
