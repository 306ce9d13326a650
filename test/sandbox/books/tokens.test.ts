import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { SignedCaller } from '../../setting/signed-caller.js';
import { BALANCE, startSignedSandbox } from '../../setting/signed-sandbox.js';

const { sandbox, doku, merchant, close } = await startSignedSandbox();

describe("DOKU's tokens", () => {
  after(close);

  test('honours only the latest token, slides its session, and lets it expire', async () => {
    const { caller } = await merchant();
    const old = caller.b2b;
    await caller.token('b2b', { grantType: 'client_credentials' });
    assert.equal(
      (await caller.call(BALANCE, { partnerReferenceNo: '1' })).body.responseCode,
      '4011101',
    );
    assert.notEqual((await caller.signIn()).b2b, old);
    for (let steps = 0; steps < 3; steps++) {
      await doku.advance(600_000);
      assert.equal(
        (await caller.call(BALANCE, { partnerReferenceNo: '1' })).status,
        200,
        'prolonged by each call',
      );
    }
    await doku.advance(901_000);
    assert.equal(
      (await caller.call(BALANCE, { partnerReferenceNo: '1' })).body.responseCode,
      '4011101',
    );
  });

  test("supersedes and revokes a customer's token, and issues short-lived ones", async () => {
    const { accountId, authCode } = await doku.account({ bound: true });
    const caller = await new SignedCaller(sandbox).signIn();
    const issued = await caller.token('b2b2c', { grantType: 'authorization_code', authCode });
    const { refreshToken } = issued.body;
    const renewed = () => caller.token('b2b2c', { grantType: 'refresh_token', refreshToken });
    const balance = async () =>
      (await caller.call(BALANCE, { partnerReferenceNo: '1' })).body.responseCode;
    for (const action of ['supersede', 'revoke']) {
      caller.customer = String((await renewed()).body.accessToken);
      assert.equal(await balance(), '2001100');
      await doku.call('POST', `accounts/${accountId}/tokens`, { action });
      assert.equal(await balance(), '4011102', action);
    }
    assert.equal((await renewed()).body.responseCode, '4017400');
    for (const seconds of [30, 900]) {
      await doku.call('POST', 'tokens/lifetime', { seconds });
      const { body } = await caller.token('b2b', { grantType: 'client_credentials' });
      assert.equal(body.expiresIn, String(seconds));
    }
  });
});
