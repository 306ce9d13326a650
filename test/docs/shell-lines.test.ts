import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { WithStartWorkflowOperation } from '@temporalio/client';
import { freePort } from '../../worker/local/free-port.js';
import { Cli } from '../setting/cli.js';
import { ExampleProgram } from '../setting/example-program.js';
import { goProgram, python } from '../setting/example-toolchains.js';
import { type GatewayDoor, startGatewayDoor } from '../setting/gateway-door.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { idr } from '../setting/shop.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CUSTOMER = 'customer-1001';
const NO_CONTAINERS =
  'starts containers: test/postgresql and test/deploy hold what those files say';
const SERVES = 'starts a program that goes on: test/worker and test/gateway start them';

/** Who runs a block that is not run here, or why nobody does. By how it begins. */
const ELSEWHERE: readonly (readonly [page: string, begins: string, where: string])[] = [
  ['README.md', 'npm start   #', 'test/worker/local/start.test.ts'],
  ['README.md', 'set -a; . .local/dev.env; set +a   #', 'test/worker/local/start.test.ts'],
  ['README.md', 'curl -sS -X PUT', 'test/worker/local/start.test.ts'],
  ['README.md', 'npm install ../doku-journeys', 'test/package/tarball.test.ts'],
  ['docs/gateway.md', 'set -a; . .local/dev.env', 'test/worker/local/start.test.ts'],
  ['docs/gateway-operating.md', 'export GATEWAY_KEYS_FILE', 'test/docs/guide.test.ts'],
  ['docs/integrate.md', 'npm start', 'test/worker/local/start.test.ts'],
  ['docs/integrate.md', 'set -a; . .local/dev.env; set +a', 'test/worker/local/start.test.ts'],
  ['docs/integrate.md', 'npx tsx examples/typescript/http', 'test/examples/backends.test.ts'],
  ['docs/integrate.md', 'npx tsx examples/shop/shop.ts', 'test/examples/backends.test.ts'],
  ['docs/integrate.md', '.local/examples/python/bin/python', 'test/examples/backends.test.ts'],
  ['docs/integrate.md', 'go run -C examples/go ./http', 'test/examples/backends.test.ts'],
  ['docs/integrate.md', 'examples/curl/account.sh', 'test/examples/backends.test.ts'],
  ['docs/integrate.md', 'echo "EVENTS_URL', 'test/docs/guide.test.ts'],
  [
    'docs/integrate.md',
    'set -a; . .local/dev.env; . .local/events.env',
    'test/examples/backends.test.ts',
  ],
  ['docs/integrate.md', 'DOKU_TASK_QUEUE=rehearsal npm run worker', SERVES],
  ['docs/integrate.md', 'DOKU_TASK_QUEUE=rehearsal npm run gateway', SERVES],
  ['docs/integrate.md', 'export GATEWAY_KEYS_FILE', 'test/docs/guide.test.ts'],
  ['docs/operating.md', 'sh deploy/temporal/certificates.sh', NO_CONTAINERS],
  ['docs/operating.md', 'sh deploy/sandbox-secrets.sh', NO_CONTAINERS],
];

const NOT_HERE =
  /: (?:this journey does not need attention|nothing went back: |no journey account\/\S+ is known)/;

