import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { SnapClient } from '../../activities/snap/client.js';
import type { TokenClient } from '../../activities/snap/token-client.js';
import { createTokenActivities } from '../../activities/token.js';
import { CUSTOMER_TOKEN_MS } from '../../workflows/mechanisms/call-options.js';

const ACCOUNT = '1130962642';
const LINK = 'link-1';
const NOW = new Date('2026-11-27T10:00:00.000Z');
const EXPIRES = '2026-11-27T17:15:00+07:00';
const exchange = { externalId: '1', sends: 1 } as const;

const tokenOf = (claims: object) =>
  `a.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c`;
const NAMED = tokenOf({ additionalData: JSON.stringify({ accountId: ACCOUNT }) });
const ANOTHERS = tokenOf({ additionalData: { accountId: 1_944_898_701 } });

/** DOKU, by the tokens that codes and refresh tokens bring, and the binding that Account Inquiry shows. */
function doku(
  tokens: Record<string, string>,
  shown?: { linkId?: string; authCode?: string },
  onAsked = () => {},
) {
  const asked: string[] = [];
  const tokenClient = {
    tokenB2B2C: async (request: { authCode?: string; refreshToken?: string }) => {
      const grant = request.authCode ?? request.refreshToken ?? '';
      asked.push(grant);
      onAsked();
      const accessToken = tokens[grant];
      if (accessToken === undefined)
        return { ...exchange, kind: 'unauthorized', credential: 'signature' };
      return {
        ...exchange,
        kind: 'succeeded',
        response: { accessToken, accessTokenExpiryTime: EXPIRES },
      };
    },
  } as unknown as TokenClient;
  const snap = {
    accountInquiry: async () =>
      shown
        ? { ...exchange, kind: 'succeeded', response: { additionalInfo: shown } }
        : { ...exchange, kind: 'refused', refusal: 'not-found' },
    decryptAuthCode: (code: string) => code,
  } as unknown as SnapClient;
  const owners = { claim: async () => undefined, note: async () => undefined };
  const activities = createTokenActivities(snap, tokenClient, owners, 60_000, () => NOW);
  const run = <Input, Output>(
    work: (input: Input) => Promise<Output>,
    input: Input,
    info: ConstructorParameters<typeof MockActivityEnvironment>[0] = {},
  ) => new MockActivityEnvironment(info).run(work, input) as Promise<Output>;
  return { asked, activities, run };
}

const failsWith = (type: string) => (error: unknown) =>
  error instanceof ApplicationFailure && error.type === type;

describe("a customer's token is of the binding that is meant (money rule 8)", () => {
  const code = { accountId: ACCOUNT, linkId: LINK, authCode: 'returned', isProven: true };

  test('one that names nobody is had again by the code that Account Inquiry gives for it', async () => {
    const { activities, run, asked } = doku(
      { returned: 'opaque-1', own: 'opaque-2' },
      { linkId: LINK, authCode: 'own' },
    );
    const grant = await run(activities.exchangeAuthCode, code);
    assert.deepEqual(
      [grant !== 'refused' && grant.accessToken, asked],
      ['opaque-2', ['returned', 'own']],
    );
  });

  test('one that names nobody is not taken where nobody speaks for whoever brought the code', async () => {
    const { activities, run, asked } = doku(
      { returned: 'opaque-1', own: 'opaque-2' },
      { linkId: LINK, authCode: 'own' },
    );
    const unproven = { ...code, isProven: false };
    await assert.rejects(run(activities.exchangeAuthCode, unproven), failsWith('UnprovenAuthCode'));
    assert.deepEqual(asked, ['returned']);
  });

  test('one that names nobody, of a binding that Account Inquiry does not show, is not taken', async () => {
    for (const shown of [undefined, { linkId: 'another', authCode: 'own' }]) {
      const { activities, run } = doku({ returned: 'opaque', own: 'opaque' }, shown);
      await assert.rejects(run(activities.exchangeAuthCode, code), failsWith('UnprovenAuthCode'));
    }
  });

  test("another account's is not taken", async () => {
    const { activities, run } = doku({ returned: ANOTHERS });
    await assert.rejects(run(activities.exchangeAuthCode, code), failsWith('ForeignAuthCode'));
  });

  test('a refused code is made up for only where the binding is proven, and its answer may have been lost', async () => {
    const { activities, run } = doku({ own: NAMED }, { linkId: LINK, authCode: 'own' });
    const { exchangeAuthCode } = activities;
    const sentBefore = { heartbeatDetails: 'sent' };
    assert.notEqual(await run(exchangeAuthCode, code, sentBefore), 'refused');
    const unproven = { ...code, isProven: false };
    await assert.rejects(
      run(exchangeAuthCode, unproven, sentBefore),
      failsWith('UnprovenAuthCode'),
    );
    assert.equal(await run(exchangeAuthCode, code), 'refused', 'anybody could make one up');
  });

  test('a made-up code that DOKU refuses slowly, however often, is not made up for by the next attempt', async (t) => {
    const began = performance.now();
    const now = performance.now.bind(performance);
    let skippedMs = 0;
    t.mock.method(performance, 'now', () => now() + skippedMs);
    const { activities, run, asked } = doku(
      { own: NAMED },
      { linkId: LINK, authCode: 'own' },
      () => {
        skippedMs += 9_400;
      },
    );
    const { exchangeAuthCode } = activities;
    const first = await run(exchangeAuthCode, code);
    // Temporal would have ended it by then, and have made another attempt.
    const isCutShort = performance.now() - began > CUSTOMER_TOKEN_MS;
    const told = isCutShort
      ? await run(exchangeAuthCode, code, { heartbeatDetails: 'sent' })
      : first;
    assert.equal(told, 'refused');
    assert.deepEqual(new Set(asked), new Set(['returned']));
    assert.ok(asked.length > 1, 'DOKU may refuse everybody for a moment');
  });

  test("a refreshed one of another account is replaced by the binding's own", async () => {
    const { activities, run } = doku(
      { refresh: ANOTHERS, own: NAMED },
      { linkId: LINK, authCode: 'own' },
    );
    const binding = { accountId: ACCOUNT, linkId: LINK, refreshToken: 'refresh' };
    assert.equal((await run(activities.renewCustomerToken, binding)).accessToken, NAMED);
  });

  test("is not renewed by another binding of the account, which may be another customer's", async () => {
    const { activities, run } = doku({ own: NAMED }, { linkId: 'another', authCode: 'own' });
    const binding = { accountId: ACCOUNT, linkId: LINK };
    await assert.rejects(
      run(activities.renewCustomerToken, binding),
      failsWith('CustomerNotBound'),
    );
  });

  test('a binding that was just made is not given up for an inquiry that lags behind', async () => {
    const { activities, run } = doku({});
    const binding = { accountId: ACCOUNT, linkId: LINK };
    const young = { ...binding, since: '2026-11-27T09:59:30.000Z' };
    await assert.rejects(run(activities.renewCustomerToken, young), failsWith('TokenNotIssued'));
    const old = { ...binding, since: '2026-11-27T09:50:00.000Z' };
    await assert.rejects(run(activities.renewCustomerToken, old), failsWith('CustomerNotBound'));
  });
});
