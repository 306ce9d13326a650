import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { FAULT_NAMES } from '../../../sandbox/doku/faults.js';
import { BALANCE, money, PAY, startSignedSandbox } from '../../setting/signed-sandbox.js';

const { sandbox, doku, merchant, close } = await startSignedSandbox();

describe("DOKU's faults", () => {
  after(close);

  test('every fault before leaves nothing, every fault after has its effect', async () => {
    for (const fault of FAULT_NAMES) {
      for (const when of ['before', 'after'] as const) {
        const { caller } = await merchant();
        const partnerReferenceNo = randomUUID();
        await doku.fault({
          operation: 'purchase',
          fault,
          when,
          delayMs: 20,
          match: { partnerReferenceNo },
        });
        await caller.call(PAY, { partnerReferenceNo, amount: money('10.00') }).catch(() => {});
        const status = await caller.call('b2b2c/v1.0/debit/status', {
          originalPartnerReferenceNo: partnerReferenceNo,
          serviceCode: '17',
        });
        const exists = when === 'after' || fault === 'slow';
        assert.equal(status.body.responseCode, exists ? '2005500' : '4045501', `${fault} ${when}`);
      }
    }
    assert.deepEqual((await doku.call<{ faults: unknown[] }>('GET', 'faults')).faults, []);
  });

  test('a fault finds a customer by the token, the code or the refresh token of a request', async () => {
    const { account, caller } = await merchant();
    const other = await merchant();
    const answer = async ({ caller: by } = { caller }) =>
      (await by.call(BALANCE, { partnerReferenceNo: '1' })).body.responseCode;
    const match = { partnerReferenceNo: account.accountId };
    await doku.fault({ operation: 'balanceInquiry', fault: 'http500', when: 'before', match });
    await caller.signIn();
    other.caller.b2b = caller.b2b;
    assert.equal(await answer(other), '2001100');
    assert.equal(await answer(), '5001100');
    const fresh = await doku.account({ bound: true });
    await doku.fault({
      operation: 'tokenB2B2C',
      fault: 'http500',
      when: 'before',
      times: 2,
      match: { partnerReferenceNo: fresh.accountId },
    });
    const exchange = { grantType: 'authorization_code', authCode: fresh.authCode };
    assert.equal((await caller.token('b2b2c', exchange)).status, 500);
    assert.equal((await caller.token('b2b2c', exchange)).status, 500);
    const { refreshToken } = (await caller.token('b2b2c', exchange)).body;
    await doku.fault({
      operation: 'tokenB2B2C',
      fault: 'http500',
      when: 'after',
      match: { partnerReferenceNo: fresh.accountId },
    });
    const refresh = { grantType: 'refresh_token', refreshToken };
    assert.equal((await caller.token('b2b2c', refresh)).status, 500);
    assert.equal((await caller.token('b2b2c', refresh)).status, 200);
  });

  test('in maintenance every call is answered 503 and does nothing', async () => {
    const { account, caller } = await merchant();
    const order = { partnerReferenceNo: randomUUID(), amount: money('10000.00') };
    await doku.call('POST', 'maintenance', { isOn: true });
    const { url } = sandbox;
    for (const path of [`/snap-adapter/${PAY}`, '/authorization/v1/access-token/b2b']) {
      const answer = await fetch(url + path, { method: 'POST', body: JSON.stringify(order) });
      assert.deepEqual([answer.status, answer.headers.get('content-type')], [503, 'text/html']);
    }
    await doku.call('POST', 'maintenance', { isOn: false });
    assert.equal((await caller.call(PAY, order)).status, 200);
    assert.equal(await doku.balance(account.accountId), '1000000.00');
  });
});
