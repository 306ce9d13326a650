import assert from 'node:assert/strict';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { describe, test } from 'node:test';
import {
  createSnapClient,
  type ExchangeReport,
  NotSentError,
  type SnapSettingsInput,
  snapSettings,
} from '../../../activities/snap/index.js';
import { serverCertificate } from '../../setting/certificates.js';
import { untilEnd } from '../../setting/listening.js';

const CERTIFICATE = serverCertificate();
const DONE = JSON.stringify({
  responseCode: '2005400',
  partnerReferenceNo: 'INV-1',
  webRedirectUrl: 'https://x',
});
const ORDER = {
  partnerReferenceNo: 'INV-1',
  amount: { value: '10000.00', currency: 'IDR' as const },
};

describe('a proxy on the way to DOKU', () => {
  const { listening, atEnd } = untilEnd();

  async function doku() {
    const seen = { requests: 0 };
    const port = await listening(
      https.createServer(CERTIFICATE, (request, response) => {
        request.resume().on('end', () => {
          seen.requests += 1;
          response.writeHead(200, { 'content-type': 'application/json' }).end(DONE);
        });
      }),
    );
    return { baseUrl: `https://localhost:${port}`, port, seen };
  }

  /** @param answer - the proxy's own in place of a tunnel. */
  async function proxy(answer?: string) {
    const seen: { target: string; authorization: string | undefined }[] = [];
    const server = http.createServer((_request, response) => response.writeHead(400).end());
    server.on('connect', (request, client, head) => {
      const authorization = request.headers['proxy-authorization'];
      seen.push({ target: request.url ?? '', authorization });
      if (answer !== undefined) return client.end(answer);
      const target = net.connect(Number(request.url?.split(':').at(-1)), '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        target.write(head);
        target.pipe(client).pipe(target);
      });
      target.on('error', () => client.destroy());
      return undefined;
    });
    return { port: await listening(server), seen };
  }

  const clientOf = (baseUrl: string, overrides: SnapSettingsInput = {}) => {
    const token = { accessToken: 't', generation: 1, expiresAt: '2099-01-01T00:00:00Z' };
    const reports: ExchangeReport[] = [];
    const client = createSnapClient({
      settings: snapSettings({
        baseUrl,
        ca: CERTIFICATE.ca,
        timeoutMs: 2_000,
        connectTimeoutMs: 500,
        ...overrides,
      }),
      credentials: { clientId: 'BRN-1', clientSecret: 'SK', privateKey: '' },
      tokens: { b2b: async () => token, customer: async () => token },
      onExchange: (report) => reports.push(report),
    });
    return { reports, purchase: () => client.purchase(ORDER, { customerId: 'c' }) };
  };

  function environment(values: Record<string, string>) {
    const names = ['HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy', 'ALL_PROXY', 'all_proxy'];
    const before = names.map((name) => [name, process.env[name]] as const);
    for (const name of names) delete process.env[name];
    Object.assign(process.env, values);
    atEnd(() => {
      for (const [name, value] of before)
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
    });
  }

  test('HTTPS_PROXY is honoured, with its password, and its tunnels are kept', async () => {
    const [{ baseUrl, port, seen }, between] = [await doku(), await proxy()];
    environment({ HTTPS_PROXY: `http://ani:p%40ss@127.0.0.1:${between.port}` });
    const { purchase } = clientOf(baseUrl);
    for (let calls = 0; calls < 3; calls++) assert.equal((await purchase()).kind, 'succeeded');
    assert.equal(seen.requests, 3);
    const authorization = `Basic ${Buffer.from('ani:p@ss').toString('base64')}`;
    assert.deepEqual(between.seen, [{ target: `localhost:${port}`, authorization }]);
  });

  test('HTTPS_PROXY and ALL_PROXY without a scheme name a proxy over http, as curl has it', async () => {
    const { baseUrl } = await doku();
    const between = await proxy();
    for (const [name, login] of [
      ['HTTPS_PROXY', ''],
      ['all_proxy', 'ani:p%40ss@'],
    ] as const) {
      environment({ [name]: `${login}127.0.0.1:${between.port}` });
      assert.equal((await clientOf(baseUrl).purchase()).kind, 'succeeded', name);
    }
    assert.equal(between.seen.length, 2);
  });

  test('NO_PROXY and the setting "none" go around it', async () => {
    const { baseUrl } = await doku();
    const between = await proxy();
    environment({ HTTPS_PROXY: `http://127.0.0.1:${between.port}`, NO_PROXY: 'localhost' });
    assert.equal((await clientOf(baseUrl).purchase()).kind, 'succeeded');
    delete process.env.NO_PROXY;
    assert.equal((await clientOf(baseUrl, { proxy: 'none' }).purchase()).kind, 'succeeded');
    assert.deepEqual(between.seen, []);
  });

  const own = (status: string, body: string) =>
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  const answers = {
    'a success in the words of DOKU': own('201 Created', DONE),
    'a refusal in the words of DOKU': own('403 Forbidden', '{"responseCode":"4035414"}'),
    'a page that wants a password': own('407 Proxy Authentication Required', '<html>'),
    'a page of an outage': own('503 Service Unavailable', '<html>'),
    'no HTTP at all': 'SSH-2.0-x\r\n\r\n',
  };
  for (const [name, answer] of Object.entries(answers)) {
    test(`${name} is the proxy's own: DOKU was sent nothing`, async () => {
      const { baseUrl, seen } = await doku();
      const between = await proxy(answer);
      const { purchase, reports } = clientOf(baseUrl, {
        proxy: `http://127.0.0.1:${between.port}`,
      });
      const error = await purchase().catch((reason) => reason);
      assert.ok(error instanceof NotSentError, String(error));
      assert.equal(error.phase, 'proxy');
      assert.match(String(error.code), /^PROXY_/);
      assert.equal(seen.requests, 0);
      const [report] = reports;
      assert.deepEqual([report?.outcome, report?.phase, report?.sent], ['not-sent', 'proxy', 'no']);
    });
  }

  test('a proxy that says nothing, hangs up or is not there: not sent, within its own limit', async () => {
    const { baseUrl } = await doku();
    const silent = await listening(net.createServer());
    const hangsUp = await listening(net.createServer((socket) => socket.end()));
    for (const port of [silent, hangsUp, 1]) {
      const { purchase } = clientOf(baseUrl, { proxy: `http://127.0.0.1:${port}` });
      const error = await purchase().catch((reason) => reason);
      assert.ok(error instanceof NotSentError, String(error));
      assert.equal(error.phase, 'proxy');
    }
  });

  test('a certificate of nobody whom we trust, through the tunnel', async () => {
    const { baseUrl, seen } = await doku();
    const between = await proxy();
    const { purchase } = clientOf(baseUrl, {
      proxy: `http://127.0.0.1:${between.port}`,
      ca: serverCertificate().ca,
    });
    const error = await purchase().catch((reason) => reason);
    assert.ok(error instanceof NotSentError);
    assert.equal(error.phase, 'TLS handshake');
    assert.equal(seen.requests, 0);
  });

  test('a proxy that is reached by TLS itself', async () => {
    const { baseUrl } = await doku();
    const server = https.createServer(CERTIFICATE);
    server.on('connect', (request, client) => {
      const target = net.connect(Number(request.url?.split(':').at(-1)), '127.0.0.1', () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        target.pipe(client).pipe(target);
      });
    });
    const { purchase } = clientOf(baseUrl, {
      proxy: `https://localhost:${await listening(server)}`,
    });
    assert.equal((await purchase()).kind, 'succeeded');
  });

  test('its URL is refused by name and never quoted', () => {
    for (const proxy of ['socks5://u:geheim@h:1', 'geheim', 'http://u:geheim@h/path'])
      assert.throws(
        () => snapSettings({ proxy }),
        (error: Error) => /proxy/.test(error.message) && !error.message.includes('geheim'),
      );
  });
});
