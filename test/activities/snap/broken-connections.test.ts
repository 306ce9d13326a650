import assert from 'node:assert/strict';
import diagnosticsChannel from 'node:diagnostics_channel';
import http from 'node:http';
import net from 'node:net';
import { describe, test } from 'node:test';
import tls from 'node:tls';
import {
  createSnapClient,
  NotSentError,
  type SnapSettingsInput,
  snapSettings,
} from '../../../activities/snap/index.js';
import { serverCertificate } from '../../setting/certificates.js';
import { untilEnd } from '../../setting/listening.js';

const CERTIFICATE = serverCertificate();
const ANSWER = JSON.stringify({
  responseCode: '2005400',
  partnerReferenceNo: 'INV-1',
  webRedirectUrl: 'https://x',
});
const WHOLE = `HTTP/1.1 200 OK\r\ncontent-length: ${ANSWER.length}\r\n\r\n${ANSWER}`;

describe('a connection to DOKU that breaks', () => {
  const { listening, atEnd } = untilEnd();

  /**
   * DOKU behind a middlebox: TLS, and what happens once the whole of a request was read.
   *
   * @returns its URL, and how many requests it read.
   */
  async function doku(
    onRequest: (doku: tls.TLSSocket, toClient: net.Socket, count: number) => void,
  ) {
    const read = { count: 0 };
    const atMiddlebox: net.Socket[] = [];
    const server = tls.createServer(CERTIFICATE, (socket) => {
      const toClient = atMiddlebox.at(-1);
      let text = '';
      socket.on('error', () => {});
      socket.on('data', (bytes) => {
        text += bytes;
        if (!text.endsWith('}')) return;
        text = '';
        read.count += 1;
        if (toClient) onRequest(socket, toClient, read.count);
      });
    });
    server.on('tlsClientError', () => {});
    const port = await listening(server);
    const middlebox = net.createServer((toClient) => {
      atMiddlebox.push(toClient);
      const toDoku = net.connect(port, '127.0.0.1');
      toDoku.on('error', () => {});
      toClient.pipe(toDoku).pipe(toClient);
    });
    return { baseUrl: `https://127.0.0.1:${await listening(middlebox)}`, read };
  }

  const clientOf = (baseUrl: string, overrides: SnapSettingsInput = {}) => {
    const token = { accessToken: 't', generation: 1, expiresAt: '2099-01-01T00:00:00Z' };
    return createSnapClient({
      settings: snapSettings({
        baseUrl,
        ca: CERTIFICATE.ca,
        timeoutMs: 1_000,
        connectTimeoutMs: 300,
        ...overrides,
      }),
      credentials: { clientId: 'BRN-1', clientSecret: 'SK', privateKey: '' },
      tokens: { b2b: async () => token, customer: async () => token },
    });
  };
  const order = {
    partnerReferenceNo: 'INV-1',
    amount: { value: '10000.00', currency: 'IDR' as const },
  };
  const purchase = (client: ReturnType<typeof clientOf>, signal?: AbortSignal) =>
    client.purchase(order, { customerId: 'c', ...(signal && { signal }) }).then(
      (outcome) => [
        outcome.kind,
        'reason' in outcome && outcome.reason,
        'phase' in outcome && outcome.phase,
      ],
      (error: NotSentError) => {
        assert.ok(error instanceof NotSentError, String(error));
        assert.ok(error.phase && error.message.includes(error.phase));
        return ['not-sent', error.phase, error.code];
      },
    );

  describe('after the request was read is doubtful, whatever the error is called', () => {
    const breaks: Record<string, (doku: tls.TLSSocket, toClient: net.Socket) => void> = {
      'a reset': (_doku, toClient) => toClient.resetAndDestroy(),
      'a FIN': (doku) => doku.end(),
      'a FIN without a farewell': (_doku, toClient) => toClient.end(),
      'half an answer': (doku) => doku.end(WHOLE.slice(0, -20)),
      'half a head': (doku) => doku.end(WHOLE.slice(0, 20)),
      'a record that does not verify': (_doku, toClient) =>
        toClient.write(Buffer.from([0x17, 3, 3, 0, 32, ...Buffer.alloc(32, 7)])),
      'plain text': (_doku, toClient) =>
        toClient.write('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n'),
      'a TLS alert': (_doku, toClient) => toClient.write(Buffer.from([0x15, 3, 3, 0, 2, 2, 80])),
      silence: () => {},
    };
    for (const [name, broken] of Object.entries(breaks)) {
      test(name, async () => {
        const { baseUrl, read } = await doku(broken);
        const [kind, reason, phase] = await purchase(clientOf(baseUrl));
        assert.equal(kind, 'doubtful');
        assert.equal(reason, name === 'silence' ? 'timed-out' : 'connection-lost');
        assert.ok(phase === 'waiting' || phase === 'reading', String(phase));
        assert.equal(read.count, 1);
      });
      test(`${name}, on a connection that had served before`, async () => {
        const { baseUrl, read } = await doku((socket, toClient, count) =>
          count === 1 ? socket.write(WHOLE) : broken(socket, toClient),
        );
        const client = clientOf(baseUrl);
        assert.equal((await purchase(client))[0], 'succeeded');
        assert.equal((await purchase(client))[0], 'doubtful');
        assert.equal(read.count, 2);
      });
    }

    for (const code of ['EHOSTUNREACH', 'ENETUNREACH', 'ECONNREFUSED', 'CERT_HAS_EXPIRED']) {
      test(`${code} that did not come from connecting`, async () => {
        const sockets: net.Socket[] = [];
        const onSocket = (message: unknown) =>
          sockets.push((message as { socket: net.Socket }).socket);
        diagnosticsChannel.subscribe('net.client.socket', onSocket);
        atEnd(() => diagnosticsChannel.unsubscribe('net.client.socket', onSocket));
        const port = await listening(
          http.createServer((request) => {
            request.on('data', () => {
              sockets[0]?.destroy(Object.assign(new Error(code), { code }));
            });
          }),
        );
        const answer = await purchase(clientOf(`http://127.0.0.1:${port}`));
        assert.deepEqual(answer, ['doubtful', 'connection-lost', 'waiting']);
      });
    }
  });

  describe('before it was up is certainly not sent, and says how far it came', () => {
    test('a name that is not found', async () => {
      const [kind, phase] = await purchase(clientOf('https://nowhere.invalid'));
      assert.deepEqual([kind, phase], ['not-sent', 'name look-up']);
    });

    test('a port where nobody listens', async () => {
      const closed = net.createServer();
      const port = await listening(closed);
      closed.close();
      const answer = await purchase(clientOf(`https://127.0.0.1:${port}`));
      assert.deepEqual(answer, ['not-sent', 'connect', 'ECONNREFUSED']);
    });

    test('a handshake that is never answered, within its own limit', async () => {
      const port = await listening(net.createServer());
      const began = performance.now();
      const answer = await purchase(clientOf(`https://127.0.0.1:${port}`, { timeoutMs: 10_000 }));
      assert.deepEqual(answer, ['not-sent', 'TLS handshake', 'ETIMEDOUT']);
      assert.ok(performance.now() - began < 5_000);
    });

    for (const [name, broken] of Object.entries({
      'a reset': (socket: net.Socket) => socket.resetAndDestroy(),
      'a FIN': (socket: net.Socket) => socket.end(),
      'plain text': (socket: net.Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    })) {
      test(`${name} in the handshake`, async () => {
        const port = await listening(
          net.createServer((socket) => {
            socket.once('data', () => broken(socket));
          }),
        );
        const [kind, phase] = await purchase(clientOf(`https://127.0.0.1:${port}`));
        assert.deepEqual([kind, phase], ['not-sent', 'TLS handshake']);
      });
    }

    test('a certificate of nobody whom we trust', async () => {
      const { baseUrl, read } = await doku((socket) => socket.write(WHOLE));
      const answer = await purchase(clientOf(baseUrl, { ca: serverCertificate().ca }));
      assert.deepEqual(answer.slice(0, 2), ['not-sent', 'TLS handshake']);
      assert.equal(read.count, 0);
    });

    test('a wait for a free connection, and it is not sent afterwards either', async () => {
      const { baseUrl, read } = await doku(() => {});
      const client = clientOf(baseUrl, { maxSockets: 1 });
      const first = purchase(client);
      const second = purchase(client, AbortSignal.timeout(200));
      assert.deepEqual(await second, ['not-sent', 'queue', undefined]);
      assert.equal((await first)[0], 'doubtful');
      assert.equal(read.count, 1);
    });

    test('a time limit that ends before there is a connection', async () => {
      const port = await listening(net.createServer());
      const client = clientOf(`https://127.0.0.1:${port}`, { timeoutMs: 1_500 });
      assert.deepEqual(await purchase(client), ['not-sent', 'TLS handshake', 'ETIMEDOUT']);
    });

    test('a header that cannot be written', async () => {
      const { baseUrl, read } = await doku((socket) => socket.write(WHOLE));
      const client = clientOf(baseUrl, { headers: { origin: 'https://shop\nx: y' } });
      assert.deepEqual(await purchase(client), ['not-sent', 'preparing', 'ERR_INVALID_CHAR']);
      assert.equal(read.count, 0);
    });
  });
});
