import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runCli } from '../../../client/cli/mechanisms/run.js';
import { newPayloadKey } from '../../setting/payload-keys.js';

const GOOD = { PAYLOAD_KEYS: newPayloadKey('k1'), XDG_CONFIG_HOME: '/nowhere' };
const [, KEY = ''] = GOOD.PAYLOAD_KEYS.split(':');

const REFUSED: readonly (readonly [string, Record<string, string>, RegExp])[] = [
  [
    'keys the wrong way round',
    { PAYLOAD_KEYS: `${KEY}:k1` },
    /PAYLOAD_KEYS: key 1 is written the wrong way/,
  ],
  [
    'a key of zeros',
    { PAYLOAD_KEYS: `k1:${Buffer.alloc(32).toString('base64')}` },
    /PAYLOAD_KEYS: key "k1" is all zeros/,
  ],
  [
    'a key as the active ID',
    { PAYLOAD_ACTIVE_KEY_ID: KEY },
    /PAYLOAD_KEYS: the active key is not among/,
  ],
  ['a blank task queue', { DOKU_TASK_QUEUE: ' ' }, /DOKU_TASK_QUEUE: must be 1 to 200 characters/],
  [
    'a port out of range',
    { TEMPORAL_ADDRESS: '127.0.0.1:70000' },
    /TEMPORAL_ADDRESS: must be host:port/,
  ],
  [
    'certificates that nobody verifies',
    { TEMPORAL_ADDRESS: 'temporal.example:7233', NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    /NODE_TLS_REJECT_UNAUTHORIZED: lets anybody pass for Temporal/,
  ],
];

describe('the command line', () => {
  for (const [what, overrides, mistake] of REFUSED) {
    test(`refuses ${what} by name, before it connects`, async () => {
      const said: string[] = [];
      const code = await runCli(['attention'], {
        environment: { ...GOOD, ...overrides },
        print: (text) => said.push(text),
        tell: (line) => said.push(line),
      });
      assert.equal(code, 2);
      assert.match(said.join('\n'), mistake);
      assert.ok(!said.join('\n').includes(KEY.slice(0, 12)));
    });
  }
});
