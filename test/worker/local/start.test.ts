import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { builtProduct } from '../../../bench/build.js';
import { shippedCli } from '../../setting/cli.js';
import { devEnvironmentIn } from '../../setting/dev-environment.js';
import { isWhole } from '../../setting/extent.js';
import { bareEnvironment, Checkout, type LocalProgram } from '../../setting/local-program.js';
import { readmeBlock } from '../../setting/readme.js';
import { SandboxControl } from '../../setting/sandbox-control.js';
import { eventually } from '../../setting/shop.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
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
  const runsItsOrder = () => {
    const shell = spawn('sh', ['-e', '-c', readmeBlock('sh', /npx tsx/)], {
      cwd: checkout.folder,
      env: bareEnvironment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return { shell, said: text(shell.stdout) };
  };

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
    const line = await start.says(/For your shell, keys and addresses: +(.+)/);
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
    writeFileSync(file('.local/order.mts'), readmeBlock('ts', /DokuJourneys/));
    const { shell, said } = runsItsOrder();
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

  test('the same code again tells how it ended, and nothing else', async () => {
    assert.equal(await runsItsOrder().said, 'INV-2026-0001: paid\n');
  });

  test('where nobody pays in time the code says so in a sentence, and no stack trace', async () => {
    const code = readmeBlock('ts', /DokuJourneys/).replaceAll('INV-2026-0001', 'INV-UNPAID');
    writeFileSync(file('.local/unpaid.mts'), code.replace('600_000', '4_000'));
    const typed = readmeBlock('sh', /npx tsx/).replace('order.mts', 'unpaid.mts');
    const shell = spawn('sh', ['-e', '-c', typed], {
      cwd: checkout.folder,
      env: bareEnvironment(),
    });
    const [complained] = await Promise.all([text(shell.stderr), once(shell, 'exit')]);
    assert.match(complained, /^Nobody has paid yet, [^\n]*: run it again\n$/);
    assert.equal(shell.exitCode, 1);
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

  test('one more gateway beside it has its addresses and keys, without any setting', async (t) => {
    const program = path.join(ROOT, 'worker', 'local', 'program.mjs');
    const gateway = spawn(process.execPath, [program, 'doku-journeys-gateway'], {
      cwd: checkout.folder,
      env: bareEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    t.after(() => gateway.kill('SIGKILL'));
    const ended = once(gateway, 'exit');
    const note = text(gateway.stderr);
    const [ready] = (await once(createInterface({ input: gateway.stdout }), 'line')) as [string];
    const { DOKU_JOURNEYS_API_KEY } = devEnvironmentIn(checkout.folder);
    const order = await fetch(`${JSON.parse(ready).url}/v1/purchases/INV-2026-0001`, {
      headers: { authorization: `Bearer ${DOKU_JOURNEYS_API_KEY}` },
    });
    assert.equal(order.status, 200, await order.text());
    gateway.kill();
    await ended;
    assert.match(await note, /^doku-journeys-gateway: beside "npm start", with /);
  });

  test('another stack in its folder is refused, with what starts one beside it', async () => {
    const another = checkout.run('start', ...FREE);
    assert.equal(await another.ended(), 1);
    assert.match(
      another.complained,
      /"npm start" runs with \.\/\.local as process \d+: .*: npm start -- --data \.local\/another --port-/,
    );
  });

  test('the terminal tells what happens to orders that others start, a line a step, and not the story twice', async () => {
    await start.says(/ ▸ purchase\/INV-2026-0001 {2}Purchase INV-2026-0001, IDR 25000\.00\n/);
    await start.says(/ ▸ purchase\/INV-2026-0001 {2}DOKU's status: success\n/);
    await start.says(/ ▸ purchase\/INV-2026-0001 {2}ended paid\n/);
    assert.doesNotMatch(start.said, / ▸ purchase\/INV-1 /);
  });

  test('once it has ended, its keys are gone, and the command line says that nothing runs', async () => {
    assert.equal(await start.interrupt(), 0);
    assert.match(start.said, /\nEnded\. Its orders and keys are kept in \.\/\.local: .*\n$/);
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

  test('killed, it leaves no server behind', async () => {
    const { DOKU_JOURNEYS_UI_URL = '' } = devEnvironmentIn(checkout.folder);
    await start.killed();
    await eventually(
      () => answers(DOKU_JOURNEYS_UI_URL),
      (isThere) => !isThere,
    );
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

  test('tells its story to the end', { skip: !isWhole && 'takes EXTENT=all' }, async () => {
    const start = checkout.run('start', '--once');
    assert.equal(await start.ended(), 0, start.complained);
    assert.match(start.said, /\n\nThe ledger is as it should be\.\n$/);
    assert.doesNotMatch(start.said, /"level":/, 'no log within what somebody reads');
  });
});

describe('npm start that is ended during its story, by a signal to npm alone,', () => {
  const checkout = new Checkout();
  after(() => checkout.remove());

  test('says so in one last line, and leaves no key and no process behind', async () => {
    const start = checkout.npm('start', ...FREE);
    const uiUrl = await start.says(/temporal\s+(http\S+)/);
    await start.says(/A customer opens and binds/);
    assert.equal(await start.interrupt(), 0, start.complained);
    assert.match(
      start.said,
      /\n\nStopping…\nEnded\. Its orders are forgotten: "npm start -- --keep" keeps them\.\n$/,
    );
    assert.deepEqual(readdirSync(path.join(checkout.folder, '.local')), []);
    assert.equal(await answers(uiUrl), false);
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

  test('refuses all ports that are not to be had, by their numbers, with what gives others', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const ports = ['sandbox', 'ui', 'gateway'].flatMap((part) => [`--port-${part}`, String(port)]);
    const start = checkout.run('start', '--port-temporal', '0', ...ports);
    assert.equal(await start.ended(), 1);
    taken.close();
    assert.equal(
      start.complained,
      [
        'doku-journeys: ports that are not to be had; is another stack running?',
        `  ${port}, for Temporal's UI (--port-ui or TEMPORAL_UI_PORT), is taken`,
        `  ${port}, for the DOKU sandbox (--port-sandbox or SANDBOX_PORT), is taken`,
        `  ${port}, for the gateway (--port-gateway or GATEWAY_PORT), is taken`,
        'Free ones: npm start -- --port-ui 0 --port-sandbox 0 --port-gateway 0\n',
      ].join('\n'),
    );
  });
});

describe('npm start with a setting that its worker would refuse', () => {
  const checkout = new Checkout({
    EVENTS_URL: 'http://127.0.0.1:1/events',
    EVENTS_SECRET: 'short',
  });
  after(() => checkout.remove());

  test('is refused before anything starts, and leaves no key behind', async () => {
    const start = checkout.run('start', ...FREE);
    assert.equal(await start.ended(), 1);
    assert.match(start.complained, / {2}EVENTS_SECRET: must be "whsec_"/);
    assert.equal(start.said, '');
    assert.deepEqual(readdirSync(path.join(checkout.folder, '.local')), []);
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
