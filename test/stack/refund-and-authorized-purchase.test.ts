import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import {
  InvalidInputError,
  JourneyEndedError,
  NotNowError,
  UnknownJourneyError,
} from '../../client/index.js';
import { refundTurnWorkflowId } from '../../contract/identity.js';
import type { Stack } from '../../worker/local/stack.js';
import { workerDataConverter } from '../../worker/temporal/encryption.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { forget, reset } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

describe('refund and authorised purchase', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  describe('refund', { concurrency: true }, () => {
    const paidPurchase = async () => {
      const customer = await shop.boundCustomer();
      const order = shop.order(customer.customerId);
      await shop.paid(order);
      await shop.journeys.purchase.result(order.partnerReferenceNo);
      return { ...customer, partnerReferenceNo: order.partnerReferenceNo };
    };
    const refundOf = (
      purchase: { customerId: string; partnerReferenceNo: string },
      value: string,
    ) => ({
      partnerRefundNo: `REF-${randomUUID()}`,
      partnerReferenceNo: purchase.partnerReferenceNo,
      customerId: purchase.customerId,
      amount: idr(value),
      reason: 'returned',
    });

    test('before settlement the whole goes back by a cancel', async () => {
      const purchase = await paidPurchase();
      const input = refundOf(purchase, '10000.00');
      await shop.journeys.refund.start(input);
      const { outcome, by } = await shop.journeys.refund.result(input.partnerRefundNo);
      assert.deepEqual([outcome, by], ['refunded', 'cancel']);
      assert.equal((await shop.ledgerOf(purchase.partnerReferenceNo)).net, 0);
    });

    test('a turn that nobody holds any more keeps no refund waiting', async () => {
      const purchase = await paidPurchase();
      const workflowId = `refund/GONE-${randomUUID()}`;
      const worker = await Worker.create({
        connection: stack.temporal.nativeConnection,
        taskQueue: 'leaves-turn',
        workflowsPath: fileURLToPath(new URL('../setting/leaves-turn.ts', import.meta.url)),
        dataConverter: workerDataConverter(stack.dataConverter),
      });
      await worker.runUntil(
        stack.client.workflow.execute('leavesTurn', {
          workflowId,
          taskQueue: 'leaves-turn',
          args: [refundTurnWorkflowId(purchase.partnerReferenceNo)],
        }),
      );
      // It is no journey, so that nothing is there to replay it.
      await forget(stack.client, workflowId);
      const input = refundOf(purchase, '10000.00');
      await shop.journeys.refund.start(input);
      const { outcome } = await shop.journeys.refund.result(input.partnerRefundNo);
      assert.equal(outcome, 'refunded');
    });

    test("of another customer's purchase is refused at once, and keeps none waiting", async () => {
      const purchase = await paidPurchase();
      const others = [`nobody-${randomUUID()}`, (await shop.boundCustomer()).customerId];
      for (const customerId of others) {
        const mistyped = refundOf({ ...purchase, customerId }, '10000.00');
        await shop.journeys.refund.start(mistyped);
        const { rejection } = await shop.journeys.refund.result(mistyped.partnerRefundNo);
        assert.equal(rejection, 'other-customer');
      }
      const input = refundOf(purchase, '10000.00');
      await shop.journeys.refund.start(input);
      const { outcome } = await shop.journeys.refund.result(input.partnerRefundNo);
      assert.equal(outcome, 'refunded');
    });

    test('that waits for its turn names the one that comes first, and says when that needs attention', async () => {
      const purchase = await paidPurchase();
      const workflowId = `purchase/${purchase.partnerReferenceNo}`;
      // Nothing is left that says whose it is.
      await forget(stack.client, workflowId);
      const mistyped = { ...purchase, customerId: `nobody-${randomUUID()}` };
      const first = refundOf(mistyped, '10000.00');
      await shop.journeys.refund.start(first);
      const second = refundOf(purchase, '10000.00');
      await eventually(
        () => shop.journeys.refund.status(first.partnerRefundNo),
        ({ status }) => status === 'needs-attention',
      );
      await shop.journeys.refund.start(second);
      const waiting = await eventually(
        () => shop.journeys.refund.status(second.partnerRefundNo),
        ({ waitsForOperator }) => waitsForOperator === true,
      );
      assert.deepEqual(waiting.waitsFor, [`refund/${first.partnerRefundNo}`]);
      await shop.journeys.refund.resolve(first.partnerRefundNo, {
        decision: 'record-not-refunded',
        operator: 'ani',
        note: 'mistyped',
      });
      const { outcome } = await shop.journeys.refund.result(second.partnerRefundNo);
      assert.equal(outcome, 'refunded');
      const { waitsFor } = await shop.journeys.refund.status(second.partnerRefundNo);
      assert.equal(waitsFor, undefined);
    });

    test('after settlement parts go back, never more than was paid, even many at once', async () => {
      const purchase = await paidPurchase();
      await shop.doku.settle(purchase.partnerReferenceNo);
      const inputs = Array.from({ length: 6 }, () => refundOf(purchase, '3000.00'));
      await Promise.all(inputs.map((input) => shop.journeys.refund.start(input)));
      const results = await Promise.all(
        inputs.map((input) => shop.journeys.refund.result(input.partnerRefundNo)),
      );
      const refunded = results.filter(({ outcome }) => outcome === 'refunded');
      assert.equal(refunded.length, 3);
      const others = results.filter(({ outcome }) => outcome === 'rejected');
      assert.deepEqual(new Set(others.map(({ rejection }) => rejection)), new Set(['above-paid']));
      assert.equal((await shop.ledgerOf(purchase.partnerReferenceNo)).net, -1000);
    });

    test('two refunds of the whole at once give it back once, and one of them says so', async () => {
      const purchase = await paidPurchase();
      const inputs = [refundOf(purchase, '10000.00'), refundOf(purchase, '10000.00')];
      const match = { partnerReferenceNo: purchase.partnerReferenceNo };
      await shop.doku.fault({ operation: 'purchaseCancel', fault: 'drop', when: 'after', match });
      await Promise.all(inputs.map((input) => shop.journeys.refund.start(input)));
      const results = await Promise.all(
        inputs.map((input) => shop.journeys.refund.result(input.partnerRefundNo)),
      );
      assert.deepEqual(results.map(({ outcome }) => outcome).sort(), ['refunded', 'rejected']);
      assert.equal((await shop.ledgerOf(purchase.partnerReferenceNo)).net, 0);
    });

    test('a part waits until the purchase has settled', async () => {
      const purchase = await paidPurchase();
      const input = refundOf(purchase, '4000.00');
      await shop.journeys.refund.start(input);
      await eventually(
        () => shop.journeys.refund.status(input.partnerRefundNo),
        ({ status }) => status === 'awaiting-settlement',
      );
      await shop.doku.settle(purchase.partnerReferenceNo);
      const { outcome, by } = await shop.journeys.refund.result(input.partnerRefundNo);
      assert.deepEqual([outcome, by], ['refunded', 'refund']);
      assert.equal((await shop.ledgerOf(purchase.partnerReferenceNo)).net, -6000);
    });

    test('by a cancel, forgotten and begun again is for an operator, as DOKU does not tell whose that was', async () => {
      const purchase = await paidPurchase();
      const input = refundOf(purchase, '10000.00');
      const { refund } = shop.journeys;
      await refund.start(input);
      assert.equal((await refund.result(input.partnerRefundNo)).by, 'cancel');
      await forget(stack.client, `refund/${input.partnerRefundNo}`);
      await refund.start(input);
      await eventually(
        () => refund.status(input.partnerRefundNo),
        ({ status, result }) => status === 'needs-attention' || result !== undefined,
      );
      const decided = { decision: 'record-refunded', operator: 'ani', note: 'ours' };
      await refund.resolve(input.partnerRefundNo, decided);
      const { outcome, by } = await refund.result(input.partnerRefundNo);
      assert.deepEqual([outcome, by], ['refunded', 'cancel']);
    });

    test('of what its purchase has taken back by itself is refused without a question', async () => {
      const { customerId } = await shop.boundCustomer();
      const order = shop.order(customerId, { acknowledgeWithin: '1 second' });
      await shop.paid(order);
      await shop.journeys.purchase.result(order.partnerReferenceNo);
      const input = refundOf({ ...order, customerId }, '10000.00');
      await shop.journeys.refund.start(input);
      const { rejection } = await shop.journeys.refund.result(input.partnerRefundNo);
      assert.equal(rejection, 'not-refundable');
    });

    for (const how of ['reset', 'forgotten and begun again'] as const) {
      test(`made, ${how}, and cancelled before its turn is told as made`, async () => {
        const purchase = await paidPurchase();
        await shop.doku.settle(purchase.partnerReferenceNo);
        const { refund } = shop.journeys;
        const [first, second] = [refundOf(purchase, '4000.00'), refundOf(purchase, '1000.00')];
        await refund.start(first);
        await refund.result(first.partnerRefundNo);
        const slow = { fault: 'slow', when: 'before', delayMs: 8_000 } as const;
        const match = { partnerReferenceNo: purchase.partnerReferenceNo };
        await shop.doku.fault({ operation: 'purchaseRefund', ...slow, match });
        await refund.start(second);
        await eventually(
          () => refund.status(second.partnerRefundNo),
          ({ status }) => status === 'refunding',
        );
        const workflowId = `refund/${first.partnerRefundNo}`;
        if (how === 'reset') await reset(stack.client, workflowId);
        else {
          await forget(stack.client, workflowId);
          await refund.start(first);
        }
        await eventually(
          () => refund.status(first.partnerRefundNo),
          ({ waitsFor }) => waitsFor !== undefined,
        );
        await stack.client.workflow.getHandle(workflowId).cancel();
        const { outcome, by } = await refund.result(first.partnerRefundNo);
        assert.deepEqual([outcome, by], ['refunded', 'refund']);
      });
    }

    test('an open purchase is cancelled, not refunded', async () => {
      const { customerId } = await shop.boundCustomer();
      const order = shop.order(customerId, { acknowledgeWithin: '1 hour' });
      await shop.paid(order);
      const input = refundOf({ customerId, partnerReferenceNo: order.partnerReferenceNo }, '1.00');
      await shop.journeys.refund.start(input);
      const { outcome, rejection } = await shop.journeys.refund.result(input.partnerRefundNo);
      assert.deepEqual([outcome, rejection], ['rejected', 'purchase-open']);
    });
  });

  describe('authorised purchase', { concurrency: true }, () => {
    const authorization = (customerId: string, overrides: Record<string, unknown> = {}) => ({
      partnerReferenceNo: `AUT-${randomUUID()}`,
      customerId,
      amount: idr('50000.00'),
      title: 'Hotel',
      ...overrides,
    });

    test('captures in parts, and the last one gives the rest back', async () => {
      const { customerId, accountId } = await shop.boundCustomer({ balance: '100000.00' });
      const input = authorization(customerId);
      const { partnerReferenceNo } = input;
      const { authorizedPurchase } = shop.journeys;
      const held = await authorizedPurchase.authorize(input);
      assert.deepEqual([held.status, held.remaining], ['authorized', '50000.00']);
      assert.equal(await shop.doku.balance(accountId), '50000.00');
      const first = { partnerCaptureNo: `CAP-${randomUUID()}`, amount: idr('20000.00') };
      const captured = await authorizedPurchase.capture(partnerReferenceNo, first);
      assert.deepEqual(captured, {
        outcome: 'captured',
        amount: '20000.00',
        remaining: '30000.00',
      });
      assert.deepEqual(await authorizedPurchase.capture(partnerReferenceNo, first), captured);
      await assert.rejects(
        authorizedPurchase.capture(partnerReferenceNo, {
          partnerCaptureNo: `CAP-${randomUUID()}`,
          amount: idr('30000.01'),
        }),
        InvalidInputError,
      );
      await authorizedPurchase.capture(partnerReferenceNo, {
        partnerCaptureNo: `CAP-${randomUUID()}`,
        amount: idr('10000.00'),
        last: true,
      });
      const result = await authorizedPurchase.result(partnerReferenceNo);
      assert.deepEqual(
        [result.outcome, result.captured, result.voided],
        ['captured', '30000.00', '20000.00'],
      );
      assert.equal(await shop.doku.balance(accountId), '70000.00');
      await assert.rejects(
        authorizedPurchase.void(partnerReferenceNo, { partnerVoidNo: 'late' }),
        JourneyEndedError,
      );
    });

    test('what is not captured in time is given back', async () => {
      const { customerId, accountId } = await shop.boundCustomer({ balance: '100000.00' });
      const input = authorization(customerId, { captureWithin: '1 second' });
      await shop.journeys.authorizedPurchase.authorize(input);
      const result = await shop.journeys.authorizedPurchase.result(input.partnerReferenceNo);
      assert.deepEqual(
        [result.outcome, result.voided, result.reason],
        ['voided', '50000.00', 'capture-within-elapsed'],
      );
      assert.equal(await shop.doku.balance(accountId), '100000.00');
    });

    test('a wallet without enough declines', async () => {
      const { customerId } = await shop.boundCustomer({ balance: '100.00' });
      const input = authorization(customerId);
      await assert.rejects(shop.journeys.authorizedPurchase.authorize(input), JourneyEndedError);
      const result = await shop.journeys.authorizedPurchase.result(input.partnerReferenceNo);
      assert.deepEqual([result.outcome, result.reason], ['declined', 'insufficient-funds']);
    });

    for (const when of ['before', 'after'] as const) {
      test(`lost answers ${when} the effect are proven by history`, async () => {
        const { customerId, accountId } = await shop.boundCustomer({ balance: '100000.00' });
        const input = authorization(customerId);
        const { partnerReferenceNo } = input;
        const match = { partnerReferenceNo };
        for (const operation of ['authPayment', 'authCapture', 'authVoid'])
          await shop.doku.fault({ operation, fault: 'drop', when, match });
        const { authorizedPurchase } = shop.journeys;
        await authorizedPurchase.authorize(input);
        const partnerCaptureNo = `CAP-${randomUUID()}`;
        await authorizedPurchase.capture(partnerReferenceNo, {
          partnerCaptureNo,
          amount: idr('20000.00'),
        });
        const partnerVoidNo = `VOID-${randomUUID()}`;
        await authorizedPurchase.void(partnerReferenceNo, { partnerVoidNo });
        const result = await authorizedPurchase.result(partnerReferenceNo);
        assert.deepEqual([result.captured, result.voided], ['20000.00', '30000.00']);
        assert.equal(await shop.doku.balance(accountId), '80000.00');
      });
    }
  });

  test('a journey never started is unknown, and one that runs well needs no decision', async () => {
    await assert.rejects(shop.journeys.topUp.status('never-2'), UnknownJourneyError);
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    await shop.journeys.purchase.redirect(order);
    await assert.rejects(
      shop.journeys.purchase.resolve(order.partnerReferenceNo, {
        decision: 'ask-again',
        operator: 'ani',
        note: 'hm',
      }),
      NotNowError,
    );
    await shop.journeys.purchase.cancel(order.partnerReferenceNo, 'test');
  });
});
