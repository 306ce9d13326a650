import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { Client, type ConnectionLike } from '@temporalio/client';
import { DokuJourneys } from '../../../client/index.js';
import { temporalSettingsFrom } from '../../../worker/temporal/environment.js';
import { serverCertificate } from '../../setting/certificates.js';
import { encryptedPrivateKey, rsaPair } from '../../setting/key-pairs.js';

const folder = mkdtempSync(path.join(tmpdir(), 'doku-temporal-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const fileOf = (name: string, text: string) => {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
};
const { ca, cert, key } = serverCertificate();
const NONE = { XDG_CONFIG_HOME: folder };

const REFUSED: readonly (readonly [string, Record<string, string>, RegExp])[] = [
  [
    'a port out of range',
    { TEMPORAL_ADDRESS: 'temporal:72330' },
    /^TEMPORAL_ADDRESS: must be host:port/,
  ],
  ['port 0', { TEMPORAL_ADDRESS: 'temporal:0' }, /^TEMPORAL_ADDRESS: must be host:port/],
  ['a blank address', { TEMPORAL_ADDRESS: ' ' }, /^TEMPORAL_ADDRESS: must be host:port/],
  ['a URL', { TEMPORAL_ADDRESS: 'https://temporal:7233' }, /^TEMPORAL_ADDRESS: must be host:port/],
  ['a login', { TEMPORAL_ADDRESS: 'me:pw@temporal:7233' }, /^TEMPORAL_ADDRESS: must be host:port/],
  ['a blank namespace', { TEMPORAL_NAMESPACE: ' ' }, /^TEMPORAL_NAMESPACE: must be one word/],
  [
    'an API key in quotes',
    { TEMPORAL_API_KEY: '"ey-secret"' },
    /^TEMPORAL_API_KEY: must be one word/,
  ],
  [
    'an API key of two lines',
    { TEMPORAL_API_KEY: 'ey-\nsecret' },
    /^TEMPORAL_API_KEY: must be one word/,
  ],
  [
    'a word that would turn TLS off',
    { TEMPORAL_TLS: 'yes' },
    /^TEMPORAL_TLS: must be true or false/,
  ],
  [
    'an API key that would go in the clear',
    {
      TEMPORAL_API_KEY: 'ey-secret',
      TEMPORAL_TLS: 'false',
      TEMPORAL_ADDRESS: 'ns.tmprl.cloud:7233',
    },
    /^TEMPORAL_API_KEY: goes in the clear without TLS/,
  ],
  [
    "a profile's API key that would go in the clear",
    {
      TEMPORAL_CONFIG_FILE: fileOf(
        'clear.toml',
        '[profile.default]\naddress = "temporal:7233"\napi_key = "secret"\n[profile.default.tls]\ndisabled = true',
      ),
    },
    /^TEMPORAL_API_KEY: goes in the clear without TLS/,
  ],
  [
    'a token that would go in the clear',
    { TEMPORAL_GRPC_META_AUTHORIZATION: 'Bearer secret', TEMPORAL_ADDRESS: 'temporal:7233' },
    /^TEMPORAL_GRPC_META_AUTHORIZATION: goes in the clear without TLS/,
  ],
  [
    'a certificate without its key',
    { TEMPORAL_TLS_CLIENT_CERT_DATA: cert },
    /^TEMPORAL_TLS_CLIENT_CERT_DATA: is of no use without TEMPORAL_TLS_CLIENT_KEY_PATH/,
  ],
  [
    'a key without its certificate',
    { TEMPORAL_TLS_CLIENT_KEY_DATA: key },
    /^TEMPORAL_TLS_CLIENT_KEY_DATA: is of no use without/,
  ],
  [
    "another's key",
    { TEMPORAL_TLS_CLIENT_CERT_DATA: cert, TEMPORAL_TLS_CLIENT_KEY_DATA: rsaPair().privateKey },
    /^TEMPORAL_TLS_CLIENT_KEY_DATA: is not the key/,
  ],
  [
    'an encrypted key',
    { TEMPORAL_TLS_CLIENT_CERT_DATA: cert, TEMPORAL_TLS_CLIENT_KEY_DATA: encryptedPrivateKey() },
    /^TEMPORAL_TLS_CLIENT_KEY_DATA: must be a private key, not encrypted/,
  ],
  [
    'an authority that is none',
    { TEMPORAL_TLS_SERVER_CA_CERT_DATA: key },
    /^TEMPORAL_TLS_SERVER_CA_CERT_DATA: must be a certificate in PEM/,
  ],
  [
    'a file that is gone',
    { TEMPORAL_TLS_SERVER_CA_CERT_PATH: '/nowhere/secret' },
    /^TEMPORAL_TLS_SERVER_CA_CERT_PATH: cannot be read/,
  ],
  [
    'one thing in two ways',
    { TEMPORAL_TLS_SERVER_CA_CERT_PATH: '/nowhere', TEMPORAL_TLS_SERVER_CA_CERT_DATA: ca },
    /^TEMPORAL_TLS_SERVER_CA_CERT_PATH: is given as/,
  ],
  [
    'a profile that is not there',
    { TEMPORAL_PROFILE: 'secret' },
    /^TEMPORAL_PROFILE or TEMPORAL_CONFIG_FILE: there is no such profile/,
  ],
  [
    'a file that is not there',
    { TEMPORAL_CONFIG_FILE: '/nowhere/temporal.toml' },
    /^TEMPORAL_CONFIG_FILE: cannot be read/,
  ],
  [
    'a file that is no TOML',
    { TEMPORAL_CONFIG_FILE: fileOf('bad.toml', '[profile.default]\napi_key = secret') },
    /^TEMPORAL_PROFILE or TEMPORAL_CONFIG_FILE: there is no/,
  ],
  [
    "a profile's address",
    { TEMPORAL_CONFIG_FILE: fileOf('port.toml', '[profile.default]\naddress = "secret:99999"') },
    /^the address in Temporal's profile: must be/,
  ],
];

describe("Temporal's variables", () => {
  for (const [what, environment, mistake] of REFUSED) {
    test(`refuse ${what} by name, never with its value`, () => {
      assert.throws(
        () => temporalSettingsFrom({ ...NONE, ...environment }),
        ({ message }: Error) => {
          assert.match(message, mistake);
          assert.doesNotMatch(message, /secret|BEGIN|:pw@/);
          return true;
        },
      );
    });
  }

  test('are taken as Temporal means them, empty ones as none', () => {
    const { address, namespace, connectionOptions } = temporalSettingsFrom({
      ...NONE,
      TEMPORAL_ADDRESS: '',
      TEMPORAL_API_KEY: '',
      TEMPORAL_NAMESPACE: 'shop.a1b2c',
    });
    assert.equal(address, 'localhost:7233');
    assert.equal(namespace, 'shop.a1b2c');
    assert.equal(connectionOptions.tls, undefined);
    for (const given of ['temporal', 'temporal:7233', '[::1]:7233', '127.0.0.1:1'])
      assert.equal(temporalSettingsFrom({ ...NONE, TEMPORAL_ADDRESS: given }).address, given);
  });

  test('may hold an API key without TLS for this machine alone', () => {
    const variables = { ...NONE, TEMPORAL_API_KEY: 'ey', TEMPORAL_TLS: 'false' };
    for (const address of ['', 'localhost:7233', '[::1]:7233', '127.0.0.1'])
      assert.equal(
        temporalSettingsFrom({ ...variables, TEMPORAL_ADDRESS: address }).connectionOptions.apiKey,
        'ey',
      );
  });

  test('bring a certificate with its key', () => {
    const { connectionOptions } = temporalSettingsFrom({
      ...NONE,
      TEMPORAL_TLS_CLIENT_CERT_PATH: fileOf('cert.pem', cert),
      TEMPORAL_TLS_CLIENT_KEY_PATH: fileOf('key.pem', key),
      TEMPORAL_TLS_SERVER_CA_CERT_DATA: ca,
    });
    const { tls } = connectionOptions;
    assert.ok(typeof tls === 'object' && tls?.clientCertPair);
  });
});

describe('a backend', () => {
  test('cannot be given a task queue that no worker has', () => {
    const client = new Client({ connection: {} as ConnectionLike });
    for (const taskQueue of ['', ' ', '"doku-journeys"', 'doku\njourneys'])
      assert.throws(() => new DokuJourneys({ client, taskQueue }), /InvalidInputError: taskQueue/);
    assert.ok(new DokuJourneys({ client }));
  });
});
