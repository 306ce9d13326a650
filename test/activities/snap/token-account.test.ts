import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { namesAccount } from '../../../activities/snap/token-account.js';

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const tokenWith = (claims: Record<string, unknown>) =>
  `${encoded({ alg: 'RS256' })}.${encoded({ iss: 'DOKU', exp: 1_800_000_000, ...claims })}.c2ln`;

const ACCOUNT = '1130962642';

/** The forms in which environments of DOKU's write whose a customer's token is. */
const FORMS: Readonly<Record<string, (accountId: string) => Record<string, unknown>>> = {
  'a JSON text': (accountId) => ({ additionalData: JSON.stringify({ accountId }) }),
  'a JSON text with a number': (accountId) => ({
    additionalData: JSON.stringify({ accountId: Number(accountId) }),
  }),
  'an object': (accountId) => ({ additionalData: { accountId } }),
  'an object with a number': (accountId) => ({ additionalData: { accountId: Number(accountId) } }),
  'a JSON text within an object': (accountId) => ({
    additionalInfo: { additionalData: JSON.stringify({ account_id: accountId }) },
  }),
  'the top': (accountId) => ({ accountId }),
  'the top, as a number': (accountId) => ({ customerId: Number(accountId) }),
  'the top, with a space': (accountId) => ({ dokuId: `${accountId} ` }),
};

describe("a customer token's account", () => {
  for (const [form, claims] of Object.entries(FORMS)) {
    test(`is read in ${form}`, () => {
      assert.equal(namesAccount(tokenWith(claims(ACCOUNT)), ACCOUNT), 'this');
      assert.equal(namesAccount(tokenWith(claims('1944898701')), ACCOUNT), 'another');
    });
  }

  test('is unnamed where nothing tells it, and where the token is no JWT', () => {
    for (const token of [tokenWith({}), tokenWith({ additionalData: 'x' }), 'opaque', 'a.b.c', ''])
      assert.equal(namesAccount(token, ACCOUNT), 'unnamed');
  });

  test('is another where a claim is there twice, as it could be read as either', () => {
    const raw = (claims: string) => `a.${Buffer.from(claims).toString('base64url')}.c`;
    for (const claims of [
      `{"accountId":"1944898701","accountId":"${ACCOUNT}"}`,
      `{"accountId":"${ACCOUNT}","account\\u0049d":"1944898701"}`,
      JSON.stringify({ additionalData: `{"accountId":"1944898701","accountId":"${ACCOUNT}"}` }),
    ])
      assert.equal(namesAccount(raw(claims), ACCOUNT), 'another');
  });

  test("is DOKU's, not what a merchant calls its customer", () => {
    const token = tokenWith({ customerId: '77', additionalData: { accountId: ACCOUNT } });
    assert.equal(namesAccount(token, ACCOUNT), 'this');
  });

  test('is another where a token names two', () => {
    const token = tokenWith({ accountId: '1944898701', additionalData: { accountId: ACCOUNT } });
    assert.equal(namesAccount(token, ACCOUNT), 'another');
  });
});