interface Block {
  readonly page: string;
  readonly text: string;
}
const pages = readdirSync(path.join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
const blocks: readonly Block[] = ['README.md', ...pages.map((name) => `docs/${name}`)].flatMap(
  (page) =>
    [...readFileSync(path.join(ROOT, page), 'utf8').matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(
      ([, text = '']) => ({ page, text }),
    ),
);
const isElsewhere = ({ page, text }: Block) =>
  ELSEWHERE.some(([of, begins]) => of === page && text.startsWith(begins));

describe('every line of a shell that the pages have a reader type', () => {
  const left = new Set(blocks.filter((block) => !isElsewhere(block)));
  const folder = mkdtempSync(path.join(tmpdir(), 'pages-'));
  let site: Awaited<ReturnType<typeof startQuickStack>>;
  let gateway: GatewayDoor;
  before(async () => {
    site = await startQuickStack();
    gateway = await startGatewayDoor(site.client);
    const { accountId, linkId, authCode } = await site.shop.doku.account({ bound: true });
    await site.client.workflow.executeUpdateWithStart('bind', {
      args: [{ accountId, linkId, authCode }],
      startWorkflowOperation: new WithStartWorkflowOperation('wallet', {
        workflowId: `wallet/${CUSTOMER}`,
        taskQueue: 'doku-journeys',
        args: [{ customerId: CUSTOMER }],
        workflowIdConflictPolicy: 'USE_EXISTING',
      }),
    });
    mkdirSync(path.join(folder, 'secrets'));
  });
  after(async () => {
    await gateway?.close();
    await site?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What `.local/dev.env` has of `npm start`. */
  const devEnv = () => ({
    TEMPORAL_ADDRESS: site.temporal.address,
    PAYLOAD_KEYS: site.configuration.PAYLOAD_KEYS.text ?? '',
    DOKU_JOURNEYS_SANDBOX_URL: site.sandbox.url,
    DOKU_JOURNEYS_RETURN_URL: `${site.sandbox.url}/shop/return`,
    DOKU_JOURNEYS_GATEWAY_URL: gateway.url,
    DOKU_JOURNEYS_API_KEY: gateway.key,
    DOKU_JOURNEYS_CUSTOMER_ID: CUSTOMER,
  });
  /** The block that begins so, which is looked at then. */
  const block = (page: string, begins: string): string => {
    const found = [...left].find((one) => one.page === page && one.text.startsWith(begins));
    assert.ok(found, `${page} has no block that begins ${begins}`);
    left.delete(found);
    return found.text;
  };
  const started = (text: string) =>
    new ExampleProgram(['sh', '-euc', text.replaceAll('.local/', `${folder}/`)], devEnv());
  const typed = (text: string) => started(text).ended();
  /** As operators type it, each line; what the journey of the page's number does not allow here is told so. */
  const operated = async (text: string) => {
    const cli = new Cli({ ...process.env, ...devEnv() });
    for (const line of text.replaceAll('november.html', `${folder}/$&`).trim().split('\n')) {
      const [, taskQueue = 'doku-journeys', words = ''] =
        /^(?:DOKU_TASK_QUEUE=(\S+) )?(?:npm run cli --|doku-journeys) (.*?)(?:\s+#.*)?$/.exec(
          line,
        ) ?? [];
      const args = [...words.matchAll(/'([^']*)'|(\S+)/g)].map(
        ([, quoted, word]) => quoted ?? word ?? '',
      );
      const { code, stderr } = await cli.run(args, { DOKU_TASK_QUEUE: taskQueue });
      if (code !== 0) assert.match(stderr, NOT_HERE, line);
    }
  };
  const paysAt = (page: string) =>
    block(page, 'curl -X POST "$DOKU_JOURNEYS_SANDBOX_URL/_control/purchases');

  test("README: the sandbox's customer pays", async () => {
    const { purchase } = site.shop.journeys;
    await purchase.redirect(site.shop.order(CUSTOMER, { partnerReferenceNo: 'INV-2026-0001' }));
    assert.match(await typed(paysAt('README.md')), /"outcome":"paid"/);
    await purchase.notified('INV-2026-0001');
    assert.equal((await purchase.result('INV-2026-0001')).outcome, 'paid');
  });

  test('the gateway: an order, paid, acknowledged', async () => {
    const order = await typed(block('docs/gateway.md', 'curl -sS -X PUT'));
    assert.match(order, /"webRedirectUrl"/);
    const waiting = typed(block('docs/gateway.md', 'order="$DOKU_JOURNEYS_GATEWAY_URL'));
    await site.shop.doku.customer('INV-2026-0009', 'pay');
    await site.shop.journeys.purchase.notified('INV-2026-0009');
    assert.match(await waiting, /"status":"awaiting-acknowledgement"[\s\S]*"outcome":"paid"/);
  });

  test('the guide: an order, paid, a part of it given back', async () => {
    const order = started(block('docs/integrate.md', 'examples/curl/order.sh'));
    await order.says(/with PIN 123456: (\S+)/);
    assert.match(await typed(paysAt('docs/integrate.md')), /"outcome":"paid"/);
    assert.match(await order.ended(), /^INV-2026-0004: paid$/m);
    const refund = started(block('docs/integrate.md', 'examples/curl/refund.sh'));
    await site.shop.journeys.refund.until('REF-2026-0001', ['awaiting-settlement']).catch(() => {});
    await typed(
      block('docs/integrate.md', 'curl -X POST "$DOKU_JOURNEYS_SANDBOX_URL/_control/settle'),
    );
    assert.match(await refund.ended(), /^REF-2026-0001: (?:refunded|awaiting-settlement)$/m);
    assert.equal((await site.shop.journeys.refund.result('REF-2026-0001')).outcome, 'refunded');
  });

  /** In another terminal than the shop's, which the block starts. */
  const ordersAt = (begins: string) => {
    const { text = '' } = blocks.find((one) => one.text.startsWith(begins)) ?? {};
    return text.slice(text.indexOf('order='));
  };
  test('the guide: an order of the shops in Python and Go, paid without a browser', async (t) => {
    const pays = block('docs/integrate.md', 'paid=$(curl');
    const ofPython = ordersAt('.local/examples/python/bin/python examples/python/http');
    const ofGo = ordersAt('go run -C examples/go ./http');
    for (const [toolchain, file, orders] of [
      [await python(), ['examples/python/http/shop.py'], ofPython],
      [await goProgram('http'), [], ofGo],
    ] as const) {
      if (toolchain.missing !== undefined) {
        t.diagnostic(toolchain.missing);
        continue;
      }
      const SHOP_PORT = String(await freePort());
      const shop = new ExampleProgram([toolchain.program, ...file], { ...devEnv(), SHOP_PORT });
      await shop.says(/The shop: (\S+)/);
      const said = await typed(`${orders}${pays}`.replaceAll(':3000/', `:${SHOP_PORT}/`));
      assert.match(said, /"send\w+":\s*"http\S+"\}\s*(?:\{"status":"paid"\}\s*){2}$/i);
      await shop.kill();
    }
  });

  test('the guide: a payout from a file', async () => {
    const said = await typed(block('docs/integrate.md', 'cat > .local/payout.csv'));
    assert.match(said, /^payout-2026-11: finished$/m);
  });

  test("the guide: DOKU's pages, without a browser", async () => {
    const { openAccount } = site.shop.journeys;
    const key = { customerId: 'customer-2002', reference: 'first' };
    const customer = { name: 'Siti Rahayu', phoneNo: '081234567899', email: 'siti@example.com' };
    await openAccount.start({ ...key, customer, redirectUrl: 'https://merchant.example/back' });
    const otp = await site.shop.doku.otp('6281234567899');
    const answer = await openAccount.submitOtp(key, otp);
    let step = answer.verified ? answer.next : undefined;
    const [, ...lines] = block('docs/integrate.md', 'page=').trim().split('\n');
    assert.equal(lines.length, 2);
    for (const line of lines) {
      assert.ok(step?.show === 'open-url', JSON.stringify(step));
      const query = await typed(`page='${step.url}'\n${line}`);
      step = await openAccount.returned(key, query.trim());
    }
    assert.ok(step?.show === 'done' && step.result.outcome === 'bound', JSON.stringify(step));
  });

  test('the command line, as operators type it', async () => {
    const { purchase } = site.shop.journeys;
    const order = site.shop.order(CUSTOMER, {
      partnerReferenceNo: 'INV-1',
      amount: idr('25000.00'),
    });
    await purchase.redirect(order);
    await operated(block('docs/operating.md', 'doku-journeys attention'));
    await operated(block('docs/integrate.md', 'DOKU_TASK_QUEUE=rehearsal npm run cli'));
  });

  test("a gateway's key, for a file of secrets", async () => {
    const text = block('docs/gateway-operating.md', 'npm run --silent gateway -- key --file');
    assert.ok((await typed(text)).trim().length > 32);
    assert.ok(existsSync(path.join(folder, 'secrets', 'gateway_keys')));
  });

  test('is run here, or it is said where, or why not', () => {
    assert.deepEqual(
      [...left].map(({ page, text }) => `${page}: ${text.split('\n')[0]}`),
      [],
    );
    for (const [page, begins, where] of ELSEWHERE) {
      assert.ok(
        blocks.some((one) => one.page === page && one.text.startsWith(begins)),
        `${page}: ${begins}`,
      );
      if (where.endsWith('.test.ts')) assert.ok(existsSync(path.join(ROOT, where)), where);
    }
  });
});
