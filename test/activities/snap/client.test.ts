import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, test } from 'node:test';
import {
  createSnapClient,
  InvalidRequestError,
  NotSentError,
  type Outcome,
  snapSettings,
  type TokenSource,
  verifySymmetricSignature,
} from '../../../activities/snap/index.js';
import { rsaPair } from '../../setting/key-pairs.js';

const { privateKey } = rsaPair();
const CREDENTIALS = { clientId: 'BRN-1', clientSecret: 'SK-1-secret', privateKey };
const ORDER = {
  partnerReferenceNo: 'INV-1',
  amount: { value: '10000.00', currency: 'IDR' as const },
};
const DONE = {
  responseCode: '2005400',
  responseMessage: 'Successful',
  partnerReferenceNo: 'INV-1',
  webRedirectUrl: 'https://x',
};

interface Seen {
  headers: http.IncomingHttpHeaders;
  body: string;
  url: string;
}

describe('the signed client', () => {
  const servers: http.Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  /** DOKU, as one test needs it. */
  async function doku(answer: (seen: Seen, response: http.ServerResponse, count: number) => void) {
    const requests: Seen[] = [];
    const server = http.createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        const seen = { headers: request.headers, body, url: request.url ?? '' };
        requests.push(seen);
        answer(seen, response, requests.length);
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
  }

  function clientOf(baseUrl: string, overrides: Record<string, unknown> = {}) {
    const refused: (number | undefined)[] = [];
    let generation = 1;
    const issued = (refusedGeneration?: number) => {
      refused.push(refusedGeneration);
      if (refusedGeneration !== undefined) generation = refusedGeneration + 1;
      return Promise.resolve({
        accessToken: `token-${generation}`,
        generation,
        expiresAt: '2099-01-01T00:00:00Z',
      });
    };
    const tokens: TokenSource = {
      b2b: issued,
      customer: (_id, refusedGeneration) => issued(refusedGeneration),
    };
    const settings = snapSettings({ baseUrl, timeoutMs: 300, maxAnswerBytes: 2_048, ...overrides });
    return { client: createSnapClient({ settings, credentials: CREDENTIALS, tokens }), refused };
  }

  const purchaseAt = (baseUrl: string) =>
    clientOf(baseUrl).client.purchase(ORDER, { customerId: 'c' });
  const json = (response: http.ServerResponse, status: number, body: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const doubtOf = (outcome: Outcome<unknown>) => outcome.kind === 'doubtful' && outcome.reason;

  test('sends exactly the bytes it signed, under documented headers', async () => {
    const { baseUrl, requests } = await doku((_seen, response) => json(response, 200, DONE));
    await purchaseAt(baseUrl);
    const [{ headers, body, url }] = requests as [Seen];
    assert.equal(headers['x-partner-id'], 'BRN-1');
    assert.match(String(headers['x-external-id']), /^\d{1,36}$/);
    assert.match(String(headers['x-timestamp']), /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\+07:00$/);
    assert.equal(headers['authorization-customer'], 'Bearer token-1');
    const signed = {
      method: 'POST',
      path: url,
      accessToken: 'token-1',
      body,
      timestamp: String(headers['x-timestamp']),
    };
    assert.ok(
      verifySymmetricSignature({
        ...signed,
        clientSecret: 'SK-1-secret',
        signature: String(headers['x-signature']),
      }),
    );
    assert.deepEqual(JSON.parse(body).payOptionDetails, [{ payMethod: 'DOKU', payOption: 'DOKU' }]);
  });

  test('keeps one connection for many calls', async () => {
    const sockets = new Set<unknown>();
    const { baseUrl } = await doku((_seen, response) => {
      sockets.add(response.socket);
      json(response, 200, DONE);
    });
    const { client } = clientOf(baseUrl);
    for (let calls = 0; calls < 5; calls++) await client.purchase(ORDER, { customerId: 'c' });
    assert.equal(sockets.size, 1);
  });

  test('renews a refused token once, by its generation, and sends anew under a new external ID', async () => {
    const { baseUrl, requests } = await doku((_seen, response, count) =>
      count === 1
        ? json(response, 401, { responseCode: '4015401', responseMessage: 'Invalid Token (B2B)' })
        : json(response, 200, DONE),
    );
    const { client, refused } = clientOf(baseUrl);
    const outcome = await client.purchase(ORDER, { customerId: 'c' });
    assert.deepEqual([outcome.kind, outcome.sends], ['succeeded', 2]);
    assert.deepEqual(
      refused.filter((generation) => generation !== undefined),
      [1],
    );
    assert.equal(new Set(requests.map(({ headers }) => headers['x-external-id'])).size, 2);
    assert.equal(new Set(requests.map(({ body }) => body)).size, 1);
  });

  test('gives up after one renewal', async () => {
    const { baseUrl, requests } = await doku((_seen, response) =>
      json(response, 401, { responseCode: '4015401', responseMessage: 'x' }),
    );
    assert.equal((await purchaseAt(baseUrl)).kind, 'unauthorized');
    assert.equal(requests.length, 2);
  });

  test('a refused connection is certainly not sent', async () => {
    await assert.rejects(purchaseAt('http://127.0.0.1:1'), NotSentError);
  });

  test('silence, a lost connection and a flood are doubtful', async () => {
    const silent = await doku(() => {});
    assert.equal(doubtOf(await purchaseAt(silent.baseUrl)), 'timed-out');
    const lost = await doku((_seen, response) => response.socket?.destroy());
    assert.equal(doubtOf(await purchaseAt(lost.baseUrl)), 'connection-lost');
    const flood = await doku((_seen, response) =>
      json(response, 200, { ...DONE, more: 'x'.repeat(10_000) }),
    );
    assert.equal(doubtOf(await purchaseAt(flood.baseUrl)), 'answer-too-large');
    const dripping = await doku((_seen, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"responseCode":');
    });
    assert.equal(doubtOf(await purchaseAt(dripping.baseUrl)), 'timed-out');
  });

  test('no redirect is followed', async () => {
    const { baseUrl, requests } = await doku((_seen, response) =>
      response.writeHead(307, { location: '/elsewhere' }).end(),
    );
    assert.equal(doubtOf(await purchaseAt(baseUrl)), 'redirected');
    assert.equal(requests.length, 1);
  });

  test('a bad request dies before anything is sent, with its path and without its value', async () => {
    const { client } = clientOf('http://127.0.0.1:1');
    const bad = {
      partnerReferenceNo: 'x'.repeat(65),
      amount: { value: '12', currency: 'IDR' as const },
    };
    const error = await client.purchase(bad, { customerId: 'c' }).catch((reason) => reason);
    assert.ok(error instanceof InvalidRequestError);
    assert.match(error.message, /partnerReferenceNo: .*amount\.value: /);
    assert.ok(!error.message.includes('xxx'));
  });

  test('paths, service codes and names that sources leave open are settings', async () => {
    const { baseUrl, requests } = await doku((_seen, response) => json(response, 200, DONE));
    const { client } = clientOf(baseUrl, {
      paths: { purchase: '/snap-adapter/b2b/v9/pay' },
      urlParamsName: 'urlParam',
      headers: { channelId: 'H2H' },
    });
    await client.purchase({
      ...ORDER,
      urlParams: [{ url: 'https://m', type: 'PAY_RETURN', isDeeplink: 'N' }],
    });
    const [{ headers, body, url }] = requests as [Seen];
    assert.equal(url, '/snap-adapter/b2b/v9/pay');
    assert.equal(headers['channel-id'], 'H2H');
    assert.equal(headers['authorization-customer'], undefined);
    assert.ok('urlParam' in JSON.parse(body) && !('urlParams' in JSON.parse(body)));
  });

  test('settings are refused by name', () => {
    assert.throws(() => snapSettings({ baseUrl: 'http://api.doku.com' }), /must be https/);
    assert.throws(() => snapSettings({ paths: { purchase: 'no-slash' } }), /purchase/);
  });
});
