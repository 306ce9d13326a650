import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Sandbox, startSandbox } from '../../sandbox/server.js';
import { SandboxControl } from '../setting/sandbox-control.js';

const HERE = fileURLToPath(new URL('./doku-python-sdk', import.meta.url));
const PACKAGES = fileURLToPath(new URL('../../.local/doku-python-sdk', import.meta.url));

/** Installs the SDK once, aside and then into place. */
function install(): void {
  if (existsSync(PACKAGES)) return;
  const aside = `${PACKAGES}-${process.pid}`;
  mkdirSync(path.dirname(PACKAGES), { recursive: true });
  const args = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--require-hashes',
    '--no-deps',
    '--target',
    aside,
    '-r',
    path.join(HERE, 'requirements.txt'),
  ];
  execFileSync('python3', args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, PIP_ROOT_USER_ACTION: 'ignore' },
  });
  renameSync(aside, PACKAGES);
}

describe("DOKU's own SDK for Python, pointed at the sandbox", () => {
  let sandbox: Sandbox;
  before(async () => {
    install();
    sandbox = await startSandbox({ port: 0 });
  });
  after(() => sandbox?.close());

  test('gets tokens, binds, reads the balance, pays, queries, refunds; and is refused where it should be', async () => {
    const account = await new SandboxControl(sandbox.url).account({ bound: true });
    const python = spawn('python3', [path.join(HERE, 'journey.py')], {
      env: { ...process.env, PYTHONPATH: PACKAGES, PYTHONDONTWRITEBYTECODE: '1' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let output = '';
    python.stdout.on('data', (chunk) => {
      output += chunk;
    });
    python.stdin.end(
      JSON.stringify({
        url: sandbox.url,
        clientId: sandbox.clientId,
        clientSecret: sandbox.clientSecret,
        privateKey: sandbox.merchantPrivateKeyPem,
        accountId: account.accountId,
        authCode: account.authCode,
      }),
    );
    const [code] = await once(python, 'close');
    assert.equal(code, 0, output);
    assert.deepEqual(JSON.parse(output), [
      '2007300',
      '2007400',
      '2000700',
      '2001100',
      '2005400',
      '2005500',
      '2005800',
      '4011100',
      '4001101',
      '2001100',
      '4091100',
    ]);
  });
});
