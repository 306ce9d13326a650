import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { after, describe, test } from 'node:test';
import { startSandbox } from '../../../sandbox/server.js';
import { SandboxControl } from '../../setting/sandbox-control.js';

const sandbox = await startSandbox({ port: 0, publicUrl: 'https://sandbox.example' });
const own = new URL(sandbox.controlUrl);
const account = await new SandboxControl(sandbox.controlUrl).account({ balance: '5.00' });

/** `fetch` does not let one set these headers. @returns the status. */
async function put(headers: Readonly<Record<string, string>>): Promise<number | undefined> {
  const path = `/_control/accounts/${account.accountId}/balance`;
  const request = http.request(new URL(path, own), { method: 'POST', headers, agent: false });
  request.end('{"add":"1.00"}');
  const [answer] = await once(request, 'response');
  answer.resume();
  return answer.statusCode;
}

describe('the control API', () => {
  after(sandbox.close);

  const strangers = {
    'a page of another site': { origin: 'https://evil.example' },
    'a page without a site': { origin: 'null' },
    'another program on this machine': { origin: `http://${own.hostname}:1` },
    'another site’s name for this machine': { host: `evil.example:${own.port}` },
    'a name that only begins like ours': { host: 'localhost.evil.example' },
    'that name with the page’s own origin': {
      host: `evil.example:${own.port}`,
      origin: `http://evil.example:${own.port}`,
    },
  };
  for (const [name, headers] of Object.entries(strangers)) {
    test(`refuses ${name}`, async () => assert.equal(await put(headers), 403));
  }

  const known = {
    'a program': {},
    'its own page': { origin: own.origin },
    'this machine by name': { host: `localhost:${own.port}` },
    'this machine by its other address': { host: `[::1]:${own.port}` },
    'its public name': { host: 'sandbox.example', origin: 'https://sandbox.example' },
  };
  for (const [name, headers] of Object.entries(known)) {
    test(`takes ${name}`, async () => assert.equal(await put(headers), 200));
  }

  test('refuses before anything happens', async () => {
    const taken = Object.keys(known).length;
    const doku = new SandboxControl(sandbox.controlUrl);
    assert.equal(await doku.balance(account.accountId), `${5 + taken}.00`);
  });
});
