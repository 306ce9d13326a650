import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const MAIN = ['--import', 'tsx', fileURLToPath(new URL('../../sandbox/main.ts', import.meta.url))];

const keyPem = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;

describe('npm run sandbox', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'doku-sandbox-test-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string, text: string) => {
    writeFileSync(path.join(folder, name), `${text}\n`);
    return path.join(folder, name);
  };

  test('takes any variable as a file, its keys among them', async () => {
    const doku = keyPem();
    const child = spawn(process.execPath, MAIN, {
      env: {
        ...process.env,
        SANDBOX_PORT: '0',
        DOKU_CLIENT_SECRET_FILE: file('secret', 'SK-from-a-file'),
        SANDBOX_DOKU_PRIVATE_KEY_FILE: file('doku', doku),
        SANDBOX_MERCHANT_PUBLIC_KEY_FILE: file('merchant', keyPem()),
      },
    });
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    child.kill('SIGTERM');
    const said = JSON.parse(line as string);
    assert.equal(said.clientSecret, 'SK-from-a-file');
    const pem = createPublicKey(doku).export({ type: 'spki', format: 'pem' });
    assert.equal(said.dokuPublicKeyPem, pem);
    assert.equal('merchantPrivateKeyFile' in said, false);
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  });

  test('says which variable is wrong, and never its value', async () => {
    const stderrWith = (variables: Record<string, string>) =>
      promisify(execFile)(process.execPath, MAIN, { env: { ...process.env, ...variables } }).then(
        () => 'started',
        ({ stderr }) => stderr as string,
      );
    const gone = path.join(folder, 'gone');
    const unreadable = await stderrWith({ DOKU_CLIENT_SECRET_FILE: gone });
    assert.equal(unreadable, 'sandbox: DOKU_CLIENT_SECRET_FILE: cannot be read\n');
    const wrong = await stderrWith({ SANDBOX_DOKU_PRIVATE_KEY: 'no key' });
    assert.equal(wrong, 'sandbox: SANDBOX_DOKU_PRIVATE_KEY: must be an RSA private key in PEM\n');
  });
});
