import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Lints files as if they stood in the checkout. @returns what breaks which rule, as `file,line=1,`. */
function linted(files: ReadonlyMap<string, string>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'doku-rooms-'));
  try {
    const rules = JSON.parse(readFileSync(path.join(ROOT, 'biome.json'), 'utf8'));
    writeFileSync(
      path.join(folder, 'biome.json'),
      JSON.stringify({ ...rules, vcs: { enabled: false } }),
    );
    for (const [file, text] of files) {
      mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    }
    const { stdout } = spawnSync(
      path.join(ROOT, 'node_modules/.bin/biome'),
      [
        'lint',
        '--only=style/noRestrictedImports',
        '--only=suspicious/noImportCycles',
        '--reporter=github',
        '--max-diagnostics=none',
        '.',
      ],
      { cwd: folder, encoding: 'utf8' },
    );
    return stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each line in its file. @returns which of them break a room's rule. */
function brokenBy(snippets: readonly (readonly [string, string])[]): boolean[] {
  const lines = new Map<string, string[]>();
  const places = snippets.map(([file, line]) => {
    const before = lines.get(file) ?? [];
    lines.set(file, [...before, line]);
    return `/${file},line=${before.length + 1},`;
  });
  const said = linted(new Map([...lines].map(([file, all]) => [file, `${all.join('\n')}\n`])));
  return places.map((place) => said.includes(place));
}

const FORBIDDEN = [
  ['contract/purchase.ts', "import { x } from '../workflows/index.js'; x;"],
  ['contract/purchase.ts', "import type { x } from '../activities/purchase.js'; x;"],
  ['contract/purchase.ts', "import { defineUpdate } from '@temporalio/workflow'; defineUpdate;"],
  ['contract/purchase.ts', "import { createHash } from 'node:crypto'; createHash;"],
  ['workflows/purchase/journey.ts', "import crypto from 'node:crypto'; crypto;"],
  ['workflows/purchase/journey.ts', "import fetch from 'node-fetch'; fetch;"],
  ['workflows/purchase/journey.ts', "import { Client } from '@temporalio/client'; Client;"],
  ['workflows/purchase/journey.ts', "import { x } from '../../sandbox/clock.js'; x;"],
  ['workflows/purchase/journey.ts', "import { x } from '../../client/errors.js'; x;"],
  ['workflows/mechanisms/truth.ts', "import { x } from '../purchase/truth.js'; x;"],
  ['workflows/mechanisms/truth.ts', "import { x } from '../../worker/logger.js'; x;"],
  ['activities/purchase.ts', "import { x } from '../workflows/purchase/journey.js'; x;"],
  ['activities/purchase.ts', "import type { x } from '../workflows/mechanisms/truth.js'; x;"],
  ['activities/purchase.ts', "import { x } from '../client/errors.js'; x;"],
  ['activities/snap/client.ts', "import { x } from '../../worker/logger.js'; x;"],
  ['activities/snap/client.ts', "import { x } from '../calling/ask.js'; x;"],
  ['activities/snap/client.ts', "import { Context } from '@temporalio/activity'; Context;"],
  ['client/purchase.ts', "import { x } from '../activities/purchase.js'; x;"],
  ['client/purchase.ts', "import { x } from '../workflows/mechanisms/story.js'; x;"],
  ['client/purchase.ts', "import { Worker } from '@temporalio/worker'; Worker;"],
  ['client/cli/commands/show.ts', "import { x } from '../../../worker/temporal/encryption.js'; x;"],
  ['client/cli/mechanisms/desk.ts', "import { x } from '../../../worker/temporal/worker.js'; x;"],
  ['client/cli/mechanisms/desk.ts', "import { x } from '../../../activities/purchase.js'; x;"],
  ['sandbox/server.ts', "import { x } from '../activities/snap/signature.js'; x;"],
  ['sandbox/server.ts', "import { x } from '../contract/money.js'; x;"],
  ['sandbox/server.ts', "import { Worker } from '@temporalio/worker'; Worker;"],
  ['gateway/server.ts', "import { x } from '../workflows/index.js'; x;"],
  ['gateway/server.ts', "import { x } from '../activities/purchase.js'; x;"],
  ['gateway/server.ts', "import { x } from '../worker/temporal/worker.js'; x;"],
  ['gateway/server.ts', "import { x } from '../client/cli/mechanisms/table.js'; x;"],
  ['examples/shop/shop.ts', "import { x } from '../../client/index.js'; x;"],
  ['worker/main.ts', "import { x } from '../gateway/server.js'; x;"],
  ['worker/main.ts', "import { x } from '../test/setting/shop.js'; x;"],
  ['worker/main.ts', "import { x } from '../client/cli/mechanisms/table.js'; x;"],
] as const;

const ALLOWED = [
  ['contract/purchase.ts', "import * as z from 'zod'; z;"],
  ['contract/purchase.ts', "import { x } from './money.js'; x;"],
  ['workflows/purchase/journey.ts', "import { x } from '../../contract/money.js'; x;"],
  ['workflows/purchase/journey.ts', "import { x } from '../mechanisms/truth.js'; x;"],
  ['workflows/mechanisms/truth.ts', "import { x } from '../../contract/money.js'; x;"],
  ['workflows/mechanisms/truth.ts', "import { x } from './journey.js'; x;"],
  ['activities/purchase.ts', "import { x } from '../contract/identity.js'; x;"],
  ['client/purchase.ts', "import { x } from '../contract/purchase.js'; x;"],
  [
    'client/cli/mechanisms/desk.ts',
    "import { x } from '../../../worker/temporal/encryption.js'; x;",
  ],
  ['examples/shop/shop.ts', "import { x } from 'doku-journeys'; x;"],
  ['worker/main.ts', "import { x } from '../activities/index.js'; x;"],
  ['worker/local/start.ts', "import { x } from '../../gateway/server.js'; x;"],
  ['gateway/server.ts', "import { x } from '../client/index.js'; x;"],
  ['gateway/server.ts', "import { x } from '../worker/temporal/encryption.js'; x;"],
] as const;

describe('rooms import only what design allows', () => {
  const verdicts = brokenBy([...FORBIDDEN, ...ALLOWED]);
  for (const [index, [file, line]] of FORBIDDEN.entries()) {
    test(`${file} must not: ${line.split(';')[0]}`, () => assert.equal(verdicts[index], true));
  }
  for (const [index, [file, line]] of ALLOWED.entries()) {
    test(`${file} may: ${line.split(';')[0]}`, () =>
      assert.equal(verdicts[FORBIDDEN.length + index], false));
  }

  test('a circle of files is refused, of types too', () => {
    const said = linted(
      new Map([
        ['activities/one.ts', "import type { Two } from './two.js';\nexport type One = Two;\n"],
        ['activities/two.ts', "import type { One } from './one.js';\nexport type Two = One;\n"],
      ]),
    );
    assert.match(said, /activities\/one\.ts,line=1,/);
  });

  /** The lint rule cannot tell a type from a value. */
  test('workflows import nothing of activities but types', () => {
    for (const name of readdirSync(path.join(ROOT, 'workflows'), { recursive: true })) {
      if (!String(name).endsWith('.ts')) continue;
      const text = readFileSync(path.join(ROOT, 'workflows', String(name)), 'utf8');
      const values = /^(?:import|export) (?!type\b)[^;]*? from '[./]+\/activities\/[^']+';/m;
      assert.equal(values.exec(text)?.[0], undefined, String(name));
    }
  });
});

/** Rooms whose folders say what the product does; tests and benchmarks mirror them. */
const ROOMS = ['contract', 'workflows', 'activities', 'worker', 'client', 'gateway', 'sandbox'];

describe('files stay small and are named once', () => {
  const files = ROOMS.flatMap((room) =>
    readdirSync(path.join(ROOT, room), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => path.join(room, name)),
  );
  const linesOf = (file: string) =>
    readFileSync(path.join(ROOT, file), 'utf8').split('\n').length - 1;

  test('none above 400 lines, half of them at most 120', () => {
    const sizes = files.map(linesOf).sort((a, b) => a - b);
    assert.ok((sizes.at(-1) ?? 0) <= 400);
    assert.ok((sizes[Math.floor(sizes.length / 2)] ?? 0) <= 120);
  });

  test("no file repeats its folder's name", () => {
    const repeating = files.filter((file) =>
      path.basename(file, '.ts').startsWith(path.basename(path.dirname(file))),
    );
    assert.deepEqual(repeating, []);
  });
});
