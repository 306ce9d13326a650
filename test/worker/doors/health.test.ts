import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startHealthServer } from '../../../worker/doors/health.js';

test("the worker's endpoint tells life and readiness, and decrypts for nobody", async () => {
  let state = 'STOPPED';
  const server = await startHealthServer({ host: '127.0.0.1', port: 0, state: () => state });
  const status = async (path: string, init?: RequestInit) =>
    (await fetch(`${server.url}${path}`, init)).status;
  try {
    assert.equal(await status('/health'), 200);
    assert.equal(await status('/ready'), 503);
    state = 'RUNNING';
    assert.equal(await status('/ready'), 200);
    const headers = { 'content-type': 'application/json', origin: 'http://localhost:8080' };
    assert.equal(
      await status('/codec/decode', { method: 'POST', headers, body: '{"payloads":[]}' }),
      404,
    );
  } finally {
    await server.close();
  }
});
