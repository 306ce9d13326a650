import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Lints each line as if it stood in its file. @returns which of them break a room's rule. */
function linted(snippets: readonly (readonly [string, string])[]): boolean[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'doku-rooms-'));
  try {
    const rules = JSON.parse(readFileSync(path.join(ROOT, 'biome.json'), 'utf8'));
    writeFileSync(
      path.join(folder, 'biome.json'),
      JSON.stringify({ ...rules, vcs: { enabled: false } }),
    );
    const lines = new Map<string, string[]>();
    const places = snippets.map(([file, line]) => {
      const before = lines.get(file) ?? [];
      lines.set(file, [...before, line]);
      return `${file},line=${before.length + 1},`;
    });
    for (const [file, all] of lines) {
      mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
      writeFileSync(path.join(folder, file), `${all.join('\n')}\n`);
    }
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
    return places.map((place) => stdout.includes(`/${place}`));
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
  ['client/cli/show.ts', "import { x } from '../../worker/encryption.js'; x;"],
  ['client/cli/desk.ts', "import { x } from '../../worker/connection.js'; x;"],
  ['client/cli/desk.ts', "import { x } from '../../activities/purchase.js'; x;"],
  ['sandbox/signature.ts', "import { x } from '../activities/snap/signature.js'; x;"],
  ['sandbox/server.ts', "import { Worker } from '@temporalio/worker'; Worker;"],
  ['worker/worker.ts', "import { x } from '../test/shop.js'; x;"],
  ['worker/worker.ts', "import { x } from '../client/cli/table.js'; x;"],
] as const;

const ALLOWED = [
  ['workflows/purchase.ts', "import * as z from 'zod'; z;"],
  ['activities/purchase.ts', "import { x } from '../workflows/identity.js'; x;"],
  ['client/purchase.ts', "import { x } from '../workflows/purchase-contract.js'; x;"],
  ['client/cli/desk.ts', "import { x } from '../../worker/encryption.js'; x;"],
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
