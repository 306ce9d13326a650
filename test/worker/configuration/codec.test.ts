import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import {
  codecConfigurationFrom,
  codecEnvironmentSchema,
} from '../../../worker/configuration/codec.js';
import { ConfigurationError } from '../../../worker/configuration/environment.js';
import { MACHINE_TOKEN } from '../../setting/codec-door.js';
import { newPayloadKey } from '../../setting/payload-keys.js';
import { program } from '../../setting/programs.js';

const KEYS = { PAYLOAD_KEYS: newPayloadKey() };
const TOKEN = { ...KEYS, CODEC_TOKEN: MACHINE_TOKEN };
const ISSUER = { ...KEYS, CODEC_ISSUER: 'https://id.example/realms/doku', CODEC_AUDIENCE: 'ui' };

function mistakesIn(environment: NodeJS.ProcessEnv): readonly string[] {
  try {
    codecConfigurationFrom(environment);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigurationError);
    return error.mistakes;
  }
}

describe('the configuration of the codec', () => {
  test('is a token or an issuer, on loopback and for stories unless it says otherwise', () => {
    const codec = codecConfigurationFrom(TOKEN);
    assert.deepEqual(
      [codec.CODEC_HOST, codec.CODEC_PORT, codec.CODEC_TOKEN_READS, codec.CODEC_ALLOWED_ORIGINS],
      ['127.0.0.1', 8083, 'stories', []],
    );
    assert.deepEqual(codecConfigurationFrom(ISSUER).CODEC_AUDIENCE, ['ui']);
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'doku-codec-')), 'token');
    writeFileSync(file, `${MACHINE_TOKEN}\n`);
    const fromFile = codecConfigurationFrom({ ...KEYS, CODEC_TOKEN: '', CODEC_TOKEN_FILE: file });
    assert.equal(fromFile.CODEC_TOKEN, MACHINE_TOKEN);
  });

  test('is refused without a way to know who asks, wherever it is to listen', () => {
    for (const CODEC_HOST of ['0.0.0.0', '::', '10.0.0.1', '127.0.0.1']) {
      const [mistake, ...more] = mistakesIn({ ...KEYS, CODEC_HOST });
      assert.match(mistake ?? '', /^CODEC_ISSUER or CODEC_TOKEN: is missing/);
      assert.ok(mistake?.includes(CODEC_HOST));
      assert.deepEqual(more, []);
    }
  });

  test('names each mistake by its variable, never with a value', () => {
    const wrong: Record<string, [environment: NodeJS.ProcessEnv, mistake: RegExp]> = {
      'a short token': [{ ...TOKEN, CODEC_TOKEN: 'guess-me' }, /^CODEC_TOKEN: .*32 characters/],
      'an audience without an issuer': [
        { ...TOKEN, CODEC_AUDIENCE: 'ui' },
        /^CODEC_AUDIENCE: is of/,
      ],
      'keys without an issuer': [
        { ...TOKEN, CODEC_JWKS_URL: 'https://id.example/keys' },
        /^CODEC_JWKS_URL: is of no use without CODEC_ISSUER/,
      ],
      'a token with a blank': [{ ...TOKEN, CODEC_TOKEN: `${MACHINE_TOKEN} x` }, /^CODEC_TOKEN: /],
      'a file that is not there': [
        { ...KEYS, CODEC_TOKEN_FILE: '/nowhere' },
        /^CODEC_TOKEN_FILE: /,
      ],
      'an issuer in clear': [{ ...ISSUER, CODEC_ISSUER: 'http://id.example' }, /^CODEC_ISSUER: /],
      'an issuer with a login': [{ ...ISSUER, CODEC_ISSUER: 'https://a:b@id.example' }, /^CODEC_/],
      'an issuer with a letter that looks like another': [
        { ...ISSUER, CODEC_ISSUER: 'https://\u0456d.example/realms/doku' },
        /^CODEC_ISSUER: must have a host of plain letters/,
      ],
      'keys in clear': [{ ...ISSUER, CODEC_JWKS_URL: 'http://id.example/keys' }, /^CODEC_JWKS_URL/],
      'no audience': [{ ...ISSUER, CODEC_AUDIENCE: ' ' }, /^CODEC_AUDIENCE: is missing/],
      'no role': [{ ...ISSUER, CODEC_STORY_ROLES: ',' }, /^CODEC_STORY_ROLES: /],
      'any origin': [{ ...TOKEN, CODEC_ALLOWED_ORIGINS: '*' }, /^CODEC_ALLOWED_ORIGINS: /],
      'an address for an origin': [
        { ...TOKEN, CODEC_ALLOWED_ORIGINS: 'https://temporal.example/' },
        /^CODEC_ALLOWED_ORIGINS: /,
      ],
      'a port out of range': [{ ...TOKEN, CODEC_PORT: '65536' }, /^CODEC_PORT: /],
      'a blank port': [{ ...TOKEN, CODEC_PORT: ' ' }, /^CODEC_PORT: must be a whole number/],
      'a port in hexadecimal': [{ ...TOKEN, CODEC_PORT: '0x1F92' }, /^CODEC_PORT: /],
      'all hosts by a star': [{ ...TOKEN, CODEC_HOST: '*' }, /^CODEC_HOST: must be a host name/],
      'a host with its port': [{ ...TOKEN, CODEC_HOST: '127.0.0.1:8083' }, /^CODEC_HOST: /],
      'certificates that nobody verifies': [
        { ...ISSUER, NODE_TLS_REJECT_UNAUTHORIZED: '0' },
        /^NODE_TLS_REJECT_UNAUTHORIZED: lets anybody pass for the issuer/,
      ],
      'a blank address': [{ ...TOKEN, CODEC_HOST: ' ' }, /^CODEC_HOST: /],
      'no keys': [{ CODEC_TOKEN: MACHINE_TOKEN }, /^PAYLOAD_KEYS: is missing/],
      'what a token reads, without one': [
        { ...ISSUER, CODEC_TOKEN_READS: 'stories' },
        /^CODEC_TOKEN_READS: is of no use without CODEC_TOKEN/,
      ],
      ...Object.fromEntries(
        ['CODEC_ROLES_CLAIM', 'CODEC_STORY_ROLES', 'CODEC_PERSONAL_DATA_ROLES'].map((name) => [
          `${name} without an issuer`,
          [{ ...TOKEN, [name]: 'x' }, new RegExp(`^${name}: is of no use without CODEC_ISSUER`)],
        ]),
      ),
      'reading more than there is': [
        { ...TOKEN, CODEC_TOKEN_READS: 'all' },
        /^CODEC_TOKEN_READS: /,
      ],
    };
    for (const [what, [environment, mistake]] of Object.entries(wrong)) {
      const [first = '', ...more] = mistakesIn(environment);
      assert.match(first, mistake, what);
      assert.deepEqual(more, [], what);
      assert.doesNotMatch(first, /guess-me|one-machine|a:b/, what);
    }
    assert.equal(mistakesIn({ CODEC_PORT: '-1', CODEC_TOKEN: 'x' }).length, 3);
  });
});

test('the handbook lists every variable of the codec', () => {
  const handbook = readFileSync(new URL('../../../docs/operating.md', import.meta.url), 'utf8');
  for (const name of Object.keys(codecEnvironmentSchema.shape))
    assert.match(handbook, new RegExp(`^\\| .*\`${name}\`.* \\|`, 'm'), name);
});

test('the program ends at once where anybody could read, and says what to set', () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    program('worker/doors/codec/main.ts'),
    {
      env: { PATH: process.env.PATH, ...KEYS, CODEC_HOST: '0.0.0.0', CODEC_PORT: '0' },
      encoding: 'utf8',
    },
  );
  assert.deepEqual([status, stdout], [1, '']);
  assert.match(stderr, /^codec: .*CODEC_ISSUER or CODEC_TOKEN: is missing.* 0\.0\.0\.0/s);
});
