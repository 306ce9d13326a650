import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import {
  InvalidInputError,
  JourneyEndedError,
  NotNowError,
  RefusedError,
  UnknownJourneyError,
} from '../../client/index.js';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../quick-stack.js';
import { eventually, idr, type Shop } from '../shop.js';

describe('the other journeys', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  describe('top-up', { concurrency: true }, () => {
    test('credits the wallet once, however often it is started', async () => {
      const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
      const partnerReferenceNo = `TOP-${randomUUID()}`;
      const input = { partnerReferenceNo, customerId, amount: idr('15000.00') };
      await Promise.all([shop.journeys.topUp.start(input), shop.journeys.topUp.start(input)]);
      const result = await shop.journeys.topUp.result(partnerReferenceNo);
      assert.equal(result.outcome, 'completed');
      assert.ok(result.referenceNo);
      await shop.journeys.topUp.start(input);
      assert.equal(await shop.doku.balance(accountId), '15000.00');
      assert.equal((await shop.doku.entries(partnerReferenceNo)).length, 1);
    });

    test('a customer who is not bound fails before anything is sent', async () => {
      const partnerReferenceNo = `TOP-${randomUUID()}`;
      await shop.journeys.topUp.start({
        partnerReferenceNo,
        customerId: 'nobody-2',
        amount: idr('15000.00'),
      });
      const { outcome, refusal } = await shop.journeys.topUp.result(partnerReferenceNo);
      assert.deepEqual([outcome, refusal], ['failed', 'not-bound']);
    });

    test('waits for DOKU as long as DOKU works on it, with a history of the same size', async () => {
      const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
      const partnerReferenceNo = `TOP-${randomUUID()}`;
      await shop.doku.hold(partnerReferenceNo);
      await shop.journeys.topUp.start({ partnerReferenceNo, customerId, amount: idr('100.00') });
      const asked = () =>
        shop.doku
          .requests('topUpStatus')
          .then((all) => all.filter((one) => one.partnerReferenceNo === partnerReferenceNo).length);
      await eventually(asked, (times) => times >= 2);
      const handle = stack.client.workflow.getHandle(`top-up/${partnerReferenceNo}`);
      const events = async () => (await handle.describe()).historyLength;
      const before = await events();
      const times = await asked();
      await eventually(asked, (now) => now >= times + 2);
      assert.equal(await events(), before);
      await shop.doku.finish(partnerReferenceNo, 'success');
      assert.equal((await shop.journeys.topUp.result(partnerReferenceNo)).outcome, 'completed');
      assert.equal(await shop.doku.balance(accountId), '100.00');
    });

    test('what DOKU fails in the end is failed', async () => {
      const { customerId } = await shop.boundCustomer({ balance: '0.00' });
      const partnerReferenceNo = `TOP-${randomUUID()}`;
      await shop.doku.hold(partnerReferenceNo);
      await shop.journeys.topUp.start({ partnerReferenceNo, customerId, amount: idr('100.00') });
      await eventually(
        () => shop.doku.requests('topUp'),
        (all) => all.some((one) => one.partnerReferenceNo === partnerReferenceNo),
      );
      await shop.doku.finish(partnerReferenceNo, 'failed');
      assert.equal((await shop.journeys.topUp.result(partnerReferenceNo)).outcome, 'failed');
      assert.deepEqual(await shop.doku.entries(partnerReferenceNo), []);
    });
  });

  describe('bank transfer', { concurrency: true }, () => {
    const transfer = (customerId: string, overrides: Record<string, unknown> = {}) => ({
      partnerReferenceNo: `TRF-${randomUUID()}`,
      customerId,
      amount: idr('25000.00'),
      beneficiaryAccountNumber: '8377388292',
      beneficiaryBankCode: '014',
      ...overrides,
    });

    test('moves the money once the customer confirmed the name', async () => {
      const { customerId, accountId } = await shop.boundCustomer({ balance: '100000.00' });
      const input = transfer(customerId);
      const { beneficiaryAccountName, beneficiaryBankName } =
        await shop.journeys.bankTransfer.beneficiary(input);
      assert.deepEqual([beneficiaryAccountName, beneficiaryBankName], ['PEMILIK 8292', 'BCA']);
      assert.equal(await shop.doku.balance(accountId), '100000.00');
      await assert.rejects(
        shop.journeys.bankTransfer.confirm(input.partnerReferenceNo, 'SOMEBODY ELSE'),
        InvalidInputError,
      );
      await shop.journeys.bankTransfer.confirm(input.partnerReferenceNo, beneficiaryAccountName);
      const result = await shop.journeys.bankTransfer.result(input.partnerReferenceNo);
      assert.equal(result.outcome, 'completed');
      assert.equal(await shop.doku.balance(accountId), '75000.00');
    });

    test('a name that is not confirmed in time moves nothing', async () => {
      const { customerId, accountId } = await shop.boundCustomer({ balance: '100000.00' });
      const input = transfer(customerId, { confirmWithin: '1 second' });
      const { beneficiaryAccountName } = await shop.journeys.bankTransfer.beneficiary(input);
      const result = await shop.journeys.bankTransfer.result(input.partnerReferenceNo);
      assert.equal(result.outcome, 'abandoned');
      await assert.rejects(
        shop.journeys.bankTransfer.confirm(input.partnerReferenceNo, beneficiaryAccountName),
        JourneyEndedError,
      );
      assert.equal(await shop.doku.balance(accountId), '100000.00');
    });

    test('an account that does not exist ends it with the reason', async () => {
      const { customerId } = await shop.boundCustomer();
      const input = transfer(customerId, { beneficiaryAccountNumber: '8377380000' });
      await assert.rejects(shop.journeys.bankTransfer.beneficiary(input), JourneyEndedError);
      const { outcome, reason } = await shop.journeys.bankTransfer.result(input.partnerReferenceNo);
      assert.deepEqual([outcome, reason], ['failed', 'invalid-account']);
    });

    test('a lost answer is proven by history and never sent again', async () => {
      const { customerId, accountId } = await shop.boundCustomer({ balance: '100000.00' });
      const input = transfer(customerId);
      const { partnerReferenceNo } = input;
      const { beneficiaryAccountName } = await shop.journeys.bankTransfer.beneficiary(input);
      const match = { partnerReferenceNo };
      await shop.doku.fault({ operation: 'transferBank', fault: 'drop', when: 'after', match });
      await shop.journeys.bankTransfer.confirm(partnerReferenceNo, beneficiaryAccountName);
      assert.equal(
        (await shop.journeys.bankTransfer.result(partnerReferenceNo)).outcome,
        'completed',
      );
      const sent = (await shop.doku.requests('transferBank')).filter(
        (request) => request.partnerReferenceNo === partnerReferenceNo,
      );
      assert.equal(sent.length, 1);
      assert.equal(await shop.doku.balance(accountId), '75000.00');
    });

    test('what history cannot tell needs attention, and DOKU contradicts a wrong decision', async () => {
      const { customerId, accountId } = await shop.boundCustomer({ balance: '100000.00' });
      const input = transfer(customerId);
      const { partnerReferenceNo } = input;
      const { bankTransfer } = shop.journeys;
      const { beneficiaryAccountName } = await bankTransfer.beneficiary(input);
      const match = { partnerReferenceNo };
      await shop.doku.fault({ operation: 'transferBank', fault: 'drop', when: 'before', match });
      await bankTransfer.confirm(partnerReferenceNo, beneficiaryAccountName);
      const until = Date.now() + 40_000;
      while ((await bankTransfer.status(partnerReferenceNo)).status !== 'needs-attention') {
        assert.ok(Date.now() < until, 'parks within 40 s');
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
      await bankTransfer.resolve(partnerReferenceNo, {
        decision: 'send-again',
        operator: 'ani',
        note: 'DOKU never had it',
      });
      const result = await bankTransfer.result(partnerReferenceNo);
      assert.deepEqual([result.outcome, result.resolution?.operator], ['completed', 'ani']);
      assert.equal(await shop.doku.balance(accountId), '75000.00');
    });
  });

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

  describe('close account', { concurrency: true }, () => {
    const closing = (customerId: string, overrides: Record<string, unknown> = {}) => ({
      customerId,
      reference: `close-${randomUUID().slice(0, 8)}`,
      ...overrides,
    });

    test('unbinds by OTP, proves it, and ends the wallet', async () => {
      const { customerId, accountId, phoneNo } = await shop.boundCustomer();
      const input = closing(customerId);
      const { closeAccount } = shop.journeys;
      const step = await closeAccount.start(input);
      assert.equal(step.show, 'enter-otp');
      const otp = await shop.doku.otp(phoneNo);
      const wrong = await closeAccount.submitOtp(input, otp === '000000' ? '000001' : '000000');
      assert.deepEqual(wrong, { verified: false, reason: 'wrong', triesLeft: 2 });
      assert.equal((await closeAccount.submitOtp(input, otp)).verified, true);
      assert.equal((await closeAccount.result(input)).outcome, 'unbound');
      assert.equal(await shop.doku.isBound(accountId), false);
      const wallet = await stack.client.workflow.getHandle(`wallet/${customerId}`).describe();
      assert.equal(wallet.status.name, 'COMPLETED');
      await assert.rejects(shop.journeys.reads.balance(customerId), RefusedError);
    });

    test('a lost answer to the right OTP is found out', async () => {
      const { customerId, phoneNo } = await shop.boundCustomer();
      const input = closing(customerId);
      await shop.journeys.closeAccount.start(input);
      await shop.doku.fault({
        operation: 'verifyOtp',
        fault: 'drop',
        when: 'after',
        match: { partnerReferenceNo: `${input.reference}-1` },
      });
      const otp = await shop.doku.otp(phoneNo);
      assert.equal((await shop.journeys.closeAccount.submitOtp(input, otp)).verified, true);
      assert.equal((await shop.journeys.closeAccount.result(input)).outcome, 'unbound');
    });

    test('refuses, with a list, while a purchase is open, unless told to wait', async () => {
      const { customerId, phoneNo } = await shop.boundCustomer();
      const order = shop.order(customerId);
      await shop.journeys.purchase.redirect(order);
      const workflowId = `purchase/${order.partnerReferenceNo}`;
      const { closeAccount } = shop.journeys;
      await eventually(
        async () => {
          const input = closing(customerId);
          const step = await closeAccount.start(input);
          if (step.show !== 'done') await closeAccount.abandon(input);
          return step;
        },
        (step) => step.show === 'done' && step.result.openJourneys?.includes(workflowId) === true,
      );
      const patient = closing(customerId, { waitForOpenJourneys: '1 hour' });
      const first = closeAccount.start(patient);
      await eventually(
        () => closeAccount.status(patient).catch(() => ({ status: 'not started yet' })),
        ({ status }) => status === 'awaiting-journeys',
      );
      await shop.journeys.purchase.cancel(order.partnerReferenceNo, 'changed my mind');
      assert.equal((await first).show, 'enter-otp');
      await closeAccount.submitOtp(patient, await shop.doku.otp(phoneNo));
      assert.equal((await closeAccount.result(patient)).outcome, 'unbound');
    });

    test('a customer who is not bound has nothing to close', async () => {
      const input = closing('nobody-3');
      const step = await shop.journeys.closeAccount.start(input);
      assert.ok(step.show === 'done' && step.result.reason === 'not-bound');
    });

    test('who gives up stays bound', async () => {
      const { customerId, accountId } = await shop.boundCustomer();
      const input = closing(customerId);
      await shop.journeys.closeAccount.start(input);
      assert.equal((await shop.journeys.closeAccount.abandon(input)).outcome, 'abandoned');
      assert.equal(await shop.doku.isBound(accountId), true);
    });
  });

  describe('reads', { concurrency: true }, () => {
    test('balance, account, bank account and one transaction', async () => {
      const { customerId, accountId, linkId } = await shop.boundCustomer({ balance: '5000.00' });
      const { reads } = shop.journeys;
      assert.equal((await reads.balance(customerId)).availableBalance, '5000.00');
      assert.deepEqual(await reads.account(accountId), { accountId, isBound: true, linkId });
      const bank = await reads.bankAccount({
        customerId,
        amount: idr('100.00'),
        beneficiaryAccountNumber: '8377388292',
        beneficiaryBankCode: '014',
      });
      assert.equal(bank.beneficiaryAccountName, 'PEMILIK 8292');
      await assert.rejects(reads.transaction(customerId, 'never-1'), RefusedError);
      await assert.rejects(reads.balance('081234567890'), InvalidInputError);
    });

    test('history over months, windows and pages, each entry once and newest first', async () => {
      const { customerId } = await shop.boundCustomer({ balance: '100000.00' });
      const numbers: string[] = [];
      for (let count = 0; count < 60; count++) {
        const partnerReferenceNo = `TOP-${randomUUID()}`;
        numbers.unshift(partnerReferenceNo);
        const amount = idr('100.00');
        await shop.journeys.topUp.start({ partnerReferenceNo, customerId, amount });
        await shop.journeys.topUp.result(partnerReferenceNo);
      }
      const seen: string[] = [];
      const from = new Date(Date.now() - 200 * 86_400_000);
      for await (const entry of shop.journeys.reads.history(customerId, { from }))
        seen.push(entry.partnerReferenceNo ?? '');
      assert.deepEqual(seen, numbers);
      const tooOld = new Date(Date.now() - 500 * 86_400_000);
      await assert.rejects(
        shop.journeys.reads.history(customerId, { from: tooOld }).next(),
        InvalidInputError,
      );
    });
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
