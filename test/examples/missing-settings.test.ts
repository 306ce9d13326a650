import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readmeBlock } from '../setting/readme.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Those that hold a payload key; what speaks HTTP has none. */
const EXAMPLES = ['shop/shop.ts', 'typescript/refund.ts', 'typescript/payout.ts'];

describe('a program that nobody has given keys says so in a line, without a stack', () => {
  const said = (file: string, keys: string) => {
    const environment = { PATH: process.env.PATH, HOME: process.env.HOME, PAYLOAD_KEYS: keys };
    const { stderr, status } = spawnSync(
      process.execPath,
      ['--import', 'tsx', file, 'INV-1', 'REF-1'],
      { cwd: ROOT, env: environment, encoding: 'utf8', timeout: 60_000 },
    );
    assert.equal(status, 1, stderr);
    return stderr;
  };
  const assertSaid = (file: string) => {
    assert.match(said(file, ''), /^PAYLOAD_KEYS: is missing: .*\n$/);
    assert.match(said(file, 'shop'), /^PAYLOAD_KEYS: must be written as .*\n$/);
  };

  for (const file of EXAMPLES) test(file, () => assertSaid(path.join(ROOT, 'examples', file)));

  test("README's first order", (context) => {
    mkdirSync(path.join(ROOT, '.local'), { recursive: true });
    const folder = mkdtempSync(path.join(ROOT, '.local', 'order-'));
    context.after(() => rmSync(folder, { recursive: true }));
    const file = path.join(folder, 'order.mts');
    writeFileSync(file, readmeBlock('ts', /purchase\.redirect/));
    assertSaid(file);
  });
});
