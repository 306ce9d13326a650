import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { program } from '../setting/programs.js';

/** Without any setting: whatever is started nonetheless ends at once, and says what it lacks. */
function run(file: string, ...args: string[]) {
  return spawnSync(process.execPath, [...program(file), ...args], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, SANDBOX_PORT: 'none' },
    timeout: 60_000,
  });
}

describe('a program that its environment sets', () => {
  for (const [file, name, variable] of [
    ['worker/main.ts', 'doku-journeys-worker', 'DOKU_CLIENT_ID'],
    ['worker/doors/codec/main.ts', 'doku-journeys-codec', 'CODEC_PORT'],
    ['gateway/main.ts', 'doku-journeys-gateway', 'GATEWAY_KEYS_FILE'],
    ['sandbox/main.ts', 'doku-journeys-sandbox', 'SANDBOX_PORT'],
  ] as const)
    test(`${name} says what it is when asked, and starts by no mistyped argument`, () => {
      for (const help of ['--help', '-h']) {
        const { status, stdout, stderr } = run(file, help);
        assert.deepEqual([status, stderr], [0, ''], help);
        assert.match(stdout, new RegExp(`^${name}\\b.*\\b${variable}\\b`, 's'), help);
      }
      const { status, stdout, stderr } = run(file, '--prot', '9000');
      assert.deepEqual([status, stdout], [1, '']);
      assert.match(stderr, /^\w+: unknown argument "--prot".*--help/s);
    });

  test('the gateway’s command that makes keys says so too', () => {
    const { status, stdout, stderr } = run('gateway/main.ts', 'key', '--help');
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, /^usage: doku-journeys-gateway key --id ID .*purchases:write/s);
    const wrong = run('gateway/main.ts', 'key', '--name', 'shop');
    assert.deepEqual([wrong.status, wrong.stdout], [1, '']);
    assert.match(wrong.stderr, /--name.*usage: doku-journeys-gateway key --id ID/s);
  });
});
