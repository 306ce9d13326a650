import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DEV_SERVER, obtain } from '../../worker/local/binaries.js';
import { checkoutWorkflowBundle } from '../../worker/temporal/workflow-bundle.js';
import { type Mutation, mutations } from './mutations.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Inside the checkout, so that packages are found. */
const MUTANTS = path.join(ROOT, '.mutants');
const COPIED = [
  'activities',
  'client',
  'contract',
  'sandbox',
  'test',
  'worker',
  'workflows',
  // For mistakes elsewhere than in the workflows.
  '.local/workflow-bundles',
  'package.json',
  'tsconfig.json',
];
const AT_ONCE = 3;
/** Each takes a worker, a server and a proof of its own: `npm test` plants every third, `MUTATIONS=all npm test FILE` all. */
const planted = mutations.filter((_, index) => process.env.MUTATIONS === 'all' || index % 3 === 0);
/** A mutant that leaves a journey open is found no less. */
const LIMIT_SECONDS = '30';

describe('the proof finds', { concurrency: AT_ONCE }, () => {
  let environment: NodeJS.ProcessEnv;
  before(async () => {
    await checkoutWorkflowBundle();
    const executable = await obtain(DEV_SERVER);
    // A copy has no binaries of its own.
    const own = 'path' in executable ? { TEMPORAL_CLI_PATH: executable.path } : {};
    environment = { ...process.env, ...own };
  });
  after(() => rmSync(MUTANTS, { recursive: true, force: true }));

  for (const [index, mutation] of planted.entries()) {
    test(`code that ${mutation.name}`, async () => {
      const folder = path.join(MUTANTS, String(index));
      plant(mutation, folder);
      const { code, output } = await proofOf(folder, mutation.cells, environment);
      assert.equal(code, 1, output);
      for (const cell of mutation.cells) assert.match(output, new RegExp(`WRONG ${cell}\n`));
    });
  }
});

/** A copy of the code with the mistake in it. */
function plant({ file, find, replace }: Mutation, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of COPIED)
    cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true });
  const target = path.join(folder, file);
  const parts = readFileSync(target, 'utf8').split(find);
  assert.equal(parts.length, 2, `${file} holds the text to mutate exactly once`);
  writeFileSync(target, parts.join(replace));
}

async function proofOf(folder: string, cells: readonly string[], env: NodeJS.ProcessEnv) {
  const only = cells.flatMap((cell) => ['--only', cell]);
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', path.join(folder, 'test/proof/main.ts'), '--limit', LIMIT_SECONDS, ...only],
    { cwd: folder, env },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const [code] = await once(child, 'exit');
  return { code, output };
}
