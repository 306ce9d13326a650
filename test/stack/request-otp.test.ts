import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import type { Shop } from '../setting/shop.js';

describe('another OTP, where DOKU offers Request OTP', () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack({
      DOKU_SNAP_SETTINGS: '{"resendOtp":"requestOtp"}',
      // Nothing here needs DOKU's authCode.
      DOKU_AUTH_CODE_SECRET: '',
    });
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  test('closes the account, without asking for the unbinding twice', async () => {
    const { customerId, accountId, phoneNo } = await shop.boundCustomer();
    const key = { customerId, reference: 'close-1' };
    const { closeAccount } = shop.journeys;
    await closeAccount.start(key);
    const first = await shop.doku.otp(phoneNo);
    await closeAccount.resendOtp(key);
    const second = await shop.doku.otp(phoneNo);
    assert.notEqual(first, second);
    assert.equal((await closeAccount.submitOtp(key, second)).verified, true);
    assert.equal((await closeAccount.result(key)).outcome, 'unbound');
    assert.equal(await shop.doku.isBound(accountId), false);
    assert.equal((await shop.doku.requests('accountUnbinding')).length, 1);
    assert.equal((await shop.doku.requests('requestOtp')).length, 1);
  });

  test('opens an account with the second OTP, on the page that came with it', async () => {
    const key = { customerId: 'customer-1', reference: 'open-1' };
    const phoneNo = '081355501234';
    const { openAccount } = shop.journeys;
    await openAccount.start({
      ...key,
      redirectUrl: 'https://merchant.example/account',
      customer: { name: 'Budi Santoso', phoneNo, email: 'budi@example.com' },
    });
    await openAccount.resendOtp(key);
    const answer = await openAccount.submitOtp(key, await shop.doku.otp(phoneNo));
    assert.ok(answer.verified && answer.next.show === 'open-url');
    const page = await fetch(answer.next.url);
    assert.equal(page.status, 200);
  });

  test("giving up a closing asks for the binding, and needs no secret of DOKU's authCode", async () => {
    const { customerId, accountId } = await shop.boundCustomer();
    const key = { customerId, reference: 'close-2' };
    await shop.journeys.closeAccount.start(key);
    assert.equal((await shop.journeys.closeAccount.abandon(key)).outcome, 'abandoned');
    assert.equal(await shop.doku.isBound(accountId), true);
  });
});
