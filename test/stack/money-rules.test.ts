import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import {
  CustomerNotBoundError,
  InputMismatchError,
  JourneyEndedError,
  NotNowError,
  type PurchaseInput,
} from '../../client/index.js';
import { digestOf } from '../../client/temporal/start.js';
import { purchaseWorkflowId } from '../../contract/identity.js';
import { purchaseInputSchema } from '../../contract/purchase.js';
import type { OperationName } from '../../sandbox/doku/faults.js';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

describe('the money rules', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  const whenStatus = (reference: string, status: string) =>
    eventually(
      () => shop.journeys.purchase.status(reference),
      (view) => view.status === status,
    );

  /** As when Temporal's retention forgot the first run: nothing stops a second one under the same reference. */
  const startAfresh = (order: PurchaseInput) =>
    stack.client.workflow.start('purchase', {
      workflowId: purchaseWorkflowId(order.partnerReferenceNo),
      taskQueue: 'doku-journeys',
      args: [order],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    });

  test('rule 1: starting a purchase twice debits once and gives the same page', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    const [first, second] = await Promise.all([
      shop.journeys.purchase.redirect(order),
      shop.journeys.purchase.redirect(order),
    ]);
    assert.deepEqual(first, second);
    await shop.paid(order);
    await shop.assertProven(
      await shop.journeys.purchase.result(order.partnerReferenceNo),
      '10000.00',
    );
    const ended = await shop.journeys.purchase.redirect(order).catch((error) => error);
    assert.ok(ended instanceof JourneyEndedError);
  });

  for (const isLost of [false, true])
    test(`rule 7: another customer's payment under the number is not the order's${isLost ? ', also where no answer says so' : ''}`, async () => {
      const first = await shop.boundCustomer();
      const order = shop.order(first.customerId);
      const { partnerReferenceNo } = order;
      await shop.paid(order);
      await shop.journeys.purchase.result(partnerReferenceNo);
      await shop.forget(partnerReferenceNo);
      const match = { partnerReferenceNo };
      if (isLost)
        await shop.doku.fault({ operation: 'purchase', fault: 'drop', when: 'before', match });
      const { customerId } = await shop.boundCustomer();
      await shop.journeys.purchase.start({ ...order, customerId });
      const { attention } = await whenStatus(partnerReferenceNo, 'needs-attention');
      assert.match(attention?.reason ?? '', /may be another's payment/);
      assert.deepEqual(attention?.decisions, ['ask-again', 'record-paid', 'record-cancelled']);
      const word = { decision: 'record-cancelled', operator: 'sari', note: 'of Budi' } as const;
      await shop.journeys.purchase.resolve(partnerReferenceNo, word);
      const { outcome, refusal } = await shop.journeys.purchase.result(partnerReferenceNo);
      assert.deepEqual([outcome, refusal], ['declined', 'number-used-otherwise']);
      const moved = (await shop.doku.entries(partnerReferenceNo)).map(({ type }) => type);
      assert.ok(!moved.includes('purchaseCancel'), 'and the first one keeps what was bought');
    });

  test('rule 10: a fee that DOKU took on top is told', async () => {
    const { customerId, accountId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    const reference = order.partnerReferenceNo;
    await shop.doku.temperament({ temperament: 'takesFee', amount: '25.00', reference });
    const before = Number(await shop.doku.balance(accountId));
    await shop.paid(order);
    const { outcome, amount, feeAmount } = await shop.journeys.purchase.result(reference);
    assert.deepEqual([outcome, amount.value, feeAmount], ['paid', '10000.00', '25.00']);
    assert.equal(Number(await shop.doku.balance(accountId)), before - 10_025);
  });

  test('rule 1: the same reference with different input is a clear error, open or ended', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    await shop.journeys.purchase.redirect(order);
    const other = { ...order, amount: { value: '20000.00', currency: 'IDR' as const } };
    await assert.rejects(shop.journeys.purchase.redirect(other), InputMismatchError);
    await assert.rejects(shop.journeys.purchase.start(other), InputMismatchError);
    await shop.journeys.purchase.cancel(order.partnerReferenceNo, 'test');
    await assert.rejects(shop.journeys.purchase.redirect(other), InputMismatchError);
    await assert.doesNotReject(shop.journeys.purchase.start(order));
  });

  test('rule 1: so it is whatever started the journey, and the page says what it asks for', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, {
      amount: { value: '1.00', currency: 'IDR' },
      description: 'Kopi \u{1f375} é',
    });
    // As a backend in another language, which leaves no memo and fills in no defaults.
    await startAfresh(order);
    const page = await shop.journeys.purchase.redirect(order);
    assert.deepEqual(page.amount, order.amount);
    await assert.doesNotReject(shop.journeys.purchase.start(order));
    const other = { ...order, amount: { value: '25000000.00', currency: 'IDR' as const } };
    await assert.rejects(shop.journeys.purchase.redirect(other), InputMismatchError);
    await assert.rejects(shop.journeys.purchase.start(other), InputMismatchError);
    // Or one that leaves the digest of what it does not start.
    const lying = shop.order(customerId, { amount: { value: '1.00', currency: 'IDR' } });
    const asked = { ...lying, amount: { value: '25000000.00', currency: 'IDR' as const } };
    await stack.client.workflow.start('purchase', {
      workflowId: purchaseWorkflowId(lying.partnerReferenceNo),
      taskQueue: 'doku-journeys',
      args: [lying],
      memo: { inputDigest: digestOf(purchaseInputSchema.parse(asked)) },
    });
    await assert.rejects(shop.journeys.purchase.redirect(asked), InputMismatchError);
    await assert.rejects(shop.journeys.purchase.start(asked), InputMismatchError);
    for (const { partnerReferenceNo } of [order, lying])
      await shop.journeys.purchase.cancel(partnerReferenceNo, 'test');
  });

  test('rule 1: a journey started again after retention forgot it finds the payment and does not undo it', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    await shop.paid(order);
    await shop.journeys.purchase.result(order.partnerReferenceNo);
    await startAfresh({ ...order, acknowledgeWithin: '1 second' });
    const { attention } = await whenStatus(order.partnerReferenceNo, 'needs-attention');
    assert.match(attention?.reason ?? '', /paid before this journey started/);
    await shop.journeys.purchase.resolve(order.partnerReferenceNo, {
      decision: 'record-paid',
      operator: 'ani',
      note: 'delivered in May',
    });
    const result = await shop.journeys.purchase.result(order.partnerReferenceNo);
    assert.equal(result.outcome, 'paid');
    assert.equal(result.resolution?.operator, 'ani');
    await shop.assertProven(result, '10000.00');
  });

  test('rule 2: a lost answer to Purchase Web is asked about, and the same request recovers the page', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    const { partnerReferenceNo } = order;
    await shop.doku.fault({
      operation: 'purchase',
      fault: 'drop',
      when: 'after',
      match: { partnerReferenceNo },
    });
    await shop.journeys.purchase.redirect(order);
    const calls = (await shop.doku.requests()).filter(
      (request) => request.partnerReferenceNo === partnerReferenceNo,
    );
    assert.deepEqual(
      calls.slice(0, 3).map((call) => call.operation),
      ['purchase', 'purchaseStatus', 'purchase'],
    );
    assert.equal(new Set(calls.map((call) => call.externalId)).size, calls.length);
  });

  test('rule 2: a page that cannot be had is cancelled, not left open', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { payWithin: '4 seconds' });
    const { partnerReferenceNo } = order;
    await shop.doku.fault({
      operation: 'purchase',
      fault: 'truncated',
      when: 'after',
      times: 99,
      match: { partnerReferenceNo },
    });
    const ended = await shop.journeys.purchase.redirect(order).catch((error) => error);
    assert.ok(ended instanceof JourneyEndedError);
    const result = await shop.journeys.purchase.result(partnerReferenceNo);
    assert.equal(result.outcome, 'cancelled');
    await shop.assertProven(result, '10000.00');
  });

  test('rule 3: a refused purchase is declined with the reason and moves nothing', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { amount: { value: '99000000.00', currency: 'IDR' } });
    await assert.rejects(shop.journeys.purchase.redirect(order), JourneyEndedError);
    const result = await shop.journeys.purchase.result(order.partnerReferenceNo);
    assert.deepEqual([result.outcome, result.refusal], ['declined', 'limit-exceeded']);
    assert.match(result.responseCode ?? '', /^403\d{2}02$/);
    assert.match(result.responseMessage ?? '', /limit/i);
    await shop.assertProven(result, '99000000.00');
  });

  test('rule 10: what DOKU refused with is told in its own words, whatever it refused', async () => {
    const { customerId } = await shop.boundCustomer({ balance: '100000.00' });
    const { authorizedPurchase, bankTransfer, refund, topUp } = shop.journeys;
    const words = 'Exceeds The Limit Of This Wallet';
    const refused = (operation: OperationName, reference: string) =>
      shop.doku.temperament({
        temperament: 'refuses',
        operation,
        reference,
        code: '403xx02',
        message: words,
      });
    const amount = idr('10000.00');
    const numberOf = (kind: string) => `${kind}-${randomUUID()}`;

    const payout = numberOf('TOP');
    await refused('topUp', payout);
    await topUp.start({ partnerReferenceNo: payout, customerId, amount });

    const transfer = numberOf('TRF');
    await refused('transferBank', transfer);
    const { beneficiaryAccountName } = await bankTransfer.beneficiary({
      partnerReferenceNo: transfer,
      customerId,
      amount,
      beneficiaryAccountNumber: '8377388292',
      beneficiaryBankCode: '014',
    });
    await bankTransfer.confirm(transfer, beneficiaryAccountName).catch(() => {});

    const declined = numberOf('AUT');
    await refused('authPayment', declined);
    const hold = { customerId, amount, title: 'Hotel' };
    await assert.rejects(
      authorizedPurchase.authorize({ ...hold, partnerReferenceNo: declined }),
      JourneyEndedError,
    );

    const held = numberOf('AUT');
    await authorizedPurchase.authorize({ ...hold, partnerReferenceNo: held });
    await refused('authCapture', held);
    const capture = { partnerCaptureNo: numberOf('CAP'), amount };

    const order = shop.order(customerId);
    await shop.paid(order);
    const { partnerReferenceNo } = order;
    await shop.journeys.purchase.result(partnerReferenceNo);
    await shop.doku.settle(partnerReferenceNo);
    await refused('purchaseRefund', partnerReferenceNo);
    const partnerRefundNo = numberOf('REF');
    const back = { partnerRefundNo, partnerReferenceNo, customerId, amount: order.amount };
    await refund.start({ ...back, reason: 'returned' });

    for (const { responseCode = '', responseMessage = '' } of [
      await topUp.result(payout),
      await bankTransfer.result(transfer),
      await authorizedPurchase.result(declined),
      await authorizedPurchase.capture(held, capture),
      await refund.result(partnerRefundNo),
    ]) {
      assert.match(responseCode, /^403\d{2}02$/);
      assert.equal(responseMessage, words);
    }
  });

  test('rule 3: a customer who is not bound is declined before anything is sent', async () => {
    const order = shop.order('nobody-1');
    await assert.rejects(shop.journeys.purchase.redirect(order), CustomerNotBoundError);
    const result = await shop.journeys.purchase.result(order.partnerReferenceNo);
    assert.deepEqual([result.outcome, result.refusal], ['declined', 'not-bound']);
    assert.deepEqual(
      (await shop.doku.requests()).filter(
        (request) => request.partnerReferenceNo === order.partnerReferenceNo,
      ),
      [],
    );
  });

  test('rule 3: a customer who says no is declined', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    await shop.journeys.purchase.redirect(order);
    await shop.doku.customer(order.partnerReferenceNo, 'decline');
    await shop.journeys.purchase.customerReturned(order.partnerReferenceNo, '?status=SUCCESS');
    const result = await shop.journeys.purchase.result(order.partnerReferenceNo);
    assert.equal(result.outcome, 'declined');
    await shop.assertProven(result, '10000.00');
  });

  test('rule 3: a forged notification of success changes nothing', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    await shop.journeys.purchase.redirect(order);
    await shop.journeys.purchase.notified(order.partnerReferenceNo, {
      latestTransactionStatus: '00',
    });
    await eventually(
      () => shop.doku.requests('purchaseStatus'),
      (asked) => asked.some((request) => request.partnerReferenceNo === order.partnerReferenceNo),
    );
    assert.equal(
      (await shop.journeys.purchase.status(order.partnerReferenceNo)).status,
      'awaiting-payment',
    );
    const result = await shop.journeys.purchase.cancel(order.partnerReferenceNo, 'test');
    assert.equal(result.outcome, 'cancelled');
  });

  test('rule 4: a purchase not paid in time is cancelled', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { payWithin: '1 second' });
    await shop.journeys.purchase.redirect(order);
    const result = await shop.journeys.purchase.result(order.partnerReferenceNo);
    assert.deepEqual([result.outcome, result.reason], ['cancelled', 'pay-within-elapsed']);
    assert.equal(
      (await shop.doku.customer(order.partnerReferenceNo, 'pay')).outcome,
      'not-payable',
    );
    await shop.assertProven(result, '10000.00');
  });

  test('rule 4: a payment in the last moment counts as paid', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { payWithin: '2 seconds' });
    const { partnerReferenceNo } = order;
    await shop.journeys.purchase.redirect(order);
    await shop.doku.customer(partnerReferenceNo, 'pay');
    const result = await shop.journeys.purchase.result(partnerReferenceNo);
    assert.equal(result.outcome, 'paid');
  });

  test('rule 4: a cancel refused because the payment settled becomes a refund', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '1 hour' });
    const { partnerReferenceNo } = order;
    await shop.paid(order);
    await whenStatus(partnerReferenceNo, 'awaiting-acknowledgement');
    await shop.doku.settle(partnerReferenceNo);
    const result = await shop.journeys.purchase.cancel(partnerReferenceNo, 'sold out');
    assert.deepEqual([result.outcome, result.note], ['refunded', 'sold out']);
    await shop.assertProven(result, '10000.00');
  });

  test('rule 4: cancelling the workflow in Temporal reverses the payment and proves it', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '1 hour' });
    await shop.paid(order);
    await whenStatus(order.partnerReferenceNo, 'awaiting-acknowledgement');
    await stack.client.workflow.getHandle(purchaseWorkflowId(order.partnerReferenceNo)).cancel();
    const result = await shop.journeys.purchase.result(order.partnerReferenceNo);
    assert.equal(result.outcome, 'cancelled');
    await shop.assertProven(result, '10000.00');
  });

  test('rule 5: the silence of a merchant reverses the payment', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '1 second' });
    await shop.paid(order);
    const result = await shop.journeys.purchase.result(order.partnerReferenceNo);
    assert.deepEqual([result.outcome, result.reason], ['cancelled', 'acknowledge-within-elapsed']);
    await shop.assertProven(result, '10000.00');
    await assert.rejects(
      shop.journeys.purchase.acknowledge(order.partnerReferenceNo),
      JourneyEndedError,
    );
  });

  test('rule 5: never both fulfilled and reversed: an acknowledgement wins or is refused', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '1 hour' });
    const { partnerReferenceNo } = order;
    await shop.paid(order);
    await whenStatus(partnerReferenceNo, 'awaiting-acknowledgement');
    const [acknowledged, cancelled] = await Promise.allSettled([
      shop.journeys.purchase.acknowledge(partnerReferenceNo),
      shop.journeys.purchase.cancel(partnerReferenceNo, 'changed our mind'),
    ]);
    const result = await shop.journeys.purchase.result(partnerReferenceNo);
    assert.equal(acknowledged.status === 'fulfilled', result.outcome === 'paid');
    assert.ok(cancelled.status === 'rejected' || cancelled.value.outcome === result.outcome);
    await shop.assertProven(result, '10000.00');
  });

  test('rule 5: acknowledging before there is a payment is refused, twice after it is the same as once', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '1 hour' });
    const { partnerReferenceNo } = order;
    await shop.journeys.purchase.redirect(order);
    await assert.rejects(shop.journeys.purchase.acknowledge(partnerReferenceNo), NotNowError);
    await shop.paid(order);
    await whenStatus(partnerReferenceNo, 'awaiting-acknowledgement');
    await shop.journeys.purchase.acknowledge(partnerReferenceNo);
    await shop.journeys.purchase.result(partnerReferenceNo);
    await shop.journeys.purchase.acknowledge(partnerReferenceNo);
  });

  test('needs-attention: another amount at DOKU is for an operator, and a wrong decision is refused', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    const { partnerReferenceNo } = order;
    await shop.paid(order);
    await shop.journeys.purchase.result(partnerReferenceNo);
    const workflowId = purchaseWorkflowId(partnerReferenceNo);
    await startAfresh({ ...order, amount: { value: '12000.00', currency: 'IDR' } });
    const { attention } = await whenStatus(partnerReferenceNo, 'needs-attention');
    assert.match(attention?.reason ?? '', /another amount, 10000\.00/);
    await assert.rejects(
      shop.journeys.purchase.resolve(partnerReferenceNo, {
        decision: 'shrug',
        operator: 'ani',
        note: 'no',
      }),
      /resolution\.decision: must be one of ask-again/,
    );
    await eventually(
      async () => {
        const ids: string[] = [];
        for await (const execution of stack.client.workflow.list({
          query: "JourneyStatus = 'needs-attention'",
        }))
          ids.push(execution.workflowId);
        return ids;
      },
      (ids) => ids.includes(workflowId),
    );
    const note = `case ${randomUUID()}`;
    await assert.rejects(
      shop.journeys.purchase.resolve(partnerReferenceNo, {
        decision: 'record-cancelled',
        operator: 'ani',
        note,
      }),
      /record-cancelled is refused: DOKU's status is success/,
    );
    await assert.rejects(
      shop.journeys.purchase.resolve(partnerReferenceNo, {
        decision: 'record-paid',
        operator: 'ani',
        note,
      }),
      /record-paid is refused: DOKU holds another amount, 10000\.00/,
    );
    const right = { decision: 'record-paid', operator: 'ani', note, force: true };
    await shop.journeys.purchase.resolve(partnerReferenceNo, right);
    const result = await shop.journeys.purchase.result(partnerReferenceNo);
    assert.deepEqual([result.outcome, result.resolution], ['paid', right]);
  });

  test('needs-attention: an operator who insists overrules DOKU, and the result says so', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    const { partnerReferenceNo } = order;
    await shop.paid(order);
    await shop.journeys.purchase.result(partnerReferenceNo);
    await startAfresh({ ...order, amount: { value: '12000.00', currency: 'IDR' } });
    await whenStatus(partnerReferenceNo, 'needs-attention');
    const insisted = { decision: 'record-cancelled', operator: 'ani', note: 'no', force: true };
    await shop.journeys.purchase.resolve(partnerReferenceNo, insisted);
    const result = await shop.journeys.purchase.result(partnerReferenceNo);
    assert.deepEqual([result.outcome, result.resolution], ['cancelled', insisted]);
  });

  for (const isSettled of [false, true]) {
    test(`needs-attention: what an operator reverses in another amount ${isSettled ? 'and after it settled ' : ''}ends reversed, and says in which`, async () => {
      const { customerId, accountId } = await shop.boundCustomer({ balance: '100000.00' });
      const order = shop.order(customerId);
      const { partnerReferenceNo } = order;
      const { purchase } = shop.journeys;
      const other = { temperament: 'otherAmount', amount: '7000.00' } as const;
      await shop.doku.temperament({ ...other, reference: partnerReferenceNo });
      await shop.paid(order);
      await whenStatus(partnerReferenceNo, 'needs-attention');
      assert.equal(await shop.doku.balance(accountId), '93000.00');
      if (isSettled) await shop.doku.settle(partnerReferenceNo);
      const decided = { decision: 'reverse', operator: 'ani', note: 'not what was asked' };
      await purchase.resolve(partnerReferenceNo, decided);
      const result = await purchase.result(partnerReferenceNo, { deadline: Date.now() + 60_000 });
      assert.deepEqual(
        [result.outcome, result.reason, result.heldAmount, result.amount],
        [isSettled ? 'refunded' : 'cancelled', 'operator-resolved', '7000.00', order.amount],
      );
      assert.deepEqual(result.resolution, decided);
      assert.equal(await shop.doku.balance(accountId), '100000.00');
    });
  }
});
