import assert from 'node:assert/strict';
import { after, afterEach, describe, test } from 'node:test';
import { CLAIM_FORMS, type ClaimForm } from '../../../sandbox/books/tokens.js';
import { LIFETIME_FORMS, type LifetimeForm } from '../../../sandbox/temperaments/kinds.js';
import type { Answered, SignedCaller } from '../../setting/signed-caller.js';
import { BALANCE } from '../../setting/signed-sandbox.js';
import { startMoody } from './setting.js';

const { doku, merchant, topUp, close } = await startMoody();

const codeGrant = (caller: SignedCaller, authCode: string | undefined) =>
  caller.token('b2b2c', { grantType: 'authorization_code', authCode });
const balance = async (caller: SignedCaller) =>
  (await caller.call(BALANCE, { partnerReferenceNo: '1' })).body.responseCode;

const LIFETIMES: Readonly<Record<LifetimeForm, (value: unknown) => boolean>> = {
  number: (value) => value === 900,
  numericText: (value) => value === '900',
  isoTime: (value) => /^\d{4}-\d\d-\d\dT.*\+07:00$/.test(String(value)),
  epochSeconds: (value) => Math.abs(Number(value) - Date.now() / 1_000 - 900) < 30,
  epochMs: (value) => Math.abs(Number(value) - Date.now() - 900_000) < 30_000,
  missing: (value) => value === undefined,
  nonsense: (value) => value === 'a while',
};

const CLAIMS: Readonly<Record<ClaimForm, (accountId: string) => unknown>> = {
  dataText: (accountId) => [JSON.stringify({ accountId }), undefined],
  dataObject: (accountId) => [{ accountId }, undefined],
  topLevel: (accountId) => [undefined, accountId],
  topLevelNumber: (accountId) => [undefined, Number(accountId)],
  none: () => [undefined, undefined],
  opaque: () => undefined,
};

function claimsIn({ body }: Answered): unknown {
  const [, payload] = String(body.accessToken).split('.');
  if (payload === undefined) return undefined;
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  return [claims.additionalData, claims.accountId];
}

describe("the temperaments of DOKU's tokens", () => {
  after(close);
  afterEach(() => doku.call('POST', 'reset'));

  test('lifetimes are written in every form', async () => {
    const { caller } = await merchant();
    for (const form of LIFETIME_FORMS) {
      await doku.calm();
      await doku.temperament({ temperament: 'writesLifetime', form });
      const b2b = await caller.token('b2b', { grantType: 'client_credentials' });
      assert.ok(LIFETIMES[form](b2b.body.expiresIn), `${form}: ${b2b.body.expiresIn}`);
      const { authCode } = await doku.account({ bound: true });
      const { accessTokenExpiryTime } = (await codeGrant(caller, authCode)).body;
      assert.ok(LIFETIMES[form](accessTokenExpiryTime), `${form}: ${accessTokenExpiryTime}`);
    }
  });

  test("a customer's token names the account in every form, or not at all, and is good", async () => {
    for (const form of CLAIM_FORMS) {
      await doku.calm();
      await doku.temperament({ temperament: 'namesAccount', form });
      const account = await doku.account({ bound: true });
      const { caller } = await merchant();
      const answer = await codeGrant(caller, account.authCode);
      assert.deepEqual(claimsIn(answer), CLAIMS[form](account.accountId), form);
      caller.customer = String(answer.body.accessToken);
      assert.equal(await balance(caller), '2001100');
    }
  });

  test('an authCode is good once, or as long as the link lives', async () => {
    const { caller } = await merchant();
    const account = await doku.account({ bound: true });
    await doku.temperament({ temperament: 'keepsAuthCodes', accountId: account.accountId });
    for (let use = 0; use < 3; use += 1) {
      assert.equal((await codeGrant(caller, account.authCode)).status, 200);
      await doku.advance(3_600_000);
    }
    await doku.call('POST', `accounts/${account.accountId}/unlink`);
    assert.equal((await codeGrant(caller, account.authCode)).status, 401);
    assert.equal(await doku.isBound(account.accountId), false);
    const other = await doku.account({ bound: true });
    assert.equal((await codeGrant(caller, other.authCode)).status, 200);
    assert.equal((await codeGrant(caller, other.authCode)).status, 401);
  });

  test('a token is refused in the middle, before the effect or after it', async () => {
    const { account, caller } = await merchant();
    const once = { temperament: 'refusesToken', times: 1 } as const;
    await doku.temperament({ ...once, which: 'customer' });
    assert.equal((await topUp(caller, account.accountId, 'T-1')).body.responseCode, '4013802');
    assert.equal((await topUp(caller, account.accountId, 'T-1')).body.responseCode, '4013802');
    assert.deepEqual(await doku.entries('T-1'), []);
    const second = await merchant();
    await doku.temperament({ ...once, which: 'b2b', when: 'after' });
    const refused = await topUp(second.caller, second.account.accountId, 'T-2');
    assert.equal(refused.body.responseCode, '4013801');
    assert.equal((await doku.entries('T-2')).length, 1);
    assert.equal(await balance(second.caller), '4011101');
  });
});
