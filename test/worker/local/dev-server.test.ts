import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const DEV_SERVER = new URL('../../../worker/local/dev-server.ts', import.meta.url);
const PROGRAM = `
  import { startDevServer } from '${DEV_SERVER}';
  const server = await startDevServer();
  process.stdout.write('ours');
  // It would greet some time after it is ready.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  await server.teardown();
`;

test('the dev server leaves standard output to the program that starts it', async () => {
  const args = ['--import', 'tsx', '--input-type=module', '--eval', PROGRAM];
  const cwd = fileURLToPath(new URL('../../..', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd });
  assert.equal(stdout, 'ours');
});
