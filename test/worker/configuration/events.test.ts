import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { credentialsIn } from '../../../worker/configuration/credentials.js';
import {
  type Configuration,
  ConfigurationError,
  configurationFrom,
} from '../../../worker/configuration/environment.js';
import { eventSettingsIn } from '../../../worker/configuration/events.js';
import { rsaPair } from '../../setting/key-pairs.js';
import { newPayloadKey } from '../../setting/payload-keys.js';

const newSecret = (bytes = 32) => `whsec_${randomBytes(bytes).toString('base64')}`;
const GOOD = {
  DOKU_CLIENT_ID: 'BRN-0233-1677740003693',
  DOKU_CLIENT_SECRET: 'SK-secret',
  DOKU_PRIVATE_KEY: rsaPair().privateKey,
  PAYLOAD_KEYS: newPayloadKey('k1'),
};
const URL_ = { EVENTS_URL: 'https://shop.example/events?of=doku' };
const SECRET = { EVENTS_SECRET: newSecret() };

function mistakesWith(overrides: Record<string, string>): readonly string[] {
  try {
    configurationFrom({ ...GOOD, ...overrides });
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigurationError);
    return error.mistakes;
  }
}

/** As they are now. */
const settingsOf = (configuration: Configuration) => {
  const settings = eventSettingsIn(configuration, credentialsIn(configuration));
  return settings && { ...settings };
};

describe('the settings of events', () => {
  test('are who is told, and one secret or two', () => {
    assert.equal(settingsOf(configurationFrom(GOOD)), undefined);
    const settings = (more: Record<string, string>) =>
      settingsOf(configurationFrom({ ...GOOD, ...URL_, ...SECRET, ...more }));
    const { EVENTS_URL: url } = URL_;
    const longestPauseMs = 14_400_000;
    assert.deepEqual(settings({}), { url, secrets: [SECRET.EVENTS_SECRET], longestPauseMs });
    assert.equal(settings({ EVENTS_LONGEST_PAUSE: '5 minutes' })?.longestPauseMs, 300_000);
    const EVENTS_SECOND_SECRET = newSecret(24);
    assert.deepEqual(settings({ EVENTS_SECOND_SECRET }), {
      url,
      secrets: [SECRET.EVENTS_SECRET, EVENTS_SECOND_SECRET],
      longestPauseMs,
    });
    for (const EVENTS_URL of ['http://localhost:3000/events', 'http://[::1]:3000', ''])
      assert.deepEqual(mistakesWith(EVENTS_URL ? { EVENTS_URL, ...SECRET } : { EVENTS_URL }), []);
  });

  const REFUSED: readonly (readonly [string, Record<string, string>, RegExp])[] = [
    ['http beyond loopback', { EVENTS_URL: 'http://shop.example/q1w2' }, /^EVENTS_URL: .*https/],
    ['no URL', { EVENTS_URL: 'shop.example/q1w2' }, /^EVENTS_URL: must be an http/],
    ['another scheme', { EVENTS_URL: 'ftp://shop.example/q1w2' }, /^EVENTS_URL: must be an http/],
    ['a login', { EVENTS_URL: 'https://a:q1w2@shop.example' }, /^EVENTS_URL: .*neither a login/],
    [
      'a pause without its unit',
      { EVENTS_LONGEST_PAUSE: '5' },
      /^EVENTS_LONGEST_PAUSE: must be a duration/,
    ],
    ['a fragment', { EVENTS_URL: 'https://shop.example/#q1w2' }, /^EVENTS_URL: .*nor a fragment/],
    ['another kind of secret', { EVENTS_SECRET: 'q1w2' }, /^EVENTS_SECRET: must be "whsec_"/],
    ['a short secret', { EVENTS_SECRET: newSecret(23) }, /^EVENTS_SECRET: must be "whsec_"/],
    ['a long secret', { EVENTS_SECRET: newSecret(65) }, /^EVENTS_SECRET: must be "whsec_"/],
    ['no secret', { EVENTS_SECRET: '' }, /^EVENTS_SECRET: is missing/],
    ['a secret for nobody', { EVENTS_URL: '' }, /^EVENTS_URL: is missing/],
    [
      'the same secret twice',
      { EVENTS_SECOND_SECRET: SECRET.EVENTS_SECRET },
      /^EVENTS_SECOND_SECRET: is EVENTS_SECRET once more/,
    ],
  ];
  for (const [what, overrides, mistake] of REFUSED) {
    test(`${what} is refused`, () => {
      const mistakes = mistakesWith({ ...URL_, ...SECRET, ...overrides });
      assert.equal(mistakes.length, 1, mistakes.join('\n'));
      assert.match(mistakes[0] ?? '', mistake);
      assert.doesNotMatch(mistakes[0] ?? '', /q1w2/, 'its value is told');
    });
  }
});
