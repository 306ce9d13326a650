import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { program } from '../setting/programs.js';

const ROOT = new URL('../../', import.meta.url);

/** Runs a program on a Node that says it is of that version. */
function runOn(version: string, file: string) {
  const pretence = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`;
  const args = program(file);
  // Last before the program itself: what loads TypeScript asks for Node's version, too.
  args.splice(-1, 0, '--import', `data:text/javascript,${encodeURIComponent(pretence)}`);
  return spawnSync(process.execPath, [...args, '--help'], {
    encoding: 'utf8',
    env: { ...process.env, SANDBOX_PORT: 'none', DOKU_CLIENT_ID: '' },
  });
}

describe('a Node that is too old', () => {
  const { engines } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8'));
  const [major = 0, minor = 0] = (engines.node as string).match(/\d+/g)?.map(Number) ?? [];

  for (const file of ['worker/main.ts', 'client/cli/main.ts', 'sandbox/main.ts']) {
    test(`is refused by ${file}, and the oldest that the package takes is not`, () => {
      for (const version of [`${major}.${minor - 1}.0`, `${major - 2}.20.8`]) {
        const { status, stderr, stdout } = runOn(version, file);
        assert.equal(status, 1);
        assert.match(stderr, /^[\w-]+: Node 20\.3 or later is needed; this is [\d.]+\n$/);
        assert.equal(stdout, '');
      }
      assert.doesNotMatch(runOn(`${major}.${minor}.0`, file).stderr, /or later is needed/);
    });
  }
});
