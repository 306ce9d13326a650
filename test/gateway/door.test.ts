import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { Agent, createServer, get, request } from 'node:http';
import { createServer as createHungServer } from 'node:http2';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import { shownOf } from '../../client/temporal/mismatch.js';
import { SCOPES } from '../../gateway/access/scopes.js';
import { goneOf } from '../../gateway/calls/gone.js';
import { Waits } from '../../gateway/calls/waits.js';
import { CSV_EXAMPLES, EXAMPLES } from '../../gateway/openapi/examples.js';
import { problemSchema } from '../../gateway/problems/problem.js';
import { MOST_CONNECTIONS } from '../../gateway/server.js';
import { createDataConverter, payloadKeysOf } from '../../worker/temporal/encryption.js';
import { type GatewayDoor, lostClient, startGatewayDoor } from '../setting/gateway-door.js';
import { holdMany } from '../setting/held-connection.js';
import { untilEnd } from '../setting/listening.js';
import { newPayloadKey } from '../setting/payload-keys.js';
import { eventually } from '../setting/shop.js';

const URL_OF = '/v1/purchases/INV-1';
const ORDER = {
  customerId: 'customer-1',
  amount: { value: '10000.00', currency: 'IDR' },
  returnUrl: 'https://merchant.example/return',
};

describe('who has gone away', () => {
  const { listening } = untilEnd();

  test('is known by the answer, without a listener more on a connection that is kept', async () => {
    const counts = new Set<number>();
    const gone = new EventEmitter();
    const port = await listening(
      createServer((asked, response) => {
        const { signal, end } = goneOf(response);
        counts.add(asked.socket.listenerCount('close') + response.listenerCount('close'));
        signal.addEventListener('abort', () => gone.emit('gone'));
        if (asked.url === '/hangs-up') return asked.socket.destroy();
        end();
        return response.end();
      }),
    );
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const asking = (path: string) => get({ port, path, agent });
    for (let nth = 0; nth < 20; nth++) {
      const [answer] = await once(asking('/'), 'response');
      await once(answer.resume(), 'end');
    }
    assert.equal(counts.size, 1);
    const isGone = once(gone, 'gone');
    asking('/hangs-up').on('error', () => {});
    await isGone;
    agent.destroy();
  });
});

test('one caller has half of the places to wait, and one at least', async () => {
  const askedFor = async (most: number, callers: readonly string[]) => {
    const waits = new Waits(most);
    const ends: (() => void)[] = [];
    const told: number[] = [];
    const held = callers.map((who) =>
      waits.hold(who, 1_000, async (waitMs) => {
        told.push(waitMs);
        if (waitMs > 0) await new Promise<void>((end) => ends.push(end));
      }),
    );
    for (const end of ends) end();
    await Promise.all(held);
    await waits.hold(callers[0] ?? '', 1_000, async (waitMs) => told.push(waitMs));
    return told;
  };
  assert.deepEqual(await askedFor(4, ['a', 'a', 'a', 'b', 'c', 'd']), [
    ...[1_000, 1_000, 0, 1_000, 1_000, 0],
    1_000,
  ]);
  assert.deepEqual(await askedFor(1, ['a', 'b']), [1_000, 0, 1_000]);
  assert.deepEqual(await askedFor(0, ['a']), [0, 0]);
});

test('of an input that is there already only what is known to be nobody’s is shown', () => {
  const input = {
    partnerReferenceNo: 'INV-1',
    customerId: 'customer-1',
    amount: { value: '10000.00', currency: 'IDR' },
    payWithin: '30 minutes',
  };
  assert.deepEqual(shownOf(input), input);
  const hidden = {
    customerId: '081234567890',
    payWithin: 'call 081234567890',
    returnUrl: 'https://merchant.example/return?token=t',
    redirectUrl: 'https://merchant.example/',
    description: 'for Budi',
    notes: 'for Budi',
    reason: 'Budi asked',
    accountId: '1',
    tags: ['Budi'],
    isGift: true,
    customer: { name: 'Budi' },
  };
  const everything = Object.fromEntries(Object.keys(hidden).map((name) => [name, '…']));
  assert.deepEqual(shownOf(hidden), { ...everything, customer: { name: '…' } });
  assert.equal(shownOf('081234567890'), '…');
});

