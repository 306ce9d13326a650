import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type SnapCredentials, symmetricSignature } from '../../../activities/snap/index.js';
import { notificationTokens } from '../../../worker/doors/notifications/token.js';
import { rsaPair } from '../../setting/key-pairs.js';
import {
  CLIENT_ID,
  CLIENT_SECRET,
  DOKU_KEYS,
  type Door,
  MERCHANT_KEYS,
  NOTIFY_PATH,
  newsOf,
  openDoor,
} from '../../setting/notification-door.js';

const codes = async (answers: readonly Promise<{ code: string | undefined }>[]) =>
  (await Promise.all(answers)).map(({ code }) => code);

describe('what DOKU signs', () => {
  let door: Door;
  before(async () => {
    door = await openDoor();
  });
  after(() => door?.close());

  test('are bytes: what is no UTF-8 is refused as that, signed or not', async () => {
    const bytes = Buffer.concat([Buffer.from(newsOf('INV-').slice(0, -1)), Buffer.from([0xc3])]);
    for (const answer of [
      await door.notify(bytes),
      await door.notify('{}', { sent: bytes }),
      await door.askToken({ sent: bytes }),
    ]) {
      assert.equal(answer.status, 400);
      assert.match(String(answer.json.responseMessage), /UTF-8/);
    }
    assert.equal(door.acted.length, 0);
  });

  test('may stand in other white space and other escapes', async () => {
    const body = newsOf('INV-a/é').replace('a/é', 'a\\/\\u00e9').replaceAll(',', ' ,\n');
    assert.equal((await door.notify(newsOf('INV-a/é'), { sent: body })).code, '2005600');
    assert.equal(door.acted.at(-1)?.partnerReferenceNo, 'INV-a/é');
  });

  test('does not stand for other numbers', async () => {
    const [signed, sent] = ['12345678901234567000', '12345678901234567891'].map((reference) =>
      newsOf('INV').replace('"INV"', reference),
    ) as [string, string];
    assert.equal((await door.notify(signed, { sent })).code, '4015600');
    assert.equal((await door.notify(sent)).code, '2005600');
  });

  test('is written once: a security header that comes twice is refused, also with one value', async () => {
    const token = String((await door.askToken()).json.accessToken);
    const timestamp = new Date().toISOString();
    for (const [name, value] of [
      ['X-Signature', 'AAAA'],
      ['x-timestamp', timestamp],
      ['X-PARTNER-ID', CLIENT_ID],
      ['x-external-id', '2'],
      ['Authorization', `Bearer ${token}`],
    ] as const) {
      const answer = await door.notify(newsOf('INV-1'), {
        token,
        timestamp,
        more: [[name, value]],
      });
      assert.equal(answer.code, '4005601', name);
      assert.match(String(answer.json.responseMessage), /given twice/);
    }
    const answer = await door.askToken({ more: [['x-client-key', CLIENT_ID]] });
    assert.equal(answer.code, '4007301');
  });

  test('is written in Base64 as it is meant', async () => {
    const token = String((await door.askToken()).json.accessToken);
    const timestamp = new Date().toISOString();
    const signature = symmetricSignature({
      method: 'POST',
      path: NOTIFY_PATH,
      accessToken: token,
      body: newsOf('INV-2'),
      timestamp,
      clientSecret: CLIENT_SECRET,
    });
    for (const other of [`${signature}`.replace(/=+$/, ''), `${signature}A`, `${signature}!`]) {
      const headers = { 'x-signature': other };
      assert.equal(
        (await door.notify(newsOf('INV-2'), { token, timestamp, headers })).code,
        '4015600',
      );
    }
    assert.equal((await door.notify(newsOf('INV-2'), { token, timestamp })).code, '2005600');
  });

  test('is the path, with its query or without, also of an absolute request line', async () => {
    const absolute = `http://merchant.example:8080${NOTIFY_PATH}`;
    const query = `${NOTIFY_PATH}?shop=1&x=%20y`;
    assert.deepEqual(
      await codes([
        door.notify(newsOf('Q-1'), { path: query }),
        door.notify(newsOf('Q-2'), { path: query, signedPath: NOTIFY_PATH }),
        door.notify(newsOf('Q-3'), { path: absolute, signedPath: NOTIFY_PATH }),
        door.notify(newsOf('Q-4'), { path: `${absolute}?a=1`, signedPath: `${NOTIFY_PATH}?a=1` }),
        door.notify(newsOf('Q-5'), { path: query, signedPath: `${NOTIFY_PATH}?shop=2` }),
        door.notify(newsOf('Q-6'), { signedPath: '/other' }),
      ]),
      ['2005600', '2005600', '2005600', '2005600', '4015600', '4015600'],
    );
  });

  test('is the path that DOKU calls, where a proxy strips a prefix', async () => {
    const signedPath = `/shop/doku${NOTIFY_PATH}`;
    const behind = await openDoor({ signedPath });
    try {
      assert.deepEqual(
        await codes([
          behind.notify(newsOf('P-1'), { signedPath }),
          behind.notify(newsOf('P-2'), {
            path: `${NOTIFY_PATH}?a=1`,
            signedPath: `${signedPath}?a=1`,
          }),
          behind.notify(newsOf('P-3')),
          behind.notify(newsOf('P-4'), { path: signedPath, signedPath }),
        ]),
        ['2005600', '2005600', '4015600', '4045600'],
      );
    } finally {
      await behind.close();
    }
  });
});

