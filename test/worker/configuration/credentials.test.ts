import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { watchCredentials } from '../../../worker/configuration/credentials.js';
import { configurationFrom } from '../../../worker/configuration/environment.js';
import { eventSettingsIn } from '../../../worker/configuration/events.js';
import { createLogger } from '../../../worker/logger.js';
import { rsaPair } from '../../setting/key-pairs.js';
import { newPayloadKey } from '../../setting/payload-keys.js';
import { eventually } from '../../setting/shop.js';

const OLD = rsaPair();
const NEW = rsaPair();
const OLD_DOKU = rsaPair();
const NEW_DOKU = rsaPair();

const folder = mkdtempSync(path.join(tmpdir(), 'doku-credentials-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const fileOf = (name: string) => path.join(folder, name);
const write = (name: string, text: string) => writeFileSync(fileOf(name), `${text.trimEnd()}\n`);

test('credentials are read again when their files change, and a wrong file changes nothing', async () => {
  write('client-secret', 'SK-old');
  write('private-key', OLD.privateKey);
  write('public-key', OLD_DOKU.publicKey);
  write('second-private-key', '');
  const environment = {
    DOKU_CLIENT_ID: 'BRN-1',
    PAYLOAD_KEYS: newPayloadKey('k1'),
    DOKU_CLIENT_SECRET_FILE: fileOf('client-secret'),
    // Not there yet.
    DOKU_SECOND_CLIENT_SECRET_FILE: fileOf('second-client-secret'),
    DOKU_PRIVATE_KEY_FILE: fileOf('private-key'),
    DOKU_SECOND_PRIVATE_KEY_FILE: fileOf('second-private-key'),
    DOKU_AUTH_CODE_SECRET: '0123456789abcdef',
    DOKU_SECOND_AUTH_CODE_SECRET_FILE: fileOf('second-auth-code-secret'),
    DOKU_PUBLIC_KEY_FILE: fileOf('public-key'),
    DOKU_SECOND_PUBLIC_KEY_FILE: fileOf('second-public-key'),
  };
  const lines: string[] = [];
  const { credentials, stop } = await watchCredentials({
    environment,
    configuration: configurationFrom(environment),
    logger: createLogger({
      level: 'info',
      destination: { write: (line) => void lines.push(line) },
    }),
    lookEveryMs: 20,
  });
  try {
    assert.equal(credentials.clientSecret, 'SK-old');
    assert.equal(credentials.secondClientSecret, undefined);
    assert.equal(credentials.secondPrivateKey, undefined);
    assert.deepEqual(credentials.dokuPublicKeys, [OLD_DOKU.publicKey.trimEnd()]);

    write('second-client-secret', 'SK-new');
    write('second-private-key', NEW.privateKey);
    write('second-public-key', NEW_DOKU.publicKey);
    write('second-auth-code-secret', 'fedcba9876543210');
    await eventually(
      async () => credentials,
      ({ secondClientSecret, secondPrivateKey, secondAuthCodeSecret, dokuPublicKeys }) =>
        secondClientSecret === 'SK-new' &&
        secondAuthCodeSecret === 'fedcba9876543210' &&
        secondPrivateKey === NEW.privateKey.trimEnd() &&
        dokuPublicKeys.length === 2,
    );
    assert.equal(credentials.clientSecret, 'SK-old');

    write('private-key', 'SECRET-BUT-NO-KEY');
    await eventually(
      async () => lines,
      (said) => said.some((line) => line.includes('DOKU_PRIVATE_KEY')),
    );
    assert.equal(credentials.privateKey, OLD.privateKey.trimEnd());

    write('client-secret', 'SK-new');
    write('private-key', NEW.privateKey);
    write('public-key', NEW_DOKU.publicKey);
    for (const name of ['client-secret', 'private-key', 'public-key'])
      rmSync(fileOf(`second-${name}`));
    await eventually(
      async () => credentials,
      ({ clientSecret, secondClientSecret, privateKey, dokuPublicKeys }) =>
        clientSecret === 'SK-new' &&
        secondClientSecret === undefined &&
        privateKey === NEW.privateKey.trimEnd() &&
        dokuPublicKeys.length === 1,
    );
    for (const secret of ['SK-new', 'SECRET-BUT-NO-KEY', 'PRIVATE KEY'])
      assert.ok(!lines.join('').includes(secret), secret);
  } finally {
    stop();
  }
});

test('what events are signed with is read again too, also by who signs', async () => {
  const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;
  const [old, next] = [newSecret(), newSecret()];
  write('events-secret', old);
  const environment = {
    DOKU_CLIENT_ID: 'BRN-1',
    DOKU_CLIENT_SECRET: 'SK-1',
    DOKU_PRIVATE_KEY: OLD.privateKey,
    PAYLOAD_KEYS: newPayloadKey('k1'),
    EVENTS_URL: 'https://shop.example/events',
    EVENTS_SECRET_FILE: fileOf('events-secret'),
    // Not there yet.
    EVENTS_SECOND_SECRET_FILE: fileOf('events-second-secret'),
  };
  const configuration = configurationFrom(environment);
  const { credentials, stop } = await watchCredentials({
    environment,
    configuration,
    logger: createLogger({ level: 'error', destination: { write: () => {} } }),
    lookEveryMs: 20,
  });
  const settings = eventSettingsIn(configuration, credentials);
  const are = (secrets: readonly string[]) =>
    eventually(
      async () => settings?.secrets,
      (now) => JSON.stringify(now) === JSON.stringify(secrets),
    );
  try {
    assert.deepEqual(settings?.secrets, [old]);
    write('events-second-secret', next);
    await are([old, next]);
    rmSync(fileOf('events-second-secret'));
    write('events-secret', next);
    await are([next]);
    write('events-secret', 'none');
    write('events-second-secret', old);
    write('events-secret', next);
    await are([next, old]);
  } finally {
    stop();
  }
});
