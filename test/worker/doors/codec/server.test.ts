import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { after, before, beforeEach, describe, test } from 'node:test';
import { machineTokenAuthentication } from '../../../../worker/doors/codec/machine-token.js';
import { MOST_PAYLOADS } from '../../../../worker/doors/codec/payloads.js';
import { MOST_BYTES, MOST_CONNECTIONS } from '../../../../worker/doors/codec/server.js';
import {
  bearer,
  type CodecDoor,
  MACHINE_TOKEN,
  startCodecDoor,
  UI_ORIGIN,
  valuesIn,
} from '../../../setting/codec-door.js';
import { holdMany } from '../../../setting/held-connection.js';

const CUSTOMER = { name: 'Budi Santoso', phoneNo: '6281299990000', email: 'budi@example.com' };
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('the codec', () => {
  let door: CodecDoor;
  before(async () => {
    door = await startCodecDoor();
  });
  beforeEach(() => door.audited.splice(0));
  after(() => door?.close());

  test('reads for who has the token, and shows tokens and OTPs to nobody', async () => {
    const payloads = await door.encrypted({ otp: '123456', show: 'enter-otp' }, CUSTOMER);
    const { status, text } = await door.ask({ headers: bearer(), payloads });
    assert.equal(status, 200);
    assert.deepEqual(valuesIn(text), [
      { otp: '…', show: 'enter-otp' },
      { name: '…', phoneNo: '…', email: '…' },
    ]);
  });

  test('shows what is a person’s to those who may, and no more than that', async () => {
    const authenticate = machineTokenAuthentication(MACHINE_TOKEN, true);
    const open = await startCodecDoor({ authenticate });
    try {
      const payloads = await open.encrypted({ ...CUSTOMER, accessToken: 'T-1' });
      const { text } = await open.ask({ headers: bearer(), payloads });
      assert.deepEqual(valuesIn(text), [{ ...CUSTOMER, accessToken: '…' }]);
      assert.equal(open.audited[0]?.personalData, true);
    } finally {
      await open.close();
    }
  });

  test('reads for no request with two tokens, in whatever order and with one in its path', async () => {
    for (const authorization of [
      [`Bearer ${MACHINE_TOKEN}`, 'Bearer never'],
      ['Bearer never', `Bearer ${MACHINE_TOKEN}`],
      // Node drops all after the 2,000th.
      [`Bearer ${MACHINE_TOKEN}`, ...Array<string>(1_995).fill(''), 'Bearer never'],
    ])
      for (const path of ['/decode', `/${MACHINE_TOKEN}/decode`]) {
        const twice = authorization.flatMap((value) =>
          value ? ['Authorization', value] : ['x', ''],
        );
        const headers = ['Host', '127.0.0.1', 'Content-Type', 'application/json', ...twice];
        const asked = request(`${door.url}${path}`, { method: 'POST', headers });
        asked.end(JSON.stringify({ payloads: await door.encrypted(CUSTOMER) }));
        const [answer] = await once(asked, 'response');
        const said = await text(answer);
        assert.equal(answer.statusCode, 401, said);
        assert.match(said, /Authorization is given twice: send the one that is meant/);
      }
  });

  test('reads for no program that only claims to be the Temporal UI', async () => {
    const payloads = await door.encrypted(CUSTOMER);
    const headers = { origin: UI_ORIGIN };
    const { status, headers: answered, text: said } = await door.ask({ headers, payloads });
    assert.deepEqual([status, answered.get('www-authenticate')], [401, 'Bearer']);
    assert.match(said, /a bearer token is missing: send Authorization: Bearer TOKEN/);
    for (const [authorization, why] of [
      ['Bearer', /is no bearer token/],
      [`Basic ${MACHINE_TOKEN}`, /is no bearer token/],
      [`Bearer ${MACHINE_TOKEN}x`, /is not valid/],
      [MACHINE_TOKEN, /is no bearer token/],
    ] as const) {
      const refused = await door.ask({ headers: { ...headers, authorization }, payloads });
      assert.equal(refused.status, 401, authorization);
      assert.match(refused.text, why);
      assert.ok(!refused.text.includes(MACHINE_TOKEN));
    }
  });

  test('reads for no page of another origin, whatever it has', async () => {
    for (const origin of ['https://evil.example', 'null', 'http://temporal.example']) {
      const { status, headers } = await door.ask({ headers: { ...bearer(), origin } });
      assert.deepEqual([status, headers.get('access-control-allow-origin')], [403, null], origin);
    }
  });

  test('lets the Temporal UI’s browser send all that the UI sends', async () => {
    const { status, headers } = await door.ask({
      method: 'OPTIONS',
      path: '/decode?preserveStorageRefs=true',
      headers: { origin: UI_ORIGIN, 'access-control-request-method': 'POST' },
    });
    assert.deepEqual([status, headers.get('access-control-allow-origin')], [204, UI_ORIGIN]);
    const allowed = headers.get('access-control-allow-headers') ?? '';
    for (const name of ['content-type', 'x-namespace', 'authorization', 'authorization-extras'])
      assert.ok(allowed.split(', ').includes(name), name);
    const payloads = await door.encrypted('Purchase INV-1');
    const answer = await door.ask({
      path: '/decode?preserveStorageRefs=true',
      headers: { ...bearer(), origin: UI_ORIGIN, 'authorization-extras': 'e30.e30.' },
      payloads,
    });
    assert.equal(answer.headers.get('access-control-allow-origin'), UI_ORIGIN);
    assert.deepEqual(valuesIn(answer.text), ['Purchase INV-1']);
  });

  test('takes the token of the machine in the path, from a UI that has none to send', async () => {
    const payloads = await door.encrypted('Purchase INV-1');
    const statusOf = async (path: string) => (await door.ask({ path, payloads })).status;
    assert.equal(await statusOf(`/${MACHINE_TOKEN}/decode`), 200);
    assert.equal(await statusOf(`/${MACHINE_TOKEN}/default/decode`), 200);
    assert.equal(await statusOf(`/${MACHINE_TOKEN.slice(1)}x/decode`), 401);
    assert.equal(await statusOf(`/decode?${MACHINE_TOKEN}`), 401);
    assert.equal(await statusOf(`/decode/${MACHINE_TOKEN}`), 401);
  });

  test('encrypts for nobody, and answers nothing else', async () => {
    const headers = bearer();
    const payloads = [{ metadata: { encoding: base64('json/plain') }, data: base64('{}') }];
    const encode = await door.ask({ path: '/encode', headers, payloads });
    assert.equal(encode.status, 403);
    assert.match(encode.text, /only decrypts/);
    assert.equal((await door.ask({ path: '/', headers })).status, 404);
    assert.equal((await door.ask({ path: '/decode', method: 'GET', headers })).status, 404);
    assert.equal((await door.ask({ path: '/encode', payloads })).status, 401);
  });

  test('says of what cannot be decrypted that it cannot, and where', async () => {
    const [fine, other] = await door.encrypted('Purchase INV-1', 'Purchase INV-2');
    assert.ok(fine?.metadata && other);
    const damaged = Buffer.from(other.data ?? '', 'base64');
    damaged.writeUInt8(damaged.readUInt8(damaged.length - 20) ^ 1, damaged.length - 20);
    const unreadable = {
      damaged: { ...other, data: damaged.toString('base64') },
      short: { ...other, data: base64('x') },
      empty: { metadata: fine.metadata },
      'of an unknown key': {
        ...other,
        metadata: { ...fine.metadata, 'encryption-key-id': base64('"another"') },
      },
      'of an unknown encoding': { metadata: { encoding: base64('binary/zlib') }, data: 'eA==' },
      'of no encoding': { data: 'eA==' },
    };
    for (const [what, payload] of Object.entries(unreadable)) {
      const { status, text } = await door.ask({ headers: bearer(), payloads: [fine, payload] });
      assert.equal(status, 400, what);
      assert.deepEqual(JSON.parse(text), { message: 'payloads.1: cannot be decrypted' }, what);
    }
  });

  test('shows what nobody encrypted by the same rules', async () => {
    const plain = (encoding: string, text: string) => ({
      metadata: { encoding: base64(encoding) },
      data: base64(text),
    });
    const { text } = await door.ask({
      headers: bearer(),
      payloads: [
        plain('json/plain', '{"otp":"123456"}'),
        plain('json/protobuf', '{"accessToken":"T-1"}'),
        plain('binary/plain', '123456'),
        plain('json/plain', 'no JSON'),
      ],
    });
    const shown = (JSON.parse(text) as { payloads: { data: string }[] }).payloads.map(({ data }) =>
      Buffer.from(data, 'base64').toString(),
    );
    assert.deepEqual(shown, ['{"otp":"…"}', '{"accessToken":"…"}', '"…"', '"…"']);
  });

  test('takes so many payloads and bytes and no more, and none from who may not read', async () => {
    const many = { payloads: Array.from({ length: MOST_PAYLOADS + 1 }, () => ({})) };
    const tooMany = await door.ask({ headers: bearer(), body: JSON.stringify(many) });
    assert.equal(tooMany.status, 400);
    assert.match(tooMany.text, /1000 payloads at most/);
    const metadata = Object.fromEntries(Array.from({ length: 17 }, (_, index) => [index, '']));
    const fat = await door.ask({ headers: bearer(), payloads: [{ metadata }] });
    assert.equal(fat.status, 400);
    const tooLong = `{"payloads":[],"more":"${'x'.repeat(MOST_BYTES)}"}`;
    assert.equal((await door.ask({ headers: bearer(), body: tooLong })).status, 413);
    for (const body of ['', 'x', '[]', '{}', '{"payloads":{}}', '{"payloads":[1]}'])
      assert.equal((await door.ask({ headers: bearer(), body })).status, 400, body);
    // Not even whether it can be read.
    assert.equal((await door.ask({ body: 'x' })).status, 401);
  });

  test('is there for who may read, however many connections others hold', async () => {
    const held = await holdMany(door.url, 2 * MOST_CONNECTIONS + 10);
    try {
      assert.equal((await door.ask({ headers: bearer() })).status, 200);
      assert.ok(held.open() <= MOST_CONNECTIONS);
    } finally {
      held.release();
    }
  });

  test('notes who asked, where and how much of what, in one line a request, and never what', async () => {
    const headers = { 'x-namespace': 'default', 'x-workflow-id': 'wallet/customer-1' };
    const payloads = await door.encrypted(CUSTOMER, { otp: '123456' });
    await door.ask({ headers: { ...headers, ...bearer() }, payloads });
    await door.ask({ headers, payloads });
    const [fine, refused, ...more] = door.audited;
    assert.deepEqual(more, []);
    const known = { address: '127.0.0.1', action: 'decode', namespace: 'default' };
    const workflowId = 'wallet/customer-1';
    const who = 'CODEC_TOKEN';
    const rest = { ...known, workflowId, personalData: false };
    assert.deepEqual(fine, { ...rest, who, payloads: 2, status: 200 });
    assert.deepEqual(refused, { ...rest, who: undefined, payloads: 0, status: 401 });
    assert.doesNotMatch(JSON.stringify(door.audited), /Budi|6281299990000|123456|token-for-one/);
  });

  test('notes no phone number, no e-mail address and no control of what is claimed', async () => {
    const names = ['wallet/081234567890'];
    const placed = await startCodecDoor({ placeOf: () => names.pop() });
    try {
      const headers = { 'x-namespace': 'a\u0085b', 'x-workflow-id': 'wallet/budi@example.com' };
      const payloads = await placed.encrypted('Wallet 3');
      await placed.ask({ headers: { ...headers, ...bearer() }, payloads });
      assert.match(
        JSON.stringify(placed.audited),
        /"namespace":"a\u{fffd}b","workflowId":"…","places":\["wallet\/…"\]/u,
      );
    } finally {
      await placed.close();
    }
  });

  test('notes the workflows that the payloads are of, beside the one that is claimed', async () => {
    const names = ['wallet/customer-2', 'wallet/customer-2', 'wallet/customer-3'];
    const placed = await startCodecDoor({ placeOf: () => names.pop() });
    try {
      const headers = { ...bearer(), 'x-workflow-id': 'purchase/INV-1' };
      const payloads = await placed.encrypted('Wallet 3', 'Wallet 2', 'Wallet 2');
      await placed.ask({ headers, payloads });
      const [{ workflowId, places } = { workflowId: '' }] = placed.audited;
      assert.equal(workflowId, 'purchase/INV-1');
      assert.deepEqual(places, ['wallet/customer-3', 'wallet/customer-2']);
    } finally {
      await placed.close();
    }
  });

  test('notes also what it has no answer to', async () => {
    for (const [method, path, status] of [
      ['POST', '/%zz/decode', 400],
      ['PROPFIND', '/decode', 401],
      ['GET', '/codec/health', 401],
      ['POST', '/health', 401],
    ] as const) {
      assert.equal((await door.ask({ method, path })).status, status, path);
      const [entry, ...more] = door.audited.splice(0);
      assert.deepEqual([entry?.status, entry?.payloads, more], [status, 0, []], path);
    }
  });

  test('tells its health without a token, and notes nothing of it', async () => {
    assert.equal((await door.ask({ path: '/health', method: 'GET' })).status, 200);
    assert.deepEqual(door.audited, []);
  });
});
