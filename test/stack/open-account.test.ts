import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import {
  InvalidInputError,
  type NextStep,
  NotNowError,
  type OpenAccountInput,
} from '../../client/index.js';
import { walletWorkflowId } from '../../contract/identity.js';
import { FAULT_NAMES } from '../../sandbox/doku/faults.js';
import type { Stack } from '../../worker/local/stack.js';
import { requestNumber } from '../../workflows/mechanisms/request-number.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { eventually, type Shop } from '../setting/shop.js';

describe('open account', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  let phones = 0;
  const newOpening = (overrides: Partial<OpenAccountInput> = {}) => {
    phones += 1;
    const phoneNo = `0812555${String(phones).padStart(5, '0')}`;
    const reference = randomUUID();
    const input: OpenAccountInput = {
      customerId: `customer-${phones}`,
      reference,
      redirectUrl: 'https://merchant.example/account?from=doku',
      customer: { name: 'Budi Santoso', phoneNo, email: 'budi@example.com' },
      ...overrides,
    };
    return { input, key: { customerId: input.customerId, reference }, phoneNo };
  };

  /** What the customer does on the page to open now, as the browser would; returns the query it comes back with. */
  async function onPage(step: NextStep, fields: Record<string, string>): Promise<string> {
    assert.equal(step.show, 'open-url');
    const answer = await fetch(step.show === 'open-url' ? step.url : '', {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams(fields),
    });
    assert.equal(answer.status, 302);
    return new URL(answer.headers.get('location') ?? '').search;
  }

  test("from a phone number to a customer token, through DOKU's own pages", async () => {
    const { input, key, phoneNo } = newOpening();
    const first = await shop.journeys.openAccount.start(input);
    assert.equal(first.show, 'enter-otp');
    const answer = await shop.journeys.openAccount.submitOtp(key, await shop.doku.otp(phoneNo));
    assert.ok(answer.verified);
    // As by whoever missed the answer.
    const again = await shop.journeys.openAccount.submitOtp(key, await shop.doku.otp(phoneNo));
    assert.deepEqual(again, answer);
    const pinned = await onPage(answer.next, { pin: '246810', repeat: '246810' });
    assert.match(pinned, /^\?from=doku&accountId=\d+&partnerReferenceNo=.*&status=SUCCESS$/);
    const bind = await shop.journeys.openAccount.returned(key, pinned);
    const boundQuery = await onPage(bind, { pin: '246810' });
    const done = await shop.journeys.openAccount.returned(key, boundQuery);
    assert.equal(done.show === 'done' && done.result.outcome, 'bound');
    // As for a browser that is back only after the journey has found out by itself.
    const result = await shop.journeys.openAccount.result(key);
    await assert.rejects(shop.journeys.openAccount.abandon(key), {
      name: 'JourneyEndedError',
      result,
    });
    assert.deepEqual(await shop.journeys.openAccount.returned(key, boundQuery), done);
    const wallet = await stack.client.workflow
      .getHandle(walletWorkflowId(key.customerId))
      .query<{ status: string }>('status');
    assert.equal(wallet.status, 'bound');
  });

  test('a wrong OTP is an answer with the tries left; the third blocks, and a new OTP opens the way again', async () => {
    const { input, key, phoneNo } = newOpening();
    await shop.journeys.openAccount.start(input);
    const right = await shop.doku.otp(phoneNo);
    const wrong = right === '111111' ? '222222' : '111111';
    const answers = [];
    for (let tries = 0; tries < 3; tries++)
      answers.push(await shop.journeys.openAccount.submitOtp(key, wrong));
    assert.deepEqual(answers, [
      { verified: false, reason: 'wrong', triesLeft: 2 },
      { verified: false, reason: 'wrong', triesLeft: 1 },
      { verified: false, reason: 'blocked', triesLeft: 0 },
    ]);
    await assert.rejects(shop.journeys.openAccount.submitOtp(key, right), NotNowError);
    await shop.journeys.openAccount.resendOtp(key);
    const answer = await shop.journeys.openAccount.submitOtp(key, await shop.doku.otp(phoneNo));
    assert.ok(answer.verified);
  });

  test('a customer who has an account starts at binding', async () => {
    const account = await shop.doku.account();
    const { input, key } = newOpening({ accountId: account.accountId });
    const { customer: _customer, ...known } = input;
    const step = await shop.journeys.openAccount.start(known);
    await shop.journeys.openAccount.returned(key, await onPage(step, { pin: account.pin }));
    assert.equal((await shop.journeys.openAccount.result(key)).outcome, 'bound');
  });

  test('who agreed in another browser than the one that started binds nothing', async () => {
    const account = await shop.doku.account();
    const { input, key } = newOpening({ accountId: account.accountId, pageWithin: '4 seconds' });
    const { customer: _customer, ...known } = input;
    await onPage(await shop.journeys.openAccount.start(known), { pin: account.pin });
    assert.equal(await shop.doku.isBound(account.accountId), true);
    assert.equal((await shop.journeys.openAccount.result(key)).outcome, 'abandoned');
    await assert.rejects(shop.journeys.reads.balance(key.customerId));
  });

  test("the PIN page's forged return with another's account is not believed, and the right one is", async () => {
    const stranger = await shop.doku.account({ bound: true });
    const { input, key, phoneNo } = newOpening();
    await shop.journeys.openAccount.start(input);
    const answer = await shop.journeys.openAccount.submitOtp(key, await shop.doku.otp(phoneNo));
    assert.ok(answer.verified);
    const pinned = await onPage(answer.next, { pin: '246810', repeat: '246810' });
    const forged = pinned.replace(/accountId=\d+/, `accountId=${stranger.accountId}`);
    const again = await shop.journeys.openAccount.returned(key, forged);
    assert.ok(again.show === 'open-url' && again.page === 'create-pin');
    const bind = await shop.journeys.openAccount.returned(key, pinned);
    await shop.journeys.openAccount.returned(key, await onPage(bind, { pin: '246810' }));
    const result = await shop.journeys.openAccount.result(key);
    assert.deepEqual([result.outcome, result.accountId === stranger.accountId], ['bound', false]);
  });

  test('the number of an opening may be the same for every customer', async () => {
    const keys = await Promise.all(
      Array.from({ length: 9 }, async () => {
        const { input, phoneNo } = newOpening({ reference: 'open-1' });
        const key = { customerId: input.customerId, reference: 'open-1' };
        assert.equal((await shop.journeys.openAccount.start(input)).show, 'enter-otp');
        const answer = await shop.journeys.openAccount.submitOtp(key, await shop.doku.otp(phoneNo));
        assert.ok(answer.verified);
        return key;
      }),
    );
    for (const key of keys) await shop.journeys.openAccount.abandon(key);
  });

  test('a forged return binds nothing: not a made-up code, and not the code of another account', async () => {
    const account = await shop.doku.account();
    const stranger = await shop.doku.account({ bound: true });
    const { input, key } = newOpening({ accountId: account.accountId, pageWithin: '3 seconds' });
    const { customer: _customer, ...known } = input;
    await shop.journeys.openAccount.start(known);
    await shop.journeys.openAccount.returned(key, '?authCode=made-up');
    await shop.journeys.openAccount.returned(key, `?authCode=${stranger.authCode}`);
    const result = await shop.journeys.openAccount.result(key);
    assert.equal(result.outcome, 'abandoned');
    await assert.rejects(shop.journeys.purchase.redirect(shop.order(key.customerId)), {
      name: 'CustomerNotBoundError',
    });
  });

  test('nor does it bind what its owner has agreed to, who alone has the code', async () => {
    const { accountId } = await shop.doku.account();
    const { input, key } = newOpening({ accountId });
    const { customer: _customer, ...known } = input;
    await shop.journeys.openAccount.start(known);
    const agreed = await shop.doku.call<{ redirectUrl: string }>(
      'POST',
      `bindings/${requestNumber({ journey: 'open', ...key }, 1)}/customer`,
      { action: 'confirm' },
    );
    const forged = await shop.journeys.openAccount.returned(key, '?authCode=made-up');
    assert.notEqual(forged.show, 'done');
    await assert.rejects(shop.journeys.purchase.redirect(shop.order(key.customerId)), {
      name: 'CustomerNotBoundError',
    });
    await shop.journeys.openAccount.returned(key, new URL(agreed.redirectUrl).search);
    const result = await shop.journeys.openAccount.result(key);
    assert.deepEqual([result.outcome, result.accountId], ['bound', accountId]);
  });

  test('each who brings a code hears what became of it, and not of another', async () => {
    const { accountId } = await shop.doku.account();
    const { input, key } = newOpening({ accountId });
    const { customer: _customer, ...known } = input;
    const { openAccount } = shop.journeys;
    await openAccount.start(known);
    const agreed = await shop.doku.call<{ redirectUrl: string }>(
      'POST',
      `bindings/${requestNumber({ journey: 'open', ...key }, 1)}/customer`,
      { action: 'confirm' },
    );
    const forgedCode = `made-up-${randomUUID()}`;
    await shop.doku.fault({
      operation: 'tokenB2B2C',
      fault: 'slow',
      when: 'before',
      delayMs: 500,
      match: { partnerReferenceNo: forgedCode },
    });
    const forged = openAccount.returned(key, `?authCode=${forgedCode}`);
    await eventually(
      () => shop.doku.faults(),
      (faults) => faults.every(({ match }) => match?.partnerReferenceNo !== forgedCode),
    );
    const right = await openAccount.returned(key, new URL(agreed.redirectUrl).search);
    assert.equal((await forged).show, 'open-url');
    const result = await openAccount.result(key, { deadline: Date.now() + 60_000 });
    assert.deepEqual(right, { show: 'done', result });
    assert.equal(result.outcome, 'bound');
  });

  test('each wait has an end: no OTP, no PIN, no agreement', async () => {
    const noOtp = newOpening({ otpWithin: '1 second' });
    await shop.journeys.openAccount.start(noOtp.input);
    const noPin = newOpening({ pageWithin: '1 second' });
    await shop.journeys.openAccount.start(noPin.input);
    await shop.journeys.openAccount.submitOtp(noPin.key, await shop.doku.otp(noPin.phoneNo));
    const results = await Promise.all(
      [noOtp, noPin].map(({ key }) => shop.journeys.openAccount.result(key)),
    );
    assert.deepEqual(
      results.map(({ outcome, reason }) => [outcome, reason]),
      [
        ['abandoned', 'no OTP was entered in time'],
        ['abandoned', 'no PIN was set in time'],
      ],
    );
  });

  test('the right OTP of an opening that was given up after it is answered again', async () => {
    const { input, key, phoneNo } = newOpening();
    const { openAccount } = shop.journeys;
    await openAccount.start(input);
    const otp = await shop.doku.otp(phoneNo);
    assert.ok((await openAccount.submitOtp(key, otp)).verified);
    const result = await openAccount.abandon(key);
    const next = { show: 'done', result };
    assert.deepEqual(await openAccount.submitOtp(key, otp), { verified: true, next });
    const another = otp === '111111' ? '222222' : '111111';
    await assert.rejects(openAccount.submitOtp(key, another), { name: 'JourneyEndedError' });
  });

  test('the right OTP that was under way as the opening was cancelled is told as right, and that it ended', async () => {
    const { input, key, phoneNo } = newOpening();
    const { openAccount } = shop.journeys;
    await openAccount.start(input);
    const partnerReferenceNo = requestNumber({ journey: 'open', ...key }, 1);
    const slow = { operation: 'verifyOtp', fault: 'slow', when: 'after', delayMs: 500 } as const;
    await shop.doku.fault({ ...slow, match: { partnerReferenceNo } });
    const answered = openAccount.submitOtp(key, await shop.doku.otp(phoneNo));
    await eventually(
      () => shop.doku.requests('verifyOtp', partnerReferenceNo),
      ({ length }) => length > 0,
    );
    await stack.client.workflow
      .getHandle(`account/${key.customerId}/open/${key.reference}`)
      .cancel();
    const answer = await answered;
    const result = await openAccount.result(key);
    assert.equal(result.outcome, 'abandoned');
    assert.deepEqual(answer, { verified: true, next: { show: 'done', result } });
  });

  test('a customer who gives up ends it, and giving up twice is the same', async () => {
    const { input, key } = newOpening();
    await shop.journeys.openAccount.start(input);
    const first = await shop.journeys.openAccount.abandon(key);
    assert.equal(first.outcome, 'abandoned');
    assert.deepEqual(await shop.journeys.openAccount.abandon(key), first);
  });

  test('a phone number that DOKU knows is rejected with the reason', async () => {
    const account = await shop.doku.account();
    const { input, key } = newOpening({
      customer: { name: 'Budi', phoneNo: account.phoneNo, email: 'b@example.com' },
    });
    await shop.journeys.openAccount.start(input);
    const result = await shop.journeys.openAccount.result(key);
    assert.deepEqual(
      [result.outcome, result.reason],
      ['rejected', 'Account Creation refused: not-permitted'],
    );
  });

  test('bad input dies at the door, with its path and without a workflow', async () => {
    const { input } = newOpening({ customerId: '081234567890' });
    await assert.rejects(
      shop.journeys.openAccount.start(input),
      /input\.customerId: must not hold a phone number/,
    );
    const { input: other, key } = newOpening();
    const noMail = { ...other, customer: { name: 'B', phoneNo: '12', email: 'x' } };
    const error = await shop.journeys.openAccount.start(noMail).catch((reason) => reason);
    assert.ok(error instanceof InvalidInputError);
    for (const path of ['input.customer.name', 'input.customer.phoneNo', 'input.customer.email']) {
      assert.ok(error.message.includes(path), path);
    }
    await assert.rejects(shop.journeys.openAccount.status(key), /no journey/);
  });

  test('a bad OTP sent past the client is refused by the journey and leaves no event', async () => {
    const { input, key } = newOpening();
    await shop.journeys.openAccount.start(input);
    const handle = stack.client.workflow.getHandle(
      `account/${key.customerId}/open/${key.reference}`,
    );
    const before = (await handle.fetchHistory()).events?.length;
    await assert.rejects(handle.executeUpdate('submitOtp', { args: [{ otp: 'abc' }] }));
    assert.equal((await handle.fetchHistory()).events?.length, before);
  });

  // In turns: the proof breaks each call in both ways.
  for (const [operationIndex, operation] of (
    ['accountCreation', 'accountBinding'] as const
  ).entries()) {
    for (const [turn, when] of (['before', 'after'] as const).entries()) {
      test(`${operation} survives every fourth fault ${when} its effect`, async () => {
        for (const [index, fault] of FAULT_NAMES.entries()) {
          const isOthersTurn = (index + 2 * operationIndex + turn) % 4 !== 0;
          if (isOthersTurn || fault === 'hang' || fault === 'slow') continue;
          const { input, key, phoneNo } = newOpening();
          const number = operation === 'accountCreation' ? 1 : 2;
          const partnerReferenceNo = requestNumber({ journey: 'open', ...key }, number);
          await shop.doku.fault({ operation, fault, when, match: { partnerReferenceNo } });
          await shop.journeys.openAccount.start(input);
          const answer = await shop.journeys.openAccount.submitOtp(
            key,
            await shop.doku.otp(phoneNo),
          );
          assert.ok(answer.verified, fault);
          const bind = await shop.journeys.openAccount.returned(
            key,
            await onPage(answer.next, { pin: '135790', repeat: '135790' }),
          );
          await shop.journeys.openAccount.returned(key, await onPage(bind, { pin: '135790' }));
          assert.equal((await shop.journeys.openAccount.result(key)).outcome, 'bound', fault);
        }
      });
    }
  }
});

describe('open account, as time passes', () => {
  test('an expired OTP says so', async () => {
    const { shop, stop } = await startQuickStack();
    try {
      const key = { customerId: 'cust-1', reference: 'open-1' };
      const customer = { name: 'Budi Santoso', phoneNo: '081255500000', email: 'budi@example.com' };
      await shop.journeys.openAccount.start({
        ...key,
        customer,
        redirectUrl: 'https://merchant.example/',
      });
      const otp = await shop.doku.otp(customer.phoneNo);
      await shop.doku.advance(301_000);
      const answer = await shop.journeys.openAccount.submitOtp(key, otp);
      assert.deepEqual(answer, { verified: false, reason: 'expired', triesLeft: 0 });
    } finally {
      await stop();
    }
  });
});
