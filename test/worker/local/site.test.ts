import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { devEnvironmentIn } from '../../setting/dev-environment.js';
import { Checkout } from '../../setting/local-program.js';
import { SandboxControl } from '../../setting/sandbox-control.js';
import { eventually } from '../../setting/shop.js';

const PARTS = ['temporal', 'ui', 'sandbox', 'health', 'notifications', 'codec', 'gateway'];
const FREE = PARTS.flatMap((part) => [`--port-${part}`, '0']);

describe('npm run site', () => {
  const checkout = new Checkout();
  const site = checkout.run('site', '--workers', '2', ...FREE);
  after(async () => {
    await site.interrupt();
    checkout.remove();
  });

  test('runs each part as a process, and an order over HTTP goes through all of them', async () => {
    await site.says(
      /(Ctrl-C ends everything and forgets these orders: "npm run site -- --keep" keeps them)/,
    );
    const environment = devEnvironmentIn(checkout.folder);
    const gateway = `${environment.DOKU_JOURNEYS_GATEWAY_URL}/v1/purchases/INV-HTTP-1`;
    const authorization = `Bearer ${environment.DOKU_JOURNEYS_API_KEY}`;
    const ordered = await fetch(gateway, {
      method: 'PUT',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({
        customerId: environment.DOKU_JOURNEYS_CUSTOMER_ID,
        amount: { value: '25000.00', currency: 'IDR' },
        returnUrl: environment.DOKU_JOURNEYS_RETURN_URL,
      }),
    });
    assert.equal(ordered.status, 201, await ordered.clone().text());
    await new SandboxControl(environment.DOKU_JOURNEYS_SANDBOX_URL ?? '').customer(
      'INV-HTTP-1',
      'pay',
    );
    await site.says(/ ▸ purchase\/INV-HTTP-1 {2}(ended paid)\n/);
    const told = await fetch(gateway, { headers: { authorization } });
    assert.match(await told.text(), /"status":"paid"/);
    const codec = `${environment.TEMPORAL_CODEC_ENDPOINT}/decode`;
    const decoded = await fetch(codec, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"payloads":[]}',
    });
    assert.equal(decoded.status, 200);
    const logs = readdirSync(path.join(checkout.folder, '.local', 'logs')).sort();
    const names = ['codec', 'gateway', 'sandbox', 'worker-1', 'worker-2'];
    assert.deepEqual(
      logs,
      names.map((name) => `${name}.log`),
    );
  });

  test('Ctrl-C ends all of them, and leaves its keys for the next time to their owner only', async () => {
    const { PAYLOAD_KEYS, ...urls } = devEnvironmentIn(checkout.folder);
    assert.equal(await site.interrupt(), 0, site.complained);
    for (const url of Object.values(urls).filter((value) => value?.startsWith('http:')))
      await eventually(
        () =>
          fetch(String(url)).then(
            () => true,
            () => false,
          ),
        (answers) => !answers,
      );
    assert.equal(existsSync(path.join(checkout.folder, '.local', 'dev.env')), false);
    const secrets = path.join(checkout.folder, '.local', 'kept', 'secrets.json');
    assert.equal(statSync(secrets).mode & 0o777, 0o600);
    const { payloadKeys } = JSON.parse(readFileSync(secrets, 'utf8'));
    assert.equal(payloadKeys, PAYLOAD_KEYS);
  });
});
