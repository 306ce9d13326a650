import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import {
  ConfigurationError,
  configurationFrom,
} from '../../../worker/configuration/environment.js';
import { serverCertificate } from '../../setting/certificates.js';
import { ecPair, encryptedPrivateKey, pssPair, rsaPair } from '../../setting/key-pairs.js';
import { newPayloadKey } from '../../setting/payload-keys.js';

const ours = rsaPair();
const dokus = rsaPair();
const GOOD = {
  DOKU_CLIENT_ID: 'BRN-0233-1677740003693',
  DOKU_CLIENT_SECRET: 'SK-secret',
  DOKU_PRIVATE_KEY: ours.privateKey,
  DOKU_PUBLIC_KEY: dokus.publicKey,
  PAYLOAD_KEYS: newPayloadKey('k1'),
};

const { n = '' } = createPublicKey(dokus.publicKey).export({ format: 'jwk' });
const ONES = createPublicKey({ key: { kty: 'RSA', n, e: 'AQ' }, format: 'jwk' })
  .export({ format: 'pem', type: 'spki' })
  .toString();

const KEY = Buffer.alloc(32, 9).toString('base64');
const EVENTS_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const inDays = (days: number) =>
  new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

const folder = mkdtempSync(path.join(tmpdir(), 'doku-refused-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
function fileOf(content: string | Uint8Array): string {
  files += 1;
  const file = path.join(folder, String(files));
  writeFileSync(file, content);
  return file;
}

function mistakesWith(overrides: Record<string, string>): readonly string[] {
  try {
    configurationFrom({ ...GOOD, ...overrides });
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigurationError);
    return error.mistakes;
  }
}

/** Where notifications are taken. */
const TAKEN_IN = { NOTIFICATIONS_PORT: '8082' };
const REAL = { DOKU_BASE_URL: 'https://api.doku.com' };

const snap = (settings: unknown) => ({ DOKU_SNAP_SETTINGS: JSON.stringify(settings) });

/** What is set, and the one mistake that is told. */
const REFUSED: readonly (readonly [string, Record<string, string>, RegExp])[] = [
  ['a client ID with a blank', { DOKU_CLIENT_ID: 'BRN-0233 ' }, /^DOKU_CLIENT_ID: has blanks/],
  ['a client ID in quotes', { DOKU_CLIENT_ID: '"BRN-0233"' }, /^DOKU_CLIENT_ID: has quotes/],
  ['a secret as client ID', { DOKU_CLIENT_ID: 'SK-secret' }, /^DOKU_CLIENT_ID: is a client secret/],
  ['a blank secret', { DOKU_CLIENT_SECRET: '  ' }, /^DOKU_CLIENT_SECRET: is blank/],
  ['a secret with a BOM', { DOKU_CLIENT_SECRET: '\u{feff}SK-x1y2' }, /^DOKU_CLIENT_SECRET: begins/],
  [
    'the client ID as secret',
    { DOKU_CLIENT_SECRET: GOOD.DOKU_CLIENT_ID },
    /^DOKU_CLIENT_SECRET: is DOKU_CLIENT_ID once more/,
  ],
  [
    'an authCode secret with a line break',
    { DOKU_AUTH_CODE_SECRET: '0123456789abcde\n' },
    /^DOKU_AUTH_CODE_SECRET: has blanks/,
  ],
  [
    'a short RSA key',
    { DOKU_PRIVATE_KEY: rsaPair(1024).privateKey },
    /^DOKU_PRIVATE_KEY: is RSA of 1024 bits/,
  ],
  [
    'an EC key',
    { DOKU_PRIVATE_KEY: ecPair().privateKey },
    /^DOKU_PRIVATE_KEY: is a key of type EC/,
  ],
  [
    'an RSA-PSS key',
    { DOKU_PRIVATE_KEY: pssPair().privateKey },
    /^DOKU_PRIVATE_KEY: is an RSA-PSS key/,
  ],
  [
    'an RSA key by which anybody signs',
    { DOKU_PUBLIC_KEY: ONES },
    /^DOKU_PUBLIC_KEY: is RSA with the public exponent 1, /,
  ],
  ['pauses that shrink', { POLL_FIRST_MS: '40000' }, /^POLL_MOST_MS: is less than POLL_FIRST_MS/],
  [
    'more that pause than there are',
    { MAX_CONCURRENT_ACTIVITIES: '10', MAX_PAUSED_ACTIVITIES: '11' },
    /^MAX_PAUSED_ACTIVITIES: is not less than MAX_CONCURRENT_ACTIVITIES/,
  ],
  [
    'as many that pause as there are',
    { MAX_CONCURRENT_ACTIVITIES: '2', MAX_PAUSED_ACTIVITIES: '2' },
    /^MAX_PAUSED_ACTIVITIES: is not less than MAX_CONCURRENT_ACTIVITIES/,
  ],
  ...(['EVENTS_SECRET', 'EVENTS_SECOND_SECRET'] as const).map(
    (name) =>
      [
        `a payload key as ${name}`,
        {
          EVENTS_URL: 'https://shop.example/events',
          EVENTS_SECRET,
          PAYLOAD_KEYS: `${GOOD.PAYLOAD_KEYS},old:${KEY}`,
          [name]: `whsec_${KEY}`,
        },
        new RegExp(`^${name}: is a payload key`),
      ] as const,
  ),
  [
    'one payload key under two IDs',
    { PAYLOAD_KEYS: `a:${KEY},b:${KEY}` },
    /^PAYLOAD_KEYS: key 2 is another one once more/,
  ],
  [
    'a server that is not to be verified',
    { TEMPORAL_TLS_DISABLE_HOST_VERIFICATION: 'true' },
    /^TEMPORAL_TLS_DISABLE_HOST_VERIFICATION: is never followed/,
  ],
  [
    'two operations at one path',
    snap({ paths: { purchase: '/one', purchaseStatus: '/one' } }),
    /^DOKU_SNAP_SETTINGS.*purchaseStatus: is the path of purchase too/,
  ],
  [
    'a key in quotes',
    { DOKU_PRIVATE_KEY: `"${ours.privateKey}"` },
    /^DOKU_PRIVATE_KEY: has quotes around it/,
  ],
  [
    'a key with a BOM',
    { DOKU_PUBLIC_KEY: `\u{feff}${dokus.publicKey}` },
    /^DOKU_PUBLIC_KEY: begins with a byte order mark/,
  ],
  [
    'payload keys the wrong way round',
    { PAYLOAD_KEYS: `${Buffer.alloc(32, 9).toString('base64')}:k1` },
    /^PAYLOAD_KEYS: key 1 is written the wrong way round/,
  ],
  [
    'a second authCode secret that is too short',
    { DOKU_SECOND_AUTH_CODE_SECRET: '0123456789abcde' },
    /^DOKU_SECOND_AUTH_CODE_SECRET: must be 16, 24 or 32 bytes long/,
  ],
  [
    'an encrypted key',
    { DOKU_PRIVATE_KEY: encryptedPrivateKey() },
    /^DOKU_PRIVATE_KEY: is encrypted/,
  ],
  [
    'a certificate',
    { DOKU_PRIVATE_KEY: serverCertificate().cert },
    /^DOKU_PRIVATE_KEY: is a certificate/,
  ],
  [
    "DOKU's key as ours",
    { DOKU_PRIVATE_KEY: dokus.publicKey },
    /^DOKU_PRIVATE_KEY: is a public key/,
  ],
  ["our key as DOKU's", { DOKU_PUBLIC_KEY: ours.publicKey }, /^DOKU_PUBLIC_KEY: is our own/],
  [
    "our private key as DOKU's",
    { DOKU_PUBLIC_KEY: ours.privateKey },
    /^DOKU_PUBLIC_KEY: is a private key/,
  ],
  [
    'no payload key but zeros',
    { PAYLOAD_KEYS: `k1:${Buffer.alloc(32).toString('base64')}` },
    /^PAYLOAD_KEYS: key "k1" is all zeros/,
  ],
  [
    'an active key that is a key',
    { PAYLOAD_ACTIVE_KEY_ID: 'q+/q' },
    /^PAYLOAD_ACTIVE_KEY_ID: must be the ID/,
  ],
  [
    'a base URL with a path',
    { DOKU_BASE_URL: 'https://api.doku.com/snap' },
    /^DOKU_BASE_URL: must be an http\(s\) URL of scheme, host and port alone/,
  ],
  [
    'a base URL with a query',
    { DOKU_BASE_URL: 'https://api.doku.com?x=1' },
    /^DOKU_BASE_URL: must be an http/,
  ],
  [
    'a base URL with a login',
    { DOKU_BASE_URL: 'https://me:pw@api.doku.com' },
    /^DOKU_BASE_URL: must be an http/,
  ],
  [
    'a base URL with a blank',
    { DOKU_BASE_URL: ' https://api.doku.com' },
    /^DOKU_BASE_URL: must be an http/,
  ],
  [
    'a base URL with a fragment',
    { DOKU_BASE_URL: 'https://api.doku.com/#x' },
    /^DOKU_BASE_URL: must be an http/,
  ],
  [
    'a base URL of another kind',
    { DOKU_BASE_URL: 'ftp://api.doku.com' },
    /^DOKU_BASE_URL: must be an http/,
  ],
  [
    'a base URL in the clear',
    { DOKU_BASE_URL: 'http://api.doku.com' },
    /^DOKU_BASE_URL: must be https/,
  ],
  [
    'a base URL in the settings',
    snap({ baseUrl: 'http://api.doku.com' }),
    /^DOKU_SNAP_SETTINGS\.baseUrl: must be https/,
  ],
  [
    'a path that goes up',
    snap({ paths: { purchase: '/a/../b' } }),
    /^DOKU_SNAP_SETTINGS\.paths\.purchase: must be a path that a URL leaves/,
  ],
  [
    'a path that goes up in escapes',
    snap({ paths: { purchase: '/a/%2e%2E/b' } }),
    /^DOKU_SNAP_SETTINGS\.paths\.purchase: must be a path that a URL leaves/,
  ],
  [
    'a path that is a host',
    snap({ paths: { topUp: '//evil.example/x' } }),
    /^DOKU_SNAP_SETTINGS\.paths\.topUp: must be a path that a URL leaves/,
  ],
  [
    'a path with other letters',
    snap({ corporateBalancePath: '/saldó' }),
    /^DOKU_SNAP_SETTINGS\.corporateBalancePath: must be a path that a URL leaves/,
  ],
  [
    'a path with a pattern',
    snap({ paths: { topUp: '/v1/*' } }),
    /^DOKU_SNAP_SETTINGS\.paths\.topUp: must be a path that starts/,
  ],
  [
    'settings that are a list',
    { DOKU_SNAP_SETTINGS: '["q1w2"]' },
    /^DOKU_SNAP_SETTINGS: must be a JSON object/,
  ],
  [
    'settings that are a number',
    { DOKU_SNAP_SETTINGS: '7123' },
    /^DOKU_SNAP_SETTINGS: must be a JSON object/,
  ],
  [
    'settings that are null',
    { DOKU_SNAP_SETTINGS: 'null' },
    /^DOKU_SNAP_SETTINGS: must be a JSON object/,
  ],
  [
    'a setting twice',
    { DOKU_SNAP_SETTINGS: '{"timeoutMs":500,"timeoutMs":600}' },
    /^DOKU_SNAP_SETTINGS: names a setting twice/,
  ],
  [
    'a setting of no such name',
    snap({ timeout: 5_123 }),
    /^DOKU_SNAP_SETTINGS: has no setting of the name timeout$/,
  ],
  [
    'a setting of no such name within',
    snap({ headers: { 'x y z': 'q1w2' } }),
    /^DOKU_SNAP_SETTINGS\.headers: has no setting of such a name$/,
  ],
  [
    'a header that none can carry',
    snap({ headers: { origin: 'https://x\nx: y' } }),
    /^DOKU_SNAP_SETTINGS\.headers\.origin: must be ASCII/,
  ],
  [
    'an authority that is none',
    snap({ ca: '-----BEGIN CERTIFICATE-----\nq1w2\n-----END CERTIFICATE-----' }),
    /^DOKU_SNAP_SETTINGS\.ca: must be certificates in PEM/,
  ],
  [
    "an authority's file that is gone",
    snap({ caFile: '/nowhere/q1w2' }),
    /^DOKU_SNAP_SETTINGS\.caFile: cannot be read/,
  ],
  [
    'equal notification paths',
    { ...TAKEN_IN, NOTIFICATIONS_PATH: '/same/path', NOTIFICATIONS_TOKEN_PATH: '/same/path' },
    /^NOTIFICATIONS_TOKEN_PATH: is NOTIFICATIONS_PATH too/,
  ],
  [
    'a notification path for all',
    { NOTIFICATIONS_PATH: '/*' },
    /^NOTIFICATIONS_PATH: must be a path that starts/,
  ],
  [
    'a notification path of a router',
    { NOTIFICATIONS_PATH: '/:secret' },
    /^NOTIFICATIONS_PATH: must have letters/,
  ],
  [
    'a notification path that goes up',
    { NOTIFICATIONS_TOKEN_PATH: '/a/./b' },
    /^NOTIFICATIONS_TOKEN_PATH: must be a path that a URL leaves/,
  ],
  [
    'a port out of range',
    { HEALTH_PORT: '65536' },
    /^HEALTH_PORT: must be a whole number from 0 to 65535$/,
  ],
  ['a blank port', { HEALTH_PORT: ' ' }, /^HEALTH_PORT: must be a whole number/],
  [
    'a port in hexadecimal',
    { NOTIFICATIONS_PORT: '0x1F92' },
    /^NOTIFICATIONS_PORT: must be a whole number/,
  ],
  [
    'a number with an exponent',
    { MAX_CACHED_WORKFLOWS: '1e3' },
    /^MAX_CACHED_WORKFLOWS: must be a whole number/,
  ],
  ['a factor that is blank', { POLL_FACTOR: ' ' }, /^POLL_FACTOR: must be a number from 1 to 5$/],
  ['a blank host', { HEALTH_HOST: ' ' }, /^HEALTH_HOST: must be a host name or an IP address/],
  ['a host with its port', { HEALTH_HOST: '127.0.0.1:8081' }, /^HEALTH_HOST: must be a host name/],
  [
    'an address out of range',
    { NOTIFICATIONS_HOST: '300.0.0.1' },
    /^NOTIFICATIONS_HOST: must be a host name/,
  ],
  ['all hosts by a star', { NOTIFICATIONS_HOST: '*' }, /^NOTIFICATIONS_HOST: must be a host name/],
  [
    "metrics' port out of range",
    { METRICS_ADDRESS: '0.0.0.0:94640' },
    /^METRICS_ADDRESS: must be an IP address and a port/,
  ],
  [
    "metrics' address out of range",
    { METRICS_ADDRESS: '0.0.0.256:9464' },
    /^METRICS_ADDRESS: must be an IP address/,
  ],
  [
    "metrics' address by name",
    { METRICS_ADDRESS: 'localhost:9464' },
    /^METRICS_ADDRESS: must be an IP address/,
  ],
  [
    'one port for two',
    { HEALTH_PORT: '8082', NOTIFICATIONS_PORT: '8082' },
    /^NOTIFICATIONS_PORT: has the port of HEALTH_PORT/,
  ],
  ['a blank task queue', { DOKU_TASK_QUEUE: ' ' }, /^DOKU_TASK_QUEUE: must be 1 to 200 characters/],
  [
    'a client ID with what parts the fields that are signed',
    { DOKU_CLIENT_ID: 'BRN-0233|x' },
    /^DOKU_CLIENT_ID: has "\|" or ":" in it, which part the fields of what is signed: give it as/,
  ],
  ['a client ID with a colon', { DOKU_CLIENT_ID: 'BRN:0233' }, /^DOKU_CLIENT_ID: has "\|" or ":"/],
  [
    'a base URL with a letter that looks like another',
    { DOKU_BASE_URL: 'https://\u0430pi.doku.com' },
    /^DOKU_BASE_URL: must have a host of plain letters, digits, "\.", "_" and "-", as typed/,
  ],
  [
    'a base URL with such a letter in escapes',
    { DOKU_BASE_URL: 'https://%D0%B0pi.doku.com' },
    /^DOKU_BASE_URL: must have a host of plain letters/,
  ],
  [
    'a base URL in full width',
    { DOKU_BASE_URL: 'https://api\uff0edoku.com' },
    /^DOKU_BASE_URL: must have a host of plain letters/,
  ],
  [
    'such a base URL in the settings',
    snap({ baseUrl: 'https://\u0430pi.doku.com' }),
    /^DOKU_SNAP_SETTINGS\.baseUrl: must have a host of plain letters/,
  ],
  [
    'a proxy with a letter that looks like another',
    snap({ proxy: 'http://me:q1w2@pr\u043exy:3128' }),
    /^DOKU_SNAP_SETTINGS\.proxy: must have a host of plain letters/,
  ],
  [
    'a receiver of events with a letter that looks like another',
    { EVENTS_URL: 'https://sh\u043ep.example/doku', EVENTS_SECRET },
    /^EVENTS_URL: must have a host of plain letters/,
  ],
  [
    'notification paths that differ by their last slash',
    { ...TAKEN_IN, NOTIFICATIONS_PATH: '/same/path', NOTIFICATIONS_TOKEN_PATH: '/same/path/' },
    /^NOTIFICATIONS_TOKEN_PATH: is NOTIFICATIONS_PATH too, but for a last slash or its case/,
  ],
  [
    'notification paths that differ by case',
    { ...TAKEN_IN, NOTIFICATIONS_PATH: '/Same/Path', NOTIFICATIONS_TOKEN_PATH: '/same/path' },
    /^NOTIFICATIONS_TOKEN_PATH: is NOTIFICATIONS_PATH too, but for/,
  ],
  [
    "a task queue under Temporal's own prefix",
    { DOKU_TASK_QUEUE: '/_sys/mine' },
    /^DOKU_TASK_QUEUE: begins with "\/_sys\/" or "__temporal_", which are Temporal's own: give/,
  ],
  [
    "a task queue under the SDK's own prefix",
    { DOKU_TASK_QUEUE: '__temporal_mine' },
    /^DOKU_TASK_QUEUE: begins with/,
  ],
  [
    'a task queue with a blank in it',
    { DOKU_TASK_QUEUE: 'doku\u00a0journeys' },
    /^DOKU_TASK_QUEUE: must be 1 to 200 characters without blanks/,
  ],
  [
    'plain payloads for ever',
    { ACCEPT_PLAIN_PAYLOADS: 'until:9999-12-31' },
    /^ACCEPT_PLAIN_PAYLOADS: is more than 366 days ahead: a migration ends, so give a day within/,
  ],
  [
    'unnamed calls for ever',
    { ACCEPT_UNNAMED_CALLS: 'until:9999-12-31' },
    /^ACCEPT_UNNAMED_CALLS: is more than 366 days ahead/,
  ],
  [
    'plain payloads for more than a year',
    { ACCEPT_PLAIN_PAYLOADS: `until:${inDays(368)}` },
    /^ACCEPT_PLAIN_PAYLOADS: is more than 366 days ahead/,
  ],
  ...[
    ...['0.0.0.0/0', '::/0', '128.0.0.0/1', '10.0.0.0/7', '2000::/3', '::ffff:0.0.0.0/96'],
    ...['::/80', '::ffff:128.0.0.0/97', '8000::/1'],
  ].map(
    (everybody) =>
      [
        `${everybody} as a proxy`,
        { TRUST_PROXY: everybody },
        /^TRUST_PROXY\.0: is so wide that outsiders are in it, who would say whose address/,
      ] as const,
  ),
  [
    'certificates that nobody verifies',
    { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    /^NODE_TLS_REJECT_UNAUTHORIZED: lets anybody pass for DOKU/,
  ],
  [
    'certificates that nobody verifies, of the receiver of events',
    {
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
      DOKU_BASE_URL: 'https://127.0.0.1:8443',
      EVENTS_URL: 'https://shop.example/doku-events',
      EVENTS_SECRET,
    },
    /^NODE_TLS_REJECT_UNAUTHORIZED: lets anybody pass for the receiver of events/,
  ],
  ...(
    [
      ['less time than DOKU takes', { ABSENT_AFTER: '1 second' }],
      ['less of a transfer', { ABSENT_AFTER: '40 seconds', TRANSFER_ABSENT_AFTER: '29 seconds' }],
    ] as const
  ).map(
    ([what, times]) =>
      [
        `${what} before what is absent is sent again`,
        { ...REAL, ...times },
        /^(?:TRANSFER_)?ABSENT_AFTER: is less than/,
      ] as const,
  ),
  [
    'a transfer that is absent before all else is',
    { ABSENT_AFTER: '1 hour', TRANSFER_ABSENT_AFTER: '1 minute' },
    /^TRANSFER_ABSENT_AFTER \(an hour where it is not set\): is less than ABSENT_AFTER: DOKU's history/,
  ],
  [
    'fewer activities than a renewal of a token beside its caller',
    { MAX_CONCURRENT_ACTIVITIES: '1' },
    /^MAX_CONCURRENT_ACTIVITIES: must be a whole number from 2 to 10000$/,
  ],
  [
    "another host in the settings than DOKU's",
    { ...REAL, ...snap({ baseUrl: 'https://api-sandbox.doku.com' }) },
    /^DOKU_SNAP_SETTINGS\.baseUrl: is another than DOKU_BASE_URL, which is taken: give one/,
  ],
  [
    'no URL at all in the settings beside it',
    { ...REAL, ...snap({ baseUrl: 'http://evil' }) },
    /^DOKU_SNAP_SETTINGS\.baseUrl: is another than DOKU_BASE_URL/,
  ],
  ...(
    [
      ['DOKU_SECOND_CLIENT_SECRET', GOOD.DOKU_CLIENT_SECRET],
      ['DOKU_SECOND_PRIVATE_KEY', ours.privateKey.replaceAll('\n', '\r\n')],
      ['DOKU_SECOND_PUBLIC_KEY', `${dokus.publicKey}\n`],
    ] as const
  ).map(
    ([name, first]) =>
      [
        `${name} that is the first once more`,
        { ...TAKEN_IN, [name]: first },
        new RegExp(`^${name}: is ${name.replace('_SECOND', '')} once more: give the other one`),
      ] as const,
  ),
  [
    'DOKU_SECOND_AUTH_CODE_SECRET that is the first once more',
    {
      DOKU_AUTH_CODE_SECRET: '0123456789abcdef',
      DOKU_SECOND_AUTH_CODE_SECRET: '0123456789abcdef',
    },
    /^DOKU_SECOND_AUTH_CODE_SECRET: is DOKU_AUTH_CODE_SECRET once more/,
  ],
  ...(
    [
      { NOTIFICATIONS_PATH: '/debit/notify' },
      { NOTIFICATIONS_SIGNED_PATH: '/debit/notify' },
      { NOTIFICATIONS_TOKEN_PATH: '/access-token' },
      { NOTIFICATIONS_A_SECOND: '50' },
    ] as readonly Record<string, string>[]
  ).map((setting) => {
    const [name = ''] = Object.keys(setting);
    const mistake = `^NOTIFICATIONS_PORT: is missing: no notifications are taken without it, for all that ${name} says$`;
    return [`${name} where no notifications are taken`, setting, new RegExp(mistake)] as const;
  }),
  ...(
    [
      ['ABSENT_AFTR', 'ABSENT_AFTER', '2 minutes'],
      ['NOTIFICATIONS_PROT', 'NOTIFICATIONS_PORT', '8082'],
      ['EVENTS_ULR', 'EVENTS_URL', 'https://shop.example'],
      ['DOKU_SECOND_CLIENTSECRET', 'DOKU_SECOND_CLIENT_SECRET', 'SK-other'],
      ['TEMPORAL_TSL', 'TEMPORAL_TLS', 'true'],
      ['TEMPORAL_ADRESS', 'TEMPORAL_ADDRESS', 'temporal:7233'],
      ['DOKU_CLIENT_SECRETS_FILE', 'DOKU_CLIENT_SECRET_FILE', '/run/secret'],
      ['DOKU_BASEURL', 'DOKU_BASE_URL', 'https://api.doku.com'],
    ] as const
  ).map(
    ([name, meant, value]) =>
      [
        `${name} for ${meant}`,
        { [name]: value },
        new RegExp(`^${name}: is no setting: ${meant} may be meant$`),
      ] as const,
  ),
  [
    'a file of what is no secret',
    { DOKU_CLIENT_ID_FILE: '/run/client-id' },
    /^DOKU_CLIENT_ID_FILE: is no setting: only secrets are taken as files$/,
  ],
  ...['DOKU_CLIENT_SECRET', 'PAYLOAD_KEYS', 'DOKU_PUBLIC_KEY'].map(
    (name) =>
      [
        `${name} beside its own file`,
        { [`${name}_FILE`]: '/run/secrets/one' },
        new RegExp(`^${name}_FILE: is not read beside ${name}: take one of the two away$`),
      ] as const,
  ),
  [
    "Temporal's API key beside its own file",
    { TEMPORAL_API_KEY: 'q1w2', TEMPORAL_API_KEY_FILE: '/run/secrets/one' },
    /^TEMPORAL_API_KEY_FILE: is not read beside TEMPORAL_API_KEY/,
  ],
  [
    "Temporal's port out of range",
    { TEMPORAL_ADDRESS: 'temporal:72330' },
    /^TEMPORAL_ADDRESS: must be host:port/,
  ],
];

describe('a setting that cannot work is refused by name', () => {
  for (const [what, overrides, mistake] of REFUSED) {
    test(what, () => {
      const mistakes = mistakesWith(overrides);
      assert.equal(mistakes.length, 1, mistakes.join('\n') || 'it was taken');
      assert.match(mistakes[0] ?? '', mistake);
      for (const value of Object.values(overrides)) {
        const isTelling = value.trim().length > 3 && value !== GOOD.DOKU_CLIENT_ID;
        assert.ok(!isTelling || !mistakes[0]?.includes(value), 'its value is told');
      }
      assert.doesNotMatch(mistakes[0] ?? '', /q1w2|evil|5123/);
    });
  }

  test('with all others at once, whoever reads them', () => {
    const mistakes = mistakesWith({
      ...snap({ paths: { purchase: 'x' } }),
      DOKU_CLIENT_ID: ' ',
      TEMPORAL_TLS: 'on',
    });
    assert.deepEqual(
      mistakes.map((mistake) => mistake.split(':')[0]),
      ['TEMPORAL_TLS', 'DOKU_CLIENT_ID', 'DOKU_SNAP_SETTINGS.paths.purchase'],
    );
  });

  test('in a file too, where only the line break at its end is an editor’s', () => {
    const { DOKU_CLIENT_SECRET: _inline, ...rest } = GOOD;
    const with_ = (content: string | Uint8Array) => () =>
      configurationFrom({ ...rest, DOKU_CLIENT_SECRET_FILE: fileOf(content) });
    for (const content of ['SK-file', 'SK-file\n', 'SK-file\r\n'])
      assert.equal(with_(content)().DOKU_CLIENT_SECRET, 'SK-file');
    for (const content of ['SK-file \n', 'SK-file\n\n', ' SK-file', '"SK-file"\n'])
      assert.throws(with_(content), /DOKU_CLIENT_SECRET: has (?:blanks|quotes)/);
    assert.throws(with_('\u{feff}SK-file\n'), /DOKU_CLIENT_SECRET: begins with a byte order mark/);
    assert.throws(with_(Buffer.from('SK-file', 'utf16le')), /DOKU_CLIENT_SECRET: /);
    assert.throws(with_(Buffer.from([0x53, 0xff])), /DOKU_CLIENT_SECRET_FILE: is no UTF-8 text/);
    assert.throws(with_('\n'), /DOKU_CLIENT_SECRET_FILE: is empty/);
  });
});

describe('a setting that works is taken', () => {
  const TAKEN: readonly (readonly [string, Record<string, string>])[] = [
    ['the sandbox on loopback', { DOKU_BASE_URL: 'http://127.0.0.1:4780' }],
    [
      'the sandbox by name, with the slash of a browser',
      { DOKU_BASE_URL: 'http://localhost:4780/' },
    ],
    ['a base URL on IPv6', { DOKU_BASE_URL: 'http://[::1]:4780' }],
    [
      "a sandbox's own TLS unverified",
      { DOKU_BASE_URL: 'https://127.0.0.1:4780', NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    ],
    ['certificates that are verified', { NODE_TLS_REJECT_UNAUTHORIZED: '1' }],
    [
      'servers for everybody',
      {
        HEALTH_HOST: '0.0.0.0',
        NOTIFICATIONS_HOST: '::',
        NOTIFICATIONS_PORT: '8082',
        METRICS_ADDRESS: '[::]:9464',
      },
    ],
    [
      'proxies of a private network, and of a provider',
      {
        ...TAKEN_IN,
        TRUST_PROXY:
          '10.0.0.0/8,172.16.0.0/12,fc00::/7,fe80::/10,::1/128,2400:cb00::/32,::ffff:10.0.0.0/104',
      },
    ],
    [
      'a host of other letters, as it is registered',
      { DOKU_BASE_URL: 'https://xn--pi-7kc.doku.com' },
    ],
    ['plain payloads for a year', { ACCEPT_PLAIN_PAYLOADS: `until:${inDays(365)}` }],
    [
      'a receiver of events at a path of other letters',
      { EVENTS_URL: 'https://shop.example:443/doku/p\u00e9', EVENTS_SECRET },
    ],
    ['a task queue with a path of its own', { DOKU_TASK_QUEUE: 'shop/_sys/doku:1' }],
    [
      'less time before what is absent is sent again, on loopback',
      {
        DOKU_BASE_URL: 'http://127.0.0.1:4780',
        ABSENT_AFTER: '1 second',
        TRANSFER_ABSENT_AFTER: '1 second',
      },
    ],
    [
      'thirty seconds of it',
      { ...REAL, ABSENT_AFTER: '30 seconds', TRANSFER_ABSENT_AFTER: '30 seconds' },
    ],
    ['a few activities', { MAX_CONCURRENT_ACTIVITIES: '2' }],
    ['the same host twice', { ...REAL, ...snap({ baseUrl: 'https://api.doku.com:443/' }) }],
    [
      'the proxy of a gateway that has the same file, and no notifications',
      { TRUST_PROXY: '10.0.0.0/8' },
    ],
    [
      'some activities fewer that pause',
      { MAX_CONCURRENT_ACTIVITIES: '2', MAX_PAUSED_ACTIVITIES: '1' },
    ],
    [
      'names of other programs that are like ours',
      {
        HEALTHZ_PORT: '80',
        EVENT_URL: 'https://shop.example',
        NOTIFICATION_PORT: '8082',
        TEMPORAL_CLI: '/usr/bin/temporal',
        TEMPORAL_ADDRESS_2: 'temporal:7233',
        TEMPORAL_TLS_DISABLE_HOST_VERIFICATION: 'false',
      },
    ],
    [
      'what Kubernetes says of services',
      {
        NOTIFICATION_PORT: 'tcp://10.0.0.1:8082',
        DOKU_JOURNEYS_PORT: 'tcp://10.0.0.1:8081',
        DOKU_JOURNEYS_SERVICE_HOST: '10.0.0.1',
        TEMPORAL_TSL_SERVICE_PORT: '7233',
        EVENT_URL_PORT_80_TCP_ADDR: '10.0.0.1',
      },
    ],
    [
      "Temporal's own, of its other programs",
      {
        TEMPORAL_TLS_CERT: '/a',
        TEMPORAL_TLS_KEY: '/b',
        TEMPORAL_TLS_CA: '/c',
        TEMPORAL_ENV: 'dev',
        TEMPORAL_CODEC_ENDPOINT: 'http://127.0.0.1:8083',
        TEMPORAL_GRPC_META_X_ONE: '1',
      },
    ],
    [
      "others' variables",
      {
        HTTP_PROXY: 'http://127.0.0.1:3128',
        LOGLEVEL: 'x',
        DOKU_MERCHANT: 'x',
        EVENT_EMITTER: '1',
      },
    ],
    ['free ports', { HEALTH_PORT: '0', NOTIFICATIONS_PORT: '0' }],
    [
      'variables that are left out empty',
      { DOKU_BASE_URL: '', NOTIFICATIONS_PORT: '', TEMPORAL_ADDRESS: '' },
    ],
    [
      'keys with the line breaks of Windows',
      { DOKU_PRIVATE_KEY: ours.privateKey.replaceAll('\n', '\r\n') },
    ],
    [
      'other paths',
      snap({ paths: { purchase: '/v2/debit/host-to-host' }, ca: serverCertificate().ca }),
    ],
  ];
  for (const [what, overrides] of TAKEN)
    test(what, () => assert.deepEqual(mistakesWith(overrides), []));

  test('a base URL becomes its origin', () => {
    const { snap: settings } = configurationFrom({
      ...GOOD,
      DOKU_BASE_URL: 'https://api.doku.com/',
    });
    assert.equal(settings.baseUrl, 'https://api.doku.com');
  });
});
