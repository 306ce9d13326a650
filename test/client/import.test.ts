import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

test("importing the client does not load Temporal's, which a backend loads itself and which takes longest", () => {
  const program = `
    import { createRequire } from 'node:module';
    await import('./client/index.ts');
    const { cache } = createRequire(process.cwd() + '/');
    console.log(JSON.stringify(Object.keys(cache)));`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
  const loaded: string[] = JSON.parse(
    execFileSync(process.execPath, args, { cwd: ROOT }).toString(),
  );
  const packages = new Set(
    loaded.map((file) => /node_modules\/(@temporalio\/\w+)/.exec(file)?.[1]),
  );
  assert.ok(packages.has('@temporalio/common'));
  assert.ok(!packages.has('@temporalio/client'));
  assert.ok(!packages.has('@temporalio/proto'));
});
