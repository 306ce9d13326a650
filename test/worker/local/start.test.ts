import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { builtProduct } from '../../../bench/build.js';
import { shippedCli } from '../../setting/cli.js';
import { bareEnvironment, Checkout, type LocalProgram } from '../../setting/local-program.js';
import { readmeBlock } from '../../setting/readme.js';
import { SandboxControl } from '../../setting/sandbox-control.js';
import { eventually } from '../../setting/shop.js';

const FREE = ['temporal', 'ui', 'sandbox', 'gateway'].flatMap((part) => [`--port-${part}`, '0']);

describe('README’s first five minutes', () => {
  const checkout = new Checkout();
  const file = (name: string) => path.join(checkout.folder, name);
  const cli = {
    run: (args: readonly string[]) =>
      shippedCli(args, { cwd: checkout.folder, env: bareEnvironment() }),
  };
  let start: LocalProgram;
  let sandboxUrl = '';

  before(async () => {
    await builtProduct();
    start = checkout.run('start', '--keep', ...FREE);
    sandboxUrl = await start.says(/sandbox\s+(http\S+)/);
  });
  after(async () => {
    await start.interrupt();
    checkout.remove();
  });

  test('the stack says how a shell gets its keys and addresses, which nobody else can read', async () => {
    const line = await start.says(/for a shell of yours: (.+)/);
    assert.equal(line, 'set -a; . .local/dev.env; set +a');
    assert.ok(readmeBlock('sh', /npx tsx/).includes(line), 'README has the same line');
    assert.equal(statSync(file('.local/dev.env')).mode & 0o777, 0o600);
  });

  test('the story goes to its end, and leaves an order to pay', async () => {
    const page = await start.says(/Pay an order yourself, with PIN 123456: (\S+)/);
    assert.match(start.said, /Sum over all legs: 0\.00\n\nThe ledger is as it should be\.\n/);
    assert.equal((await fetch(page)).status, 200);
  });

  test('an order of one’s own code is paid, and its customer is back on a page that is there', async () => {
    const code = readmeBlock('ts', /DokuJourneys/).replaceAll('http://127.0.0.1:4780', sandboxUrl);
    writeFileSync(file('.local/order.mts'), code);
    // What is built is there already.
    const typed = readmeBlock('sh', /npx tsx/).replace(/^npm run build.*$/m, '');
    const shell = spawn('sh', ['-e', '-c', typed], {
      cwd: checkout.folder,
      env: bareEnvironment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const said = text(shell.stdout);
    const doku = new SandboxControl(sandboxUrl);
    const { redirectUrl } = await eventually(
      () => doku.customer('INV-2026-0001', 'pay').catch(() => ({ redirectUrl: '' })),
      (answer) => answer.redirectUrl !== '',
    );
    await once(shell, 'exit');
    assert.match(await said, /INV-2026-0001: paid\n$/);
    const shop = await (await fetch(`${redirectUrl}&lang=en`)).text();
    assert.match(shop, /Example shop[\s\S]*INV-2026-0001/);
  });

  test('the command line works beside it without any setting', async () => {
    const { stdout, stderr } = await cli.run(['show', 'purchase', 'INV-2026-0001']);
    assert.match(stdout, /^Purchase INV-2026-0001, IDR 25000\.00\n\nstatus +paid/, stderr);
  });

  test('the gateway takes an order as README types it, with the key that the same line loads', (t) => {
    if (spawnSync('curl', ['--version']).error) return t.skip('curl is not on this machine');
    const typed = `set -a; . .local/dev.env; set +a\n${readmeBlock('sh', /curl/)}`;
    const { stdout, stderr } = spawnSync('sh', ['-e', '-c', typed], {
      cwd: checkout.folder,
      env: bareEnvironment(),
      encoding: 'utf8',
    });
    assert.match(stdout, /"webRedirectUrl":"http:/, stderr);
  });

  test('the terminal tells what happens to orders that others start, a line a step, and not the story twice', async () => {
    await start.says(/ ▸ purchase\/INV-2026-0001 {2}Purchase INV-2026-0001, IDR 25000\.00\n/);
    await start.says(/ ▸ purchase\/INV-2026-0001 {2}DOKU's status: success\n/);
    await start.says(/ ▸ purchase\/INV-2026-0001 {2}ended paid\n/);
    assert.doesNotMatch(start.said, / ▸ purchase\/INV-1 /);
  });

  test('once it has ended, its keys are gone, and the command line says that nothing runs', async () => {
    assert.equal(await start.interrupt(), 0);
    assert.equal(existsSync(file('.local/dev.env')), false);
    const { code, stderr } = await cli.run(['attention']);
    assert.equal(code, 2);
    assert.match(stderr, /nothing runs here whose \.local\/dev\.env would tell: start "npm start"/);
  });

  test('with --keep it goes on where it ended: yesterday’s orders, their keys, and the money in the wallet', async () => {
    start = checkout.run('start', '--keep', ...FREE);
    await start.says(/From the last time:[\s\S]* purchase\/INV-2026-0001 {2}paid\n/);
    const page = await start.says(/Pay an order yourself, with PIN 123456: (\S+)/);
    const { stdout, stderr } = await cli.run(['show', 'purchase', 'INV-2026-0001']);
    assert.match(stdout, /^Purchase INV-2026-0001, IDR 25000\.00\n\nstatus +paid/, stderr);
    const paid = await fetch(page, {
      method: 'POST',
      body: new URLSearchParams({ pin: '123456' }),
    });
    assert.match(paid.url, /\/shop\/return\?.*status=SUCCESS$/);
    assert.equal(paid.status, 200);
    await start.says(/ ▸ purchase\/INV-YOURS\S* {2}ended paid\n/);
  });
});

describe('npm start -- --once', () => {
  const checkout = new Checkout();
  after(() => checkout.remove());

  test('reads for its own UI, and leaves nothing running when nobody reads what it says any more', async () => {
    const start = checkout.run('start', '--once');
    const uiUrl = await start.says(/temporal\s+(http\S+)/);
    assert.equal(await answers(uiUrl), true);
    await readsForItsUiOnly(uiUrl);
    start.readNoMore();
    await start.ended();
    await eventually(
      () => answers(uiUrl),
      (isThere) => !isThere,
    );
    assert.equal(existsSync(path.join(checkout.folder, '.local')), false);
  });

  test('tells its story to the end', async () => {
    const start = checkout.run('start', '--once');
    assert.equal(await start.ended(), 0, start.complained);
    assert.match(start.said, /\n\nThe ledger is as it should be\.\n$/);
  });
});

describe('npm start, before it starts anything,', () => {
  const checkout = new Checkout();
  after(() => checkout.remove());

  test('says what it takes', async () => {
    const start = checkout.run('start', '--help');
    assert.equal(await start.ended(), 0, start.complained);
    for (const option of ['--keep', '--once', '--data', '--port-gateway', 'PAYLOAD_KEYS'])
      assert.ok(start.said.includes(option), option);
  });

  test('refuses a port that is taken, by its number and the option that gives another', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const start = checkout.run('start', ...FREE, '--port-sandbox', String(port));
    assert.equal(await start.ended(), 1);
    taken.close();
    assert.match(start.complained, new RegExp(`^doku-journeys: port ${port} for .*--port-sandbox`));
  });
});

const answers = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  );

/** The UI has its codec's address, with the token in it, from its own server. */
async function readsForItsUiOnly(uiUrl: string): Promise<void> {
  const settings = await (await fetch(`${uiUrl}/api/v1/settings`)).json();
  const { Endpoint: endpoint } = (settings as { Codec: { Endpoint: string } }).Codec;
  const statusOf = async (url: string, origin: string) => {
    const headers = { 'content-type': 'application/json', origin };
    return (await fetch(url, { method: 'POST', headers, body: '{"payloads":[]}' })).status;
  };
  assert.equal(await statusOf(`${endpoint}/decode?preserveStorageRefs=true`, uiUrl), 200);
  assert.equal(await statusOf(`${endpoint}/decode`, 'https://evil.example'), 403);
  assert.equal(await statusOf(`${new URL(endpoint).origin}/decode`, uiUrl), 401);
}
