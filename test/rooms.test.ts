import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Lints each line as if it stood in a file of its room. @returns which of them break a room's rule. */
function linted(snippets: readonly (readonly [string, string])[]): boolean[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'doku-rooms-'));
  try {
    const rules = JSON.parse(readFileSync(path.join(ROOT, 'biome.json'), 'utf8'));
    writeFileSync(
      path.join(folder, 'biome.json'),
      JSON.stringify({ ...rules, vcs: { enabled: false } }),
    );
    const files = snippets.map(([file, line], index) => {
      const probe = path.join(path.dirname(file), `probe-${index}.ts`);
      mkdirSync(path.join(folder, path.dirname(probe)), { recursive: true });
      writeFileSync(path.join(folder, probe), `${line}\n`);
      return probe;
    });
    const { stdout } = spawnSync(
      path.join(ROOT, 'node_modules/.bin/biome'),
      [
        'lint',
        '--only=style/noRestrictedImports',
        '--reporter=github',
        '--max-diagnostics=none',
        '.',
      ],
      { cwd: folder, encoding: 'utf8' },
    );
    return files.map((file) => stdout.includes(`/${file},`));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const FORBIDDEN = [
  ['workflows/purchase.ts', "import crypto from 'node:crypto'; crypto;"],
  ['workflows/purchase.ts', "import fetch from 'node-fetch'; fetch;"],
  ['workflows/purchase.ts', "import { Client } from '@temporalio/client'; Client;"],
  ['workflows/purchase.ts', "import { x } from '../sandbox/clock.js'; x;"],
  ['activities/purchase.ts', "import { x } from '../workflows/purchase.js'; x;"],
  ['activities/snap/client.ts', "import { x } from '../../worker/logger.js'; x;"],
  ['client/purchase.ts', "import { x } from '../activities/purchase.js'; x;"],
  ['client/purchase.ts', "import { x } from '../workflows/story.js'; x;"],
  ['sandbox/signature.ts', "import { x } from '../activities/snap/signature.js'; x;"],
  ['sandbox/server.ts', "import { Worker } from '@temporalio/worker'; Worker;"],
  ['worker/worker.ts', "import { x } from '../test/shop.js'; x;"],
] as const;

const ALLOWED = [
  ['workflows/purchase.ts', "import { z } from 'zod'; z;"],
  ['activities/purchase.ts', "import { x } from '../workflows/identity.js'; x;"],
  ['client/purchase.ts', "import { x } from '../workflows/purchase-contract.js'; x;"],
  ['worker/worker.ts', "import { x } from '../activities/index.js'; x;"],
] as const;

describe('rooms import only what design allows', () => {
  const verdicts = linted([...FORBIDDEN, ...ALLOWED]);
  for (const [index, [file, line]] of FORBIDDEN.entries()) {
    test(`${file} must not: ${line.split(';')[0]}`, () => assert.equal(verdicts[index], true));
  }
  for (const [index, [file, line]] of ALLOWED.entries()) {
    test(`${file} may: ${line.split(';')[0]}`, () =>
      assert.equal(verdicts[FORBIDDEN.length + index], false));
  }
});
