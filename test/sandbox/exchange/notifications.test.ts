import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { startSandbox } from '../../../sandbox/server.js';
import { SandboxControl } from '../../setting/sandbox-control.js';
import { SignedCaller } from '../../setting/signed-caller.js';
import { money, PAY } from '../../setting/signed-sandbox.js';

describe("DOKU's notifications", () => {
  test('notifies the merchant with a token and a signature, and tries again later', async () => {
    const seen: { url: string; headers: Record<string, unknown>; body: string }[] = [];
    let isUp = false;
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        seen.push({ url: request.url ?? '', headers: request.headers, body });
        const isToken = request.url?.includes('access-token');
        response
          .writeHead(isToken || isUp ? 200 : 503)
          .end(JSON.stringify({ accessToken: 'merchant-token' }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const notifyUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1.0/debit/notify`;
    const notifying = await startSandbox({ port: 0, notifyUrl });
    try {
      const control = new SandboxControl(notifying.url);
      const account = await control.account({ bound: true });
      const caller = await new SignedCaller(notifying).signIn(account.authCode);
      await caller.call(PAY, { partnerReferenceNo: 'N-1', amount: money('10.00') });
      await control.customer('N-1', 'pay');
      const until = Date.now() + 5_000;
      while (seen.length < 2 && Date.now() < until)
        await new Promise((resolve) => setTimeout(resolve, 10));
      isUp = true;
      await control.advance(31 * 60_000);
      const notes = seen.filter(({ url }) => url.endsWith('/notify'));
      assert.equal(notes.length, 2);
      assert.equal(JSON.parse(notes[1]?.body ?? '{}').latestTransactionStatus, '00');
      assert.equal(notes[1]?.headers.authorization, 'Bearer merchant-token');
    } finally {
      await notifying.close();
      server.closeAllConnections();
      server.close();
    }
  });
});
