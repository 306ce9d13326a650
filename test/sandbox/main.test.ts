import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { after, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { program } from '../setting/programs.js';
import { SandboxControl } from '../setting/sandbox-control.js';
import { SignedCaller } from '../setting/signed-caller.js';
import { BALANCE } from '../setting/signed-sandbox.js';

const MAIN = program('sandbox/main.ts');

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

  test('takes any variable as a file, and prints no secret that it was given', async () => {
    const [doku, merchant] = [keyPem(), keyPem()];
    const secrets = { DOKU_CLIENT_SECRET: 'SK-from-a-file', DOKU_AUTH_CODE_SECRET: 'a'.repeat(16) };
    const child = spawn(process.execPath, MAIN, {
      env: {
        ...process.env,
        SANDBOX_PORT: '0',
        DOKU_CLIENT_SECRET_FILE: file('secret', secrets.DOKU_CLIENT_SECRET),
        DOKU_AUTH_CODE_SECRET: secrets.DOKU_AUTH_CODE_SECRET,
        SANDBOX_DOKU_PRIVATE_KEY_FILE: file('doku', doku),
        SANDBOX_MERCHANT_PUBLIC_KEY_FILE: file('merchant', merchant),
      },
    });
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    const said = JSON.parse(line as string);
    const caller = new SignedCaller({
      url: said.url,
      caPem: undefined,
      clientId: said.clientId,
      clientSecret: secrets.DOKU_CLIENT_SECRET,
      merchantPrivateKeyPem: merchant,
    });
    const { authCode } = await new SandboxControl(said.url).account({ bound: true });
    const balance = await (await caller.signIn(authCode)).call(BALANCE, {
      partnerReferenceNo: '1',
    });
    child.kill('SIGTERM');
    assert.equal(balance.status, 200);
    for (const secret of Object.values(secrets)) assert.equal(String(line).includes(secret), false);
    const pem = createPublicKey(doku).export({ type: 'spki', format: 'pem' });
    assert.equal(said.dokuPublicKeyPem, pem);
    assert.equal('merchantPrivateKeyFile' in said, false);
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  });

  test('serves HTTPS with temperaments, and writes down whom to trust', async () => {
    const caFile = path.join(folder, 'ca.pem');
    const child = spawn(process.execPath, MAIN, {
      env: {
        ...process.env,
        SANDBOX_PORT: '0',
        SANDBOX_TLS: '1',
        SANDBOX_CA_FILE: caFile,
        SANDBOX_TEMPERAMENTS: '[{"temperament":"lags","of":"balance","ms":2000}]',
      },
    });
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    const { url, controlUrl } = JSON.parse(line as string);
    const request = https.get(`${url}/_control/health`, { ca: readFileSync(caFile), agent: false });
    const [answer] = await once(request, 'response');
    assert.equal(answer.statusCode, 200);
    const { temperaments } = await new SandboxControl(controlUrl).temperaments();
    assert.equal(temperaments[0]?.temperament, 'lags');
    child.kill('SIGTERM');
    await once(child, 'exit');
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
    const twice = await stderrWith({ DOKU_CLIENT_SECRET: 'SK-one', DOKU_CLIENT_SECRET_FILE: gone });
    assert.match(
      twice,
      /^sandbox: DOKU_CLIENT_SECRET_FILE: is not read beside DOKU_CLIENT_SECRET: /,
    );
    const wrong = await stderrWith({ SANDBOX_DOKU_PRIVATE_KEY: 'no key' });
    assert.equal(wrong, 'sandbox: SANDBOX_DOKU_PRIVATE_KEY: must be an RSA private key in PEM\n');
    const moody = await stderrWith({ SANDBOX_TEMPERAMENTS: '[{"temperament":"isLate"}]' });
    assert.match(moody, /^sandbox: SANDBOX_TEMPERAMENTS: Invalid/);
  });

  test('refuses what would be taken in silence: TLS by another word, and none verified', async () => {
    const stderrWith = (variables: Record<string, string>) =>
      promisify(execFile)(process.execPath, MAIN, { env: { ...process.env, ...variables } }).then(
        () => 'started',
        ({ stderr }) => stderr as string,
      );
    assert.equal(
      await stderrWith({ SANDBOX_TLS: 'yes' }),
      'sandbox: SANDBOX_TLS: must be 1 or 0\n',
    );
    const unverified = await stderrWith({
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
      SANDBOX_NOTIFY_URL: 'https://shop.example/v1.0/debit/notify',
    });
    assert.match(unverified, /^sandbox: NODE_TLS_REJECT_UNAUTHORIZED: lets anybody pass/m);
    const unsaved = await stderrWith({ SANDBOX_TLS: '1', SANDBOX_CA_FILE: '/nowhere/ca.pem' });
    assert.equal(unsaved, 'sandbox: SANDBOX_CA_FILE: cannot be written\n');
    const secret = await stderrWith({ DOKU_CLIENT_SECRET_FILE: file('blank', 'SK-from-a-file ') });
    assert.match(secret, /^sandbox: DOKU_CLIENT_SECRET: has blanks or line breaks around it/);
    assert.ok(!secret.includes('SK-'));
  });
});
