import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { asymmetricSignature, symmetricSignature } from '../../../activities/snap/index.js';
import type { Notification } from '../../../worker/doors/notifications/checks.js';
import {
  type NotificationServer,
  startNotificationServer,
} from '../../../worker/doors/notifications/door.js';
import { notificationTokens } from '../../../worker/doors/notifications/token.js';
import { createLogger } from '../../../worker/logger.js';
import { rsaPair } from '../../setting/key-pairs.js';
import {
  CLIENT_ID,
  CLIENT_SECRET,
  NOTIFY_PATH,
  newsOf,
  TOKEN_PATH,
} from '../../setting/notification-door.js';

describe('the entry for notifications', () => {
  const doku = rsaPair();
  const merchant = rsaPair();
  const acted: Notification[] = [];
  /** Temporal cannot be reached. */
  let isDown = false;
  let server: NotificationServer;
  before(async () => {
    server = await startNotificationServer({
      host: '127.0.0.1',
      port: 0,
      path: NOTIFY_PATH,
      tokenPath: TOKEN_PATH,
      requestsASecond: 1_000,
      identity: {
        clientId: CLIENT_ID,
        clientSecrets: [CLIENT_SECRET],
        dokuPublicKeys: [doku.publicKey],
        tokens: notificationTokens({ clientId: CLIENT_ID, privateKey: merchant.privateKey }),
      },
      act: async (notification) => {
        if (isDown) throw new Error('Temporal is out of reach');
        acted.push(notification);
        return 'nudged';
      },
      logger: createLogger({ level: 'fatal' }),
    });
  });
  after(() => server?.close());

  const now = () => new Date().toISOString();
  async function post(path: string, headers: Record<string, string>, body: string) {
    const answer = await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    const json = (await answer.json()) as Record<string, string>;
    return { status: answer.status, code: json.responseCode, json, headers: answer.headers };
  }

  const tokenRequest = (overrides: { timestamp?: string; privateKey?: string } = {}) => {
    const timestamp = overrides.timestamp ?? now();
    const privateKey = overrides.privateKey ?? doku.privateKey;
    const signature = asymmetricSignature({ clientId: CLIENT_ID, timestamp, privateKey });
    return post(
      TOKEN_PATH,
      { 'x-client-key': CLIENT_ID, 'x-timestamp': timestamp, 'x-signature': signature ?? '' },
      '{"grantType":"client_credentials"}',
    );
  };
  const tokenOf = async () => (await tokenRequest()).json.accessToken ?? '';

  async function notify(
    body: string,
    overrides: {
      token?: string;
      timestamp?: string;
      externalId?: string;
      clientSecret?: string;
      sent?: string;
    } = {},
  ) {
    const accessToken = overrides.token ?? (await tokenOf());
    const timestamp = overrides.timestamp ?? now();
    const signature = symmetricSignature({
      method: 'POST',
      path: NOTIFY_PATH,
      accessToken,
      body,
      timestamp,
      clientSecret: overrides.clientSecret ?? CLIENT_SECRET,
    });
    return post(
      NOTIFY_PATH,
      {
        'x-partner-id': CLIENT_ID,
        'x-external-id': overrides.externalId ?? randomUUID(),
        'x-timestamp': timestamp,
        'x-signature': signature ?? '',
        authorization: `Bearer ${accessToken}`,
      },
      overrides.sent ?? body,
    );
  }
  const actedOn = (reference: string) =>
    acted.filter(({ partnerReferenceNo }) => partnerReferenceNo === reference).length;

  test('gives DOKU a token and takes its news', async () => {
    const given = await tokenRequest();
    assert.deepEqual([given.status, given.code], [200, '2007300']);
    assert.equal(given.headers.get('x-client-key'), CLIENT_ID);
    const taken = await notify(newsOf('INV-1'), { token: given.json.accessToken ?? '' });
    assert.deepEqual([taken.status, taken.code], [200, '2005600']);
    assert.equal(actedOn('INV-1'), 1);
  });

  test('the same notification twice is answered alike and acted on once', async () => {
    const externalId = randomUUID();
    const first = await notify(newsOf('INV-2'), { externalId });
    const second = await notify(newsOf('INV-2'), { externalId });
    assert.deepEqual(first.json, second.json);
    assert.equal(actedOn('INV-2'), 1);
  });

  test('other news under the same name are taken: DOKU does not sign the name', async () => {
    const externalId = randomUUID();
    assert.equal((await notify(newsOf('INV-2'), { externalId })).code, '2005600');
    assert.equal((await notify(newsOf('INV-3'), { externalId })).code, '2005600');
    assert.equal(actedOn('INV-3'), 1);
  });

  test('what nothing durable holds is not taken, and is acted on when DOKU comes again', async () => {
    const externalId = randomUUID();
    isDown = true;
    const refused = await notify(newsOf('INV-4'), { externalId });
    isDown = false;
    assert.deepEqual([refused.status, refused.code], [500, '5005600']);
    assert.equal(actedOn('INV-4'), 0);
    const taken = await notify(newsOf('INV-4'), { externalId });
    assert.equal(taken.code, '2005600');
    assert.equal(actedOn('INV-4'), 1);
  });

  test('a captured one, sent again under other names, is acted on once', async () => {
    const request = { token: await tokenOf(), timestamp: now() };
    for (let sends = 0; sends < 20; sends++)
      assert.equal((await notify(newsOf('INV-5'), request)).code, '2005600');
    assert.equal(actedOn('INV-5'), 1);
  });

  test('one that carries what is a person’s in other fields is acted on without it', async () => {
    const personal = ['08123456789', '0812-3456-7890', 'siti@example.com', 'siti＠example.com'];
    for (const [index, said] of personal.entries()) {
      const body = {
        originalPartnerReferenceNo: `PERSON-${index}`,
        latestTransactionStatus: said,
        amount: { value: 'siti@example.com', currency: 'a@b.co' },
      };
      assert.equal((await notify(JSON.stringify(body))).status, 200);
      const taken = acted.find(
        ({ partnerReferenceNo }) => partnerReferenceNo === `PERSON-${index}`,
      );
      assert.deepEqual([taken?.latestTransactionStatus, taken?.amount], ['…', '… …'], said);
    }
  });

  test('one of which only the reference can be read is acted on', async () => {
    const odd = {
      originalPartnerReferenceNo: 'order № 7',
      latestTransactionStatus: 0,
      amount: null,
    };
    assert.equal((await notify(JSON.stringify(odd))).code, '2005600');
    const [taken] = acted.filter(({ partnerReferenceNo }) => partnerReferenceNo === 'order № 7');
    assert.equal(taken?.latestTransactionStatus, '00');
    assert.equal(taken?.amount, undefined);
  });

  test('a number in it keeps its digits', async () => {
    const body = newsOf('INV')
      .replace('"INV"', '12345678901234567890')
      .replace('"10000.00"', '10000.00');
    assert.equal((await notify(body)).code, '2005600');
    const taken = acted.find(
      ({ partnerReferenceNo }) => partnerReferenceNo === '12345678901234567890',
    );
    assert.equal(taken?.amount, '10000.00');
  });

  test('its amount is told with a currency that is not the rupiah', async () => {
    await notify(newsOf('INV-6'));
    await notify(newsOf('INV-7').replace('IDR', 'USD'));
    const told = acted.filter(({ partnerReferenceNo }) => /^INV-[67]$/.test(partnerReferenceNo));
    assert.deepEqual(
      told.map(({ amount }) => amount),
      ['10000.00', 'USD 10000.00'],
    );
  });

  test('a forged, stale or strange request for a token is refused', async () => {
    const forged = await tokenRequest({ privateKey: merchant.privateKey });
    assert.deepEqual([forged.status, forged.code], [401, '4017300']);
    const stale = await tokenRequest({ timestamp: '2020-01-01T00:00:00+07:00' });
    assert.equal(stale.code, '4017300');
    const odd = await tokenRequest({ timestamp: 'yesterday' });
    assert.equal(odd.code, '4007301');
    assert.equal((await post(TOKEN_PATH, {}, '{}')).code, '4007302');
  });

  const refusals: readonly (readonly [string, string, () => ReturnType<typeof notify>])[] = [
    ['forged', '4015600', () => notify(newsOf('BAD-1'), { clientSecret: 'SK-guess' })],
    [
      'changed on the way',
      '4015600',
      () => notify(newsOf('BAD-1'), { sent: newsOf('BAD-1').replace('"00"', '"05"') }),
    ],
    ['with a made-up token', '4015601', () => notify(newsOf('BAD-1'), { token: 'a.b.c' })],
    ['stale', '4015600', () => notify(newsOf('BAD-1'), { timestamp: '2020-01-01T00:00:00+07:00' })],
    ['not JSON', '4005600', () => notify('hello')],
    ['without a reference', '4005601', () => notify('{"latestTransactionStatus":"00"}')],
    ['oversized', '4135600', () => notify(`{"a":"${'x'.repeat(70_000)}"}`)],
    [
      'with a field twice',
      '4015600',
      () => notify(newsOf('BAD-1').replace('{', '{"latestTransactionStatus":"05",')),
    ],
  ];
  for (const [name, code, send] of refusals) {
    test(`one that is ${name} is refused with ${code}`, async () => {
      assert.equal((await send()).code, code);
      assert.equal(actedOn('BAD-1'), 0);
    });
  }

  test('anything else is not found', async () => {
    assert.deepEqual((await post('/other', {}, '{}')).status, 404);
  });
});