describe('the door of the gateway', () => {
  let door: GatewayDoor;
  before(async () => {
    door = await startGatewayDoor(lostClient(), { requestsAMinute: 50 });
  });
  after(() => door?.close());

  test('nobody unknown is told anything, not even what there is', async () => {
    const never = `dokuj_${'x'.repeat(43)}`;
    for (const key of ['', 'never', never])
      for (const path of [URL_OF, '/v1/nothing']) {
        const { status, body, headers } = await door.ask('GET', path, { key });
        assert.deepEqual([status, body.error], [401, 'Unauthenticated'], `${key} ${path}`);
        assert.equal(headers.get('www-authenticate'), 'Bearer');
      }
  });

  test('a key without the word before it is told so, and none that there is none', async () => {
    for (const [headers, detail] of [
      [{ authorization: door.key }, /must be the word Bearer, a blank, and the key$/],
      [{ authorization: `Basic ${door.key}` }, /must be the word Bearer/],
      [{}, /^the header Authorization is missing$/],
    ] as const) {
      const { status, body } = await door.ask('GET', URL_OF, { key: '', headers });
      assert.equal(status, 401);
      assert.match(String(body.detail), detail);
      assert.ok(!JSON.stringify(body).includes(door.key), 'the key is not said again');
    }
  });

  test('a request that brings two keys is of neither, in whatever order', async () => {
    const of = (key: string) => `Bearer ${key}`;
    for (const authorization of [
      [of(door.key), of('never')],
      [of('never'), of(door.key)],
      [of(door.key), of(door.key)],
      // Node drops all after the 2,000th.
      [of(door.key), ...Array<string>(1_995).fill(''), of('never')],
    ]) {
      const twice = authorization.flatMap((value) =>
        value ? ['Authorization', value] : ['x', ''],
      );
      const asked = get(`${door.url}/v1/nothing`, { headers: ['Host', '127.0.0.1', ...twice] });
      const [answer] = await once(asked, 'response');
      const { error, detail } = JSON.parse(await text(answer));
      assert.deepEqual(
        [answer.statusCode, error, detail],
        [401, 'Unauthenticated', 'Authorization is given twice: send the one that is meant'],
      );
    }
  });

  test('a key does what its scopes allow, for as long as it is valid', async () => {
    const reader = door.keyOf('reader', ['purchases:read']);
    const refused = await door.ask('PUT', URL_OF, { key: reader, body: ORDER });
    assert.deepEqual(
      [refused.status, refused.body.error, refused.body.scope],
      [403, 'ScopeMissing', 'purchases:write'],
    );
    const batches = door.keyOf('batches', ['batches:read']);
    const dry = await door.ask('POST', '/v1/top-up-batches/B-1/dry-run', { key: batches });
    assert.deepEqual([dry.body.error, dry.body.scope], ['ScopeMissing', 'batches:write']);
    const over = door.keyOf('over', ['purchases:write'], { expiresAt: '2020-01-01T00:00:00Z' });
    assert.equal((await door.ask('GET', URL_OF, { key: over })).status, 401);
    const writer = door.keyOf('writer', ['purchases:write']);
    const wrong = await door.ask('GET', `${URL_OF}?wait=61s`, { key: writer });
    assert.equal(wrong.status, 400, 'who may write may read');
  });

  test('a body means one thing, and nothing unknown is taken', async () => {
    const text = JSON.stringify(ORDER);
    for (const [sent, status] of [
      [text.replace('{', '{"customerId":"customer-2",'), 400],
      [text.replace('{', '{"partnerReferenceNo":"INV-2",'), 400],
      [text.replace('{', '{"__proto__":{},'), 400],
      ['{"customerId"', 400],
      ['[]', 400],
      [JSON.stringify({ ...ORDER, description: 'x'.repeat(100_000) }), 413],
    ] as const) {
      const said = await door.ask('PUT', URL_OF, { text: sent });
      assert.equal(said.status, status, sent.slice(0, 60));
      assert.match(said.headers.get('content-type') ?? '', /^application\/problem\+json/);
    }
    const form = await door.ask('PUT', URL_OF, {
      text,
      headers: { 'content-type': 'text/plain' },
    });
    assert.deepEqual([form.status, form.body.error], [415, 'UnsupportedMediaType']);
  });

  test('a body is read as it is written, or not at all', async () => {
    const path = `${URL_OF}/cancel`;
    const bytes = (...parts: (string | number[])[]) =>
      Buffer.concat(parts.map((part) => Buffer.from(part as string)));
    const plain = bytes('{"reason":"a"}');
    for (const [text, headers, status, detail] of [
      [bytes('{"reason":"a', [0xff, 0xfe, 0xc0, 0x80], 'b"}'), {}, 400, /^body: is not UTF-8/],
      [
        bytes([0xef, 0xbb, 0xbf], '{"reason":"a"}'),
        {},
        400,
        /^body: begins with a byte order mark/,
      ],
      [plain, { 'content-type': 'application/json; charset=utf-16' }, 415, /must be UTF-8/],
      [plain, { 'content-type': 'application/json;CHARSET="latin1"' }, 415, /must be UTF-8/],
      [plain, { 'content-encoding': 'gzip' }, 415, /must not be compressed/],
    ] as const) {
      const said = await door.ask('POST', path, { text, headers });
      assert.equal(said.status, status, String(said.body.detail));
      assert.match(String(said.body.detail), detail);
    }
    const quick = await startGatewayDoor(lostClient(), { answerWithinMs: 1 });
    for (const headers of [
      { 'content-type': 'application/json; charset=UTF-8' },
      { 'content-encoding': 'identity' },
    ])
      assert.ok((await quick.ask('POST', path, { text: plain, headers })).status >= 500);
    await quick.close();
  });

  test('each mistake is named by its place', async () => {
    const pathsOf = async (method: string, path: string, body?: unknown) =>
      (await door.ask<{ fields: { path: string }[] }>(method, path, { body })).body.fields.map(
        ({ path: at }) => at,
      );
    assert.deepEqual(await pathsOf('GET', '/v1/purchases/081234567890'), [
      'path.partnerReferenceNo',
    ]);
    assert.deepEqual(await pathsOf('GET', `${URL_OF}?wait=1h&until=rich&colour=red`), [
      'query.wait',
      'query.until',
      'query.colour',
    ]);
    assert.deepEqual(await pathsOf('PUT', URL_OF, { ...ORDER, payWithin: 30 }), ['payWithin']);
  });

  test('nothing in a query is taken for what it is not, and least of all nothing at all', async () => {
    const key = door.keyOf('asker', SCOPES);
    const pathsOf = async (method: string, path: string, body?: unknown) =>
      (await door.ask<{ fields: { path: string }[] }>(method, path, { body, key })).body.fields.map(
        ({ path: at }) => at,
      );
    const batch = '/v1/top-up-batches/B-1';
    const history = '/v1/customers/customer-1/transactions?from=2026-01-01T00:00:00Z&';
    for (const [at, name, wrong] of [
      [
        `${URL_OF}?`,
        'until',
        // The last two name a status, but do not say how long to wait for it.
        [
          '',
          'paid,',
          ',paid',
          'paid,,expired',
          'paid%20',
          'paid&until=paid',
          'paid',
          'paid,expired',
        ],
      ],
      [`${URL_OF}?`, 'wait', ['', '30', '30s,']],
      ['/v1/events?', 'limit', ['', '%20', '0', '501', '1e2', '0x10', '5.0', 'five']],
      ['/v1/events?', 'after', ['', 'garbage']],
      [`${batch}/results?`, 'part', ['', '%20', '-1', 'first']],
      [history, 'limit', ['', '0', '501', '1e2']],
      [history, 'to', ['']],
      [history, 'after', ['', '-', '1', '999999999999999-1']],
      ['/v1/findings?', 'kind', ['', 'all']],
      ['/v1/findings?', 'after', ['', 'garbage']],
    ] as const)
      for (const value of wrong)
        assert.deepEqual(
          await pathsOf('GET', `${at}${name}=${value}`),
          [`query.${name}`],
          `${name}=${value}`,
        );
    for (const [name, value] of [
      ['inFlight', ''],
      ['inFlight', '1e2'],
      ['waitForFunds', ''],
      ['receiveWithin', ''],
    ])
      assert.deepEqual(await pathsOf('PUT', `${batch}?${name}=${value}`, { rows: [] }), [
        `query.${name}`,
      ]);
  });

  test('each mistake is said once, by what to put there', async () => {
    const { customerId: _, ...nobodys } = ORDER;
    const said = async (body: unknown) =>
      (await door.ask<{ fields: { path: string; message: string }[] }>('PUT', URL_OF, { body }))
        .body.fields;
    const duration = 'must be a duration such as "90 seconds", "30 minutes", "2 hours" or "1 day"';
    const url = 'must be https (http for loopback only), without blanks and user info';
    const amount =
      'must be a string such as "10000.00": rupiah, a point and two decimals, without other separators and without a sign';
    for (const [body, path, message] of [
      [nobodys, 'customerId', 'is missing'],
      [{ ...ORDER, amount: { value: '10000.00' } }, 'amount.currency', 'is missing'],
      [{ ...ORDER, amount: null }, 'amount', 'is missing'],
      [{ ...ORDER, amount: { ...ORDER.amount, value: 10000 } }, 'amount.value', amount],
      [{ ...ORDER, acknowledgeWithin: 600 }, 'acknowledgeWithin', duration],
      [{ ...ORDER, payWithin: '600' }, 'payWithin', duration],
      [{ ...ORDER, returnUrl: 'shop.example' }, 'returnUrl', url],
      [{ ...ORDER, colour: 'red' }, 'colour', 'is not known here'],
      [{ ...ORDER, amount: { ...ORDER.amount, cents: 1 } }, 'amount.cents', 'is not known here'],
      [
        { ...ORDER, partnerReferenceNo: 'INV-2' },
        'partnerReferenceNo',
        'is not what the path says: leave it out',
      ],
    ] as const)
      assert.deepEqual(await said(body), [{ path, message }]);
    for (const body of [undefined, null, [], 'INV-1'])
      assert.deepEqual(await said(body), [
        { path: 'body', message: 'must be a JSON object: {…}' },
        ...['customerId', 'amount', 'returnUrl'].map((path) => ({ path, message: 'is missing' })),
      ]);
    const cancel = await door.ask<{ fields: unknown }>('POST', `${URL_OF}/cancel`);
    assert.deepEqual(cancel.body.fields, [
      { path: 'body', message: 'must be a JSON object: {…}' },
      { path: 'reason', message: 'is missing' },
    ]);
    const customer = { name: 'Budi', phoneNo: '081255500099', email: 'b@example.com', age: 3 };
    const opening = await door.ask<{ fields: unknown }>('PUT', '/v1/customers/c-1/openings/o-1', {
      body: { redirectUrl: 'https://merchant.example/back', customer },
    });
    assert.deepEqual(opening.body.fields, [{ path: 'customer.age', message: 'is not known here' }]);
    const closing = '/v1/customers/c-1/closings/c-1';
    const wrong = await door.ask<{ fields: unknown }>('PUT', closing, { body: [] });
    const empty = 'must be a JSON object, and {} is one';
    assert.deepEqual(wrong.body.fields, [{ path: 'body', message: empty }]);
    const period = await door.ask<{ fields: { message: string }[] }>(
      'GET',
      '/v1/reconciliations/today/2026-11-01T00:00:00%2B07:00',
    );
    assert.match(String(period.body.fields[0]?.message), /^must be an instant such as "2026-/);
    const unescaped = await door.ask<{ fields: { message: string }[] }>(
      'GET',
      '/v1/customers/c-1/transactions?from=2026-11-01T00:00:00+07:00',
    );
    assert.match(String(unescaped.body.fields[0]?.message), /in an address its \+ is %2B$/);
    const whole = await door.ask('PUT', URL_OF, {
      body: { ...ORDER, partnerReferenceNo: 'INV-1' },
    });
    assert.equal(whole.body.error, 'TemporalUnreachable', 'what the path says, said once more');
    for (const body of [undefined, null, {}]) {
      const nothing = await door.ask('PUT', closing, { body });
      assert.equal(nothing.body.error, 'TemporalUnreachable', 'where nothing is needed');
    }
  });

  test('its address alone leads to what there is, without a key', async () => {
    const { status, body } = await door.ask('GET', '/', { key: '' });
    assert.equal(status, 200);
    assert.deepEqual(body, { docs: '/docs', openapi: '/openapi.json', problems: '/problems' });
    const page = await fetch(door.url, { headers: { accept: 'text/html' } });
    assert.match(page.url, /\/docs/);
    assert.match(await page.text(), /swagger/i);
  });

  test('a path that cannot be read is told as the path', async () => {
    for (const [number, message] of [
      ['%zz', /^cannot be read/],
      ['%c0%af', /^cannot be read/],
      ['x'.repeat(513), /^has a part of more than 512/],
    ] as const) {
      const { status, body } = await door.ask<{ error: string; fields: { path: string }[] }>(
        'GET',
        `/v1/purchases/${number}`,
      );
      assert.deepEqual([status, body.error], [400, 'InvalidInput'], number);
      assert.deepEqual(
        body.fields.map(({ path }) => path),
        ['path'],
      );
      assert.match(JSON.stringify(body.fields), new RegExp(message.source.slice(1)));
    }
  });

  test('no page of another origin may ask', async () => {
    const origin = 'https://evil.example';
    const { status, body } = await door.ask('GET', URL_OF, { headers: { origin } });
    assert.deepEqual([status, body.error], [403, 'OriginRefused']);
  });

  test('a page of an origin that is allowed is answered in a browser, and none of another', async () => {
    const [origin, other] = ['https://till.example', 'https://evil.example'];
    const own = await startGatewayDoor(lostClient(), { allowedOrigins: [origin] });
    const allowed = 'access-control-allow-origin';
    const before = (from: string) =>
      own.ask('OPTIONS', URL_OF, {
        key: '',
        headers: {
          origin: from,
          'access-control-request-method': 'PUT',
          'access-control-request-headers': 'authorization,content-type',
        },
      });
    try {
      for (let times = 0; times < 70; times += 1) {
        const { status, headers } = await before(origin);
        assert.deepEqual([status, headers.get(allowed)], [204, origin]);
        assert.match(headers.get('access-control-allow-methods') ?? '', /PUT/);
        assert.match(headers.get('access-control-allow-headers') ?? '', /authorization/);
      }
      for (const key of [own.key, 'never']) {
        const { status, headers } = await own.ask('GET', '/v1/nothing', {
          key,
          headers: { origin },
        });
        assert.deepEqual([status, headers.get(allowed)], [key === own.key ? 404 : 401, origin]);
      }
      for (const { status, headers } of [
        await before(other),
        await own.ask('GET', '/v1/nothing', { headers: { origin: other } }),
      ])
        assert.deepEqual([status, headers.get(allowed)], [403, null]);
    } finally {
      await own.close();
    }
  });

  test('without keys this machine alone may ask, by its own name', async () => {
    const open = await startGatewayDoor(lostClient(), { authenticate: undefined });
    const statusFor = (host: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const sent = get(`${open.url}/v1/nothing`, { headers: { host } }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        });
        sent.on('error', reject);
      });
    try {
      assert.equal(await statusFor('localhost:8084'), 404);
      assert.equal(await statusFor('evil.example'), 401);
    } finally {
      await open.close();
    }
  });

  test('without keys nothing is taken that a proxy passed on, and it is told why', async () => {
    const open = await startGatewayDoor(lostClient(), { authenticate: undefined });
    const said = {
      'x-forwarded-for': '203.0.113.9',
      forwarded: 'for=203.0.113.9',
      via: '1.1 proxy',
      'x-real-ip': '203.0.113.9',
      'x-forwarded-host': 'pay.merchant.example',
    };
    try {
      assert.equal((await open.ask('GET', '/v1/nothing', { key: '' })).status, 404);
      for (const [name, value] of Object.entries(said)) {
        const headers = { [name]: value };
        const { status, body } = await open.ask('PUT', URL_OF, { key: '', body: ORDER, headers });
        assert.deepEqual([status, body.error], [401, 'Unauthenticated'], name);
        assert.match(
          String(body.detail),
          new RegExp(`a proxy passed this on, as ${name} says`, 'i'),
        );
      }
      // As nginx passes on what it is not told to say more of.
      const { port, host } = new URL(open.url);
      const socket = connect(Number(port), '127.0.0.1');
      socket.write(`GET ${URL_OF} HTTP/1.0\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      assert.match(await text(socket), /^HTTP\/1\.1 401 .*as HTTP\/1\.0 says/s);
    } finally {
      await open.close();
    }
  });

  test('a Temporal that is away is told long before the deadline, to be asked again', async () => {
    const { status, body, headers } = await door.ask('PUT', URL_OF, { body: ORDER });
    assert.deepEqual([status, body.error, body.retryable], [503, 'TemporalUnreachable', true]);
    assert.equal(body.detail, 'Temporal does not answer', 'nothing of what Temporal or gRPC said');
    assert.equal(headers.get('retry-after'), '5');
    assert.equal(body.type, '/problems#TemporalUnreachable');
    const { body: page } = await door.ask<string>('GET', String(body.type), { key: '' });
    assert.match(page, /id="TemporalUnreachable"/);
  });

  test('a Temporal that hangs, and keeps its connection, is away too', async () => {
    // It takes every call, and answers none.
    const hung = createHungServer();
    hung.listen(0, '127.0.0.1');
    await once(hung, 'listening');
    const { port } = hung.address() as AddressInfo;
    const connection = Connection.lazy({ address: `127.0.0.1:${port}` });
    const dataConverter = createDataConverter(payloadKeysOf(newPayloadKey()));
    const before = await startGatewayDoor(new Client({ connection, dataConverter }));
    try {
      const { status, body } = await before.ask('GET', URL_OF);
      assert.deepEqual([status, body.error], [503, 'TemporalUnreachable']);
    } finally {
      await before.close();
      await connection.close();
      hung.close();
    }
  });

  test('a key that asks too often waits, and no other with it', async () => {
    const busy = door.keyOf('busy', ['reads']);
    const statuses = new Set<number>();
    for (let asked = 0; asked < 60; asked++)
      statuses.add((await door.ask('GET', URL_OF, { key: busy })).status);
    assert.deepEqual([...statuses], [403, 429]);
    const { body, headers } = await door.ask('GET', URL_OF, { key: busy });
    assert.equal(body.error, 'TooManyRequests');
    assert.ok(Number(headers.get('retry-after')) > 0);
    assert.equal((await door.ask('GET', `${URL_OF}?wait=x`)).status, 400);
  });

  test('who guesses keys is told to wait, and a genuine key from there is not', async () => {
    const own = await startGatewayDoor(lostClient());
    try {
      const statuses: number[] = [];
      for (let asked = 0; asked < 61; asked++)
        statuses.push((await own.ask('GET', URL_OF, { key: `never-${asked}` })).status);
      assert.deepEqual(statuses, [...Array<number>(60).fill(401), 429]);
      const { body, headers } = await own.ask('GET', '/v1/nothing', { key: '' });
      assert.deepEqual([body.error, headers.get('connection')], ['TooManyRequests', 'close']);
      assert.ok(Number(headers.get('retry-after')) > 0);
      assert.equal((await own.ask('GET', '/v1/nothing')).status, 404);
    } finally {
      await own.close();
    }
  });

  test('whoever holds connections open keeps nobody out', async () => {
    const held = await holdMany(door.url, 2 * MOST_CONNECTIONS + 10);
    try {
      assert.equal((await door.ask('GET', '/health', { key: '' })).status, 200);
      assert.ok(held.open() <= MOST_CONNECTIONS);
    } finally {
      held.release();
    }
  });

  test('each request has its line, without anybody’s data', async () => {
    door.audited.length = 0;
    await door.ask('GET', '/v1/purchases/081234567890');
    await door.ask('GET', URL_OF, { key: 'never' });
    await door.ask('GET', '/health');
    assert.deepEqual(
      door.audited.map(({ who, method, route, status, error, subject }) => [
        who,
        method,
        route,
        status,
        error,
        subject,
      ]),
      [
        ['key:shop', 'GET', '/v1/purchases/:partnerReferenceNo', 400, 'InvalidInput', undefined],
        [undefined, 'GET', '/v1/purchases/:partnerReferenceNo', 401, 'Unauthenticated', undefined],
      ],
    );
  });

  test('the business numbers of a line were checked, and an account is none', async () => {
    const quick = await startGatewayDoor(lostClient(), { answerWithinMs: 1 });
    const phone = '+628123456789';
    try {
      await quick.ask('PUT', `/v1/purchases/${phone}`, {
        text: 'x',
        headers: { 'content-type': 'text/plain' },
      });
      await quick.ask('PUT', `/v1/purchases/${phone}`, { text: `"${'x'.repeat(70_000)}"` });
      await quick.ask('GET', `/v1/${phone}`);
      await quick.ask('GET', '/v1/accounts/6281234567890');
      await quick.ask('GET', URL_OF);
      assert.deepEqual(
        quick.audited.map(({ status, subject }) => [Math.min(status, 500), subject]),
        [
          [415, undefined],
          [413, undefined],
          [404, undefined],
          [500, undefined],
          [500, { partnerReferenceNo: 'INV-1' }],
        ],
      );
    } finally {
      await quick.close();
    }
  });

  test('what Node itself cannot read is answered as every other error', async () => {
    const quick = await startGatewayDoor(lostClient());
    try {
      const { port, hostname } = new URL(quick.url);
      for (const [sent, message] of [
        ['no HTTP at all\r\n\r\n', 'is no HTTP/1.1'],
        ['GET / HTTP/1.1\r\nconnection: close\r\n\r\n', 'must name its host, once'],
        [
          'GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\nconnection: close\r\n\r\n',
          'must name its host, once',
        ],
        [`GET / HTTP/1.1\r\nhost: x\r\nlong: ${'x'.repeat(20_000)}\r\n\r\n`, 'longer than 16 KiB'],
      ] as const) {
        const socket = connect({ host: hostname, port: Number(port) });
        socket.write(sent);
        const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
        assert.match(
          head,
          /^HTTP\/1\.1 400 Bad Request\r\n(?:.+\r\n)*content-type: application\/problem\+json/,
        );
        const problem = problemSchema.parse(JSON.parse(body));
        assert.equal(problem.error, 'InvalidInput');
        assert.ok(problem.fields?.[0]?.message.includes(message), JSON.stringify(problem.fields));
      }
      for (const [sent, error] of [
        ['CONNECT shop.example:443 HTTP/1.1\r\nhost: shop.example\r\n\r\n', 'NoSuchResource'],
        [
          'GET /v1/nothing HTTP/1.1\r\nhost: x\r\nexpect: a lot\r\nconnection: close\r\n\r\n',
          'Unauthenticated',
        ],
      ] as const) {
        const socket = connect({ host: hostname, port: Number(port) });
        socket.write(sent);
        const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
        assert.match(head, /\r\ncontent-type: application\/problem\+json/, sent);
        assert.equal(problemSchema.parse(JSON.parse(body)).error, error);
      }
      const old = connect({ host: hostname, port: Number(port) });
      old.write('GET /health HTTP/1.0\r\n\r\n');
      assert.match(await text(old), /^HTTP\/1\.1 200 OK/, 'HTTP/1.0 names none');
    } finally {
      await quick.close();
    }
  });

  test('whoever hangs up has a line, and so has what is no request to the router', async () => {
    const asked = new EventEmitter();
    const began = once(asked, 'began');
    const { audited, close, url } = await startGatewayDoor(lostClient(), {
      authenticate: async () => {
        asked.emit('began');
        return { who: 'hasty', scopes: SCOPES };
      },
    });
    try {
      const headers = { authorization: 'Bearer any', 'content-type': 'application/json' };
      const sent = request(`${url}${URL_OF}`, { method: 'PUT', headers });
      sent.on('error', () => {});
      sent.end(JSON.stringify(ORDER));
      await began;
      sent.destroy();
      const lines = () => audited.map(({ method, status }) => [method, status]);
      await eventually(
        async () => audited.length,
        (count) => count > 0,
      );
      assert.deepEqual(lines(), [['PUT', 499]]);
      await (await fetch(`${url}/v1/%zz`, { headers })).text();
      await (await fetch(`${url}/v1/nothing`, { headers })).text();
      await eventually(
        async () => audited.length,
        (count) => count > 2,
      );
      assert.deepEqual(lines().slice(1), [
        ['GET', 400],
        ['GET', 404],
      ]);
    } finally {
      await close();
    }
  });

  test('OpenAPI 3.1 has every route with its schemas, and the page comes from here alone', async () => {
    const { body } = await door.ask<{
      openapi: string;
      servers: { url: string }[];
      paths: Record<string, Record<string, { responses: object; requestBody?: object }>>;
      components: { schemas: Record<string, unknown> };
    }>('GET', '/openapi.json', { key: '' });
    assert.match(body.openapi, /^3\.1/);
    assert.deepEqual(
      body.servers.map(({ url }) => url),
      ['/'],
    );
    // What is left out is not there; nothing is described by nothing.
    assert.doesNotMatch(JSON.stringify(body), /":null/);
    const operations = Object.values(body.paths).flatMap((path) => Object.values(path));
    const ids = operations.map((one) => (one as { operationId?: string }).operationId ?? '');
    assert.ok(ids.includes('putPurchasesByPartnerReferenceNo'), ids.join());
    assert.equal(new Set(ids).size, ids.length, 'two have one operationId');
    const put = body.paths['/v1/purchases/{partnerReferenceNo}']?.put;
    assert.deepEqual(Object.keys(put?.responses ?? {}), ['200', '201', '4XX', '5XX']);
    assert.match(JSON.stringify(put?.requestBody), /returnUrl/);
    const needsBody = (path: string, method: string) =>
      (body.paths[path]?.[method]?.requestBody as { required?: boolean } | undefined)?.required;
    assert.equal(needsBody('/v1/purchases/{partnerReferenceNo}', 'put'), true);
    assert.equal(needsBody('/v1/purchases/{partnerReferenceNo}/acknowledge', 'post'), false);
    assert.ok(body.components.schemas.PurchaseView);
    const refs = [...JSON.stringify(body).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)];
    for (const [, name = ''] of refs) assert.ok(name in body.components.schemas, name);
    for (const path of ['/docs/', '/problems']) {
      const page = await door.ask<string>('GET', path, { key: '' });
      assert.equal(page.status, 200);
      assert.match(
        page.headers.get('content-security-policy') ?? '',
        /default-src '(?:self|none)'/,
      );
      assert.doesNotMatch(String(page.body), /(?:src|href)="(?:https?:)?\/\//);
    }
  });

  test('in OpenAPI, each field that may be left out may be null', async () => {
    const { body } = await door.ask('GET', '/openapi.json', { key: '' });
    const alone: string[] = [];
    const walk = (part: unknown, at: string): void => {
      if (typeof part !== 'object' || part === null) return;
      const { anyOf } = part as { anyOf?: unknown[] };
      if (anyOf?.length === 1) alone.push(at);
      for (const [name, inner] of Object.entries(part)) walk(inner, `${at}/${name}`);
    };
    walk(body, '');
    assert.deepEqual(alone, []);
  });

  test('OpenAPI names no default that is refused where a generated client sends it', async () => {
    type Described = Record<
      string,
      { parameters?: { name: string; schema: { default?: unknown } }[] }
    >;
    const { body } = await door.ask<{ paths: Record<string, Described> }>('GET', '/openapi.json');
    const quick = await startGatewayDoor(lostClient(), { answerWithinMs: 1 });
    const refused = await Promise.all(
      Object.entries(body.paths).flatMap(([address, { get: { parameters = [] } = {} }]) =>
        parameters
          .filter(({ schema }) => schema.default !== undefined)
          .map(async ({ name, schema }) => {
            const path = `${address.replaceAll(/\{\w+\}/g, 'No-1')}?${name}=${schema.default}`;
            const { body: told } = await quick.ask<{ fields?: { path: string }[] }>('GET', path);
            return (told.fields ?? []).some(({ path: at }) => at === `query.${name}`) ? [path] : [];
          }),
      ),
    );
    await quick.close();
    const waits = Object.values(body.paths).filter(({ get }) =>
      JSON.stringify(get)?.includes('wait'),
    );
    assert.ok(waits.length > 5, `${waits.length} that wait`);
    assert.deepEqual(refused.flat(), []);
  });

  test('OpenAPI says what each answer is, and has a body for each request that is taken as it is', async () => {
    type Content = Record<string, { example?: unknown }>;
    interface Described {
      responses: Record<string, { description: string }>;
      requestBody?: { required?: boolean; content: Content };
    }
    const { body } = await door.ask<{ paths: Record<string, Record<string, Described>> }>(
      'GET',
      '/openapi.json',
      { key: '' },
    );
    const quick = await startGatewayDoor(lostClient(), { answerWithinMs: 1 });
    const sent: Promise<void>[] = [];
    const send = async (method: string, address: string, type: string, example: unknown) => {
      const told = await quick.ask(method, address.replaceAll(/\{\w+\}/g, 'No-1'), {
        text: typeof example === 'string' ? example : JSON.stringify(example),
        headers: { 'content-type': type },
      });
      assert.ok(told.status >= 500, `${method} ${address} ${JSON.stringify(told.body)}`);
    };
    for (const [address, operations] of Object.entries(body.paths))
      for (const [method, { responses, requestBody }] of Object.entries(operations)) {
        for (const [status, { description }] of Object.entries(responses))
          assert.doesNotMatch(
            description,
            /^(?:Default Response|See .*|.{0,3})$/,
            `${method} ${address} ${status}`,
          );
        for (const [type, { example }] of Object.entries(requestBody?.content ?? {})) {
          if (requestBody?.required === false && example === undefined) continue;
          assert.ok(example !== undefined, `${method} ${address} as ${type} has an example`);
          sent.push(send(method.toUpperCase(), address, type, example));
        }
      }
    await Promise.all(sent).finally(quick.close);
    assert.equal(sent.length, Object.keys(EXAMPLES).length + Object.keys(CSV_EXAMPLES).length);
  });
});