describe('a rotation', () => {
  test('has two secrets and two keys of DOKU taken, then the new ones alone', async () => {
    const next = rsaPair();
    const identity = {
      clientId: CLIENT_ID,
      clientSecrets: [CLIENT_SECRET],
      dokuPublicKeys: [DOKU_KEYS.publicKey],
      tokens: notificationTokens({ clientId: CLIENT_ID, privateKey: MERCHANT_KEYS.privateKey }),
    };
    const door = await openDoor({ identity });
    const taken = (reference: string) =>
      codes([
        door.notify(newsOf(`${reference}-1`)),
        door.notify(newsOf(`${reference}-2`), { clientSecret: 'SK-next' }),
        door.askToken(),
        door.askToken({ privateKey: next.privateKey }),
      ]);
    try {
      assert.deepEqual(await taken('A'), ['2005600', '4015600', '2007300', '4017300']);
      identity.clientSecrets = [CLIENT_SECRET, 'SK-next'];
      identity.dokuPublicKeys = [DOKU_KEYS.publicKey, next.publicKey];
      assert.deepEqual(await taken('B'), ['2005600', '2005600', '2007300', '2007300']);
      const token = String((await door.askToken()).json.accessToken);
      identity.clientSecrets = ['SK-next'];
      identity.dokuPublicKeys = [next.publicKey];
      assert.deepEqual(
        await codes([
          door.notify(newsOf('C-1'), { token }),
          door.notify(newsOf('C-2'), { token, clientSecret: 'SK-next' }),
          door.askToken(),
          door.askToken({ privateKey: next.privateKey }),
        ]),
        ['4015600', '2005600', '4017300', '2007300'],
      );
    } finally {
      await door.close();
    }
  });

  test('of our own key leaves the tokens valid that DOKU has', async () => {
    const next = rsaPair();
    const credentials: { -readonly [Name in keyof SnapCredentials]?: SnapCredentials[Name] } & {
      clientId: string;
      privateKey: string;
    } = { clientId: CLIENT_ID, privateKey: MERCHANT_KEYS.privateKey };
    const tokens = notificationTokens(credentials);
    const old = await tokens.issue();
    Object.assign(credentials, {
      privateKey: next.privateKey,
      secondPrivateKey: MERCHANT_KEYS.privateKey,
    });
    const fresh = await tokens.issue();
    assert.deepEqual([await tokens.isValid(old), await tokens.isValid(fresh)], [true, true]);
    credentials.secondPrivateKey = undefined;
    assert.deepEqual([await tokens.isValid(old), await tokens.isValid(fresh)], [false, true]);
  });
});
