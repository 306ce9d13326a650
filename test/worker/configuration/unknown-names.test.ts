import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { GATEWAY_NAMES, gatewayConfigurationFrom } from '../../../gateway/configuration.js';
import { CODEC_NAMES, codecConfigurationFrom } from '../../../worker/configuration/codec.js';
import { WORKER_NAMES } from '../../../worker/configuration/environment.js';
import { misspeltIn, tellUnread } from '../../../worker/configuration/unknown-names.js';
import { newPayloadKey } from '../../setting/payload-keys.js';

const PAYLOAD_KEYS = newPayloadKey('k1');
const PROGRAMS = { worker: WORKER_NAMES, gateway: GATEWAY_NAMES, codec: CODEC_NAMES };

function unreadBy(names: typeof WORKER_NAMES, environment: NodeJS.ProcessEnv): unknown[] {
  const told: unknown[] = [];
  tellUnread(environment, names, { warn: (fields: unknown) => void told.push(fields) } as never);
  return told;
}

describe('variables of no setting', () => {
  test('are refused by the gateway and the codec where one of theirs may be meant', () => {
    assert.throws(
      () => gatewayConfigurationFrom({ PAYLOAD_KEYS, GATEWAY_PRT: '8084', GATEWAY_ISUER: 'x' }),
      /GATEWAY_PRT: is no setting: GATEWAY_PORT may be meant\n\s*GATEWAY_ISUER: is no setting/,
    );
    const CODEC_TOKEN = 'x'.repeat(32);
    assert.throws(
      () => codecConfigurationFrom({ PAYLOAD_KEYS, CODEC_TOKEN, CODEC_ROLE_CLAIM: 'x' }),
      /CODEC_ROLE_CLAIM: is no setting: CODEC_ROLES_CLAIM may be meant/,
    );
    assert.throws(
      () => codecConfigurationFrom({ PAYLOAD_KEYS, CODEC_TOKEN, CODEC_TOKEN_FILE: '/nowhere' }),
      /CODEC_TOKEN_FILE: is not read beside CODEC_TOKEN/,
    );
  });

  test('of one program are no slips of another, which may have the same environment', () => {
    for (const [program, names] of Object.entries(PROGRAMS))
      for (const [other, others] of Object.entries(PROGRAMS))
        for (const name of others.names)
          assert.deepEqual(
            misspeltIn({ [name]: 'x' }, names),
            [],
            `${name} of ${other}: ${program}`,
          );
  });

  test('under a prefix of ours are told by name, and by no value', () => {
    const environment = {
      DOKU_MERCHANT: 'q1w2',
      NOTIFICATIONS_ADDRESS: '127.0.0.1',
      DOKU_JOURNEYS_API_KEY: 'dkj_x',
      DOKU_PORT: 'tcp://10.0.0.1:80',
      DOKU_EMPTY: '',
      EVENT_URL: 'https://shop.example',
      SHOP_PORT: '3000',
    };
    assert.deepEqual(unreadBy(WORKER_NAMES, environment), [
      { detail: 'DOKU_MERCHANT' },
      { detail: 'NOTIFICATIONS_ADDRESS' },
      // It may be another program's, or a slip of EVENTS_URL.
      { detail: 'EVENT_URL' },
    ]);
    assert.deepEqual(unreadBy(GATEWAY_NAMES, environment), []);
    assert.deepEqual(unreadBy(GATEWAY_NAMES, { GATEWAY_TLS: 'true' }), [{ detail: 'GATEWAY_TLS' }]);
  });
});
