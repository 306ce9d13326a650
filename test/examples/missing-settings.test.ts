import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { newPayloadKey } from '../../worker/local/merchant.js';
import { readmeBlock } from '../setting/readme.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Those that hold a payload key; what speaks HTTP has none. */
const EXAMPLES = ['shop/shop.ts', 'typescript/refund.ts', 'typescript/payout.ts'];

describe('a program that nobody has given keys says so in a line, without a stack', () => {
  const run = (file: string, settings: Readonly<Record<string, string>>) =>
    spawnSync(process.execPath, ['--import', 'tsx', file, 'INV-1', 'no-such-file'], {
      cwd: ROOT,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...settings },
      encoding: 'utf8',
      timeout: 60_000,
    });
  const said = (file: string, keys: string) => {
    const { stderr, status } = run(file, { PAYLOAD_KEYS: keys });
    assert.equal(status, 1, stderr);
    return stderr;
  };
  const assertSaid = (file: string) => {
    assert.match(said(file, ''), /^PAYLOAD_KEYS: is missing: .*\n$/);
    assert.match(said(file, 'shop'), /^PAYLOAD_KEYS: must be written as .*\n$/);
  };

  for (const file of EXAMPLES) test(file, () => assertSaid(path.join(ROOT, 'examples', file)));

  const readmesOrder = (context: TestContext) => {
    mkdirSync(path.join(ROOT, '.local'), { recursive: true });
    const folder = mkdtempSync(path.join(ROOT, '.local', 'order-'));
    context.after(() => rmSync(folder, { recursive: true }));
    const file = path.join(folder, 'order.mts');
    writeFileSync(file, readmeBlock('ts', /purchase\.redirect/));
    return file;
  };
  test("README's first order", (context) => assertSaid(readmesOrder(context)));

  const empty = () => ({
    PAYLOAD_KEYS: newPayloadKey(),
    ...{ TEMPORAL_ADDRESS: '', TEMPORAL_NAMESPACE: '', DOKU_JOURNEYS_CUSTOMER_ID: '' },
    ...{ SHOP_PORT: '', SHOP_URL: '', SHOP_ACKNOWLEDGE_WITHIN: '', EVENTS_SECRET: '' },
  });

  test('what the examples share takes an empty setting for none', () => {
    const { stderr, status } = run('examples/typescript/journeys.ts', empty());
    assert.equal(stderr, '');
    assert.equal(status, 0);
  });

  // With a key that is nobody's: one that listens where nothing is said takes no order.
  for (const name of ['README', 'shop'])
    test(`an empty setting is as good as none: ${name}`, (context) => {
      const file = name === 'shop' ? 'examples/shop/shop.ts' : readmesOrder(context);
      const { stderr, status } = run(file, empty());
      assert.equal(status, 1, stderr);
      assert.match(stderr, /^(?:temporal|payload-keys|task-queue): [^\n]+\n$/);
    });

  test('the shop: a time that is none is named as it starts', () => {
    const settings = { ...empty(), SHOP_ACKNOWLEDGE_WITHIN: 'soon' };
    const { stderr, status } = run('examples/shop/shop.ts', settings);
    assert.equal(status, 1, stderr);
    assert.match(stderr, /^SHOP_ACKNOWLEDGE_WITHIN: must be a duration such as [^\n]+\n$/);
  });

  test('TypeScript: a payout without its file', () => {
    const { stderr, status } = run('examples/typescript/payout.ts', empty());
    assert.equal(status, 1, stderr);
    assert.match(stderr, /^ENOENT: [^\n]*no-such-file[^\n]*\n$/);
  });

  test('curl: a payout without its file', () => {
    const payout = ['examples/curl/payout.sh', 'payout-1', 'no-such-file'];
    const options = { cwd: ROOT, encoding: 'utf8', timeout: 60_000 } as const;
    const { stderr, status } = spawnSync('sh', payout, options);
    assert.equal(status, 1, stderr);
    assert.match(stderr, /^no-such-file: [^\n]+\n$/);
  });
});
