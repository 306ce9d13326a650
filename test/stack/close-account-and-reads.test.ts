import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { InvalidInputError, NotNowError, RefusedError } from '../../client/index.js';
import type { Stack } from '../../worker/local/stack.js';
import { requestNumber } from '../../workflows/mechanisms/request-number.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

describe('close account and reads', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

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
        match: { partnerReferenceNo: requestNumber({ journey: 'close', ...input }, 1) },
      });
      const otp = await shop.doku.otp(phoneNo);
      assert.equal((await shop.journeys.closeAccount.submitOtp(input, otp)).verified, true);
      assert.equal((await shop.journeys.closeAccount.result(input)).outcome, 'unbound');
    });

    for (const next of ['resendOtp', 'submitOtp'] as const)
      test(`a try that DOKU takes only later is found out by the ${next} after it`, async () => {
        const { customerId, phoneNo } = await shop.boundCustomer();
        const input = closing(customerId);
        const { closeAccount } = shop.journeys;
        await closeAccount.start(input);
        await shop.doku.temperament({
          temperament: 'worksOn',
          operation: 'verifyOtp',
          delayMs: 10_000,
          reference: requestNumber({ journey: 'close', ...input }, 1),
        });
        const otp = await shop.doku.otp(phoneNo);
        const answer = await closeAccount.submitOtp(input, otp);
        assert.deepEqual(answer, { verified: false, reason: 'unclear', triesLeft: 2 });
        await shop.doku.idle();
        if (next === 'submitOtp')
          assert.equal((await closeAccount.submitOtp(input, otp)).verified, true);
        else assert.notEqual((await closeAccount.resendOtp(input)).show, 'enter-otp');
        assert.equal((await closeAccount.result(input)).outcome, 'unbound');
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

    test('what is being given up asks the customer for nothing any more', async () => {
      const { customerId, accountId, phoneNo } = await shop.boundCustomer();
      const input = closing(customerId);
      const { closeAccount } = shop.journeys;
      await closeAccount.start(input);
      const slow = { fault: 'slow', when: 'before', delayMs: 2_000 } as const;
      const match = { partnerReferenceNo: accountId };
      await shop.doku.fault({ operation: 'accountInquiry', ...slow, match });
      const otp = await shop.doku.otp(phoneNo);
      const abandoned = closeAccount.abandon(input);
      await eventually(
        () => closeAccount.status(input),
        ({ next }) => next.show === 'wait',
      );
      assert.equal((await closeAccount.start(input)).show, 'wait');
      await assert.rejects(closeAccount.submitOtp(input, otp), NotNowError);
      assert.equal((await abandoned).outcome, 'abandoned');
      assert.equal((await closeAccount.abandon(input)).outcome, 'abandoned');
      assert.equal(await shop.doku.isBound(accountId), true);
    });

    test('the same OTP twice at once is one try, and both hear its answer', async () => {
      const { customerId, phoneNo } = await shop.boundCustomer();
      const input = closing(customerId);
      const { closeAccount } = shop.journeys;
      await closeAccount.start(input);
      const slow = { fault: 'slow', when: 'after', delayMs: 1_000 } as const;
      const match = { partnerReferenceNo: requestNumber({ journey: 'close', ...input }, 1) };
      await shop.doku.fault({ operation: 'verifyOtp', ...slow, match });
      const otp = await shop.doku.otp(phoneNo);
      const [first, second] = await Promise.all([
        closeAccount.submitOtp(input, otp),
        closeAccount.submitOtp(input, otp),
      ]);
      assert.deepEqual([first.verified, second], [true, first]);
    });

    test('who gives up what is unbound, or sends its OTP again, is told that it is', async () => {
      const { customerId, phoneNo } = await shop.boundCustomer();
      const input = closing(customerId);
      const { closeAccount } = shop.journeys;
      await closeAccount.start(input);
      const otp = await shop.doku.otp(phoneNo);
      await closeAccount.submitOtp(input, otp);
      const result = await closeAccount.result(input);
      const next = { show: 'done', result };
      assert.deepEqual(await closeAccount.submitOtp(input, otp), { verified: true, next });
      const another = otp === '111111' ? '222222' : '111111';
      await assert.rejects(closeAccount.submitOtp(input, another), { result });
      await assert.rejects(closeAccount.abandon(input), { name: 'JourneyEndedError', result });
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
});
