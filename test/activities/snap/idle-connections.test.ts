import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { createSnapClient, snapSettings } from '../../../activities/snap/index.js';

const DONE = JSON.stringify({ responseCode: '2005400', webRedirectUrl: 'https://x' });

describe('a connection that nobody uses', () => {
  let server: http.Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function startedWith(keepAlive: string | undefined, idleTimeoutMs: number) {
    const sockets = new Set<Socket>();
    server = http.createServer({ keepAliveTimeout: 0 }, (request, response) => {
      sockets.add(request.socket);
      response.setHeader('connection', 'keep-alive');
      if (keepAlive) response.setHeader('keep-alive', keepAlive);
      request.resume().on('end', () => response.end(DONE));
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const token = { accessToken: 't', generation: 1, expiresAt: '2099-01-01T00:00:00Z' };
    const client = createSnapClient({
      settings: snapSettings({
        baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        idleTimeoutMs,
      }),
      credentials: { clientId: 'BRN-1', clientSecret: 'SK', privateKey: '' },
      tokens: { b2b: async () => token, customer: async () => token },
    });
    const call = () =>
      client.purchase(
        { partnerReferenceNo: 'INV-1', amount: { value: '1.00', currency: 'IDR' } },
        { customerId: 'c' },
      );
    return { call, sockets, open: () => [...sockets].filter((socket) => !socket.destroyed).length };
  }

  const eventually = async (isSo: () => boolean) => {
    for (let tries = 0; tries < 200 && !isSo(); tries++) await pause(25);
    assert.ok(isSo());
  };

  test('is given up after idleTimeoutMs, and kept until then', async () => {
    const { call, sockets, open } = await startedWith(undefined, 500);
    for (let calls = 0; calls < 15; calls++) await call();
    assert.deepEqual([sockets.size, open()], [1, 1]);
    await eventually(() => open() === 0);
    assert.equal((await call()).kind, 'succeeded');
    assert.equal(sockets.size, 2);
  });

  test('is given up a second before the time that the server names', async () => {
    const { call, open } = await startedWith('timeout=2, max=100', 600_000);
    await call();
    const began = performance.now();
    await eventually(() => open() === 0);
    assert.ok(performance.now() - began < 2_000);
  });

  test('is not kept at all where the server would close it at once', async () => {
    const { call, open } = await startedWith('timeout=1', 600_000);
    await call();
    await eventually(() => open() === 0);
  });

  test('is not given up under a call that takes longer', async () => {
    const { call } = await startedWith(undefined, 100);
    await call();
    server?.removeAllListeners('request');
    server?.on('request', (request, response) => {
      request.resume().on('end', () => setTimeout(() => response.end(DONE), 400));
    });
    assert.equal((await call()).kind, 'succeeded');
  });
});
