import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { openDesk } from '../../../client/cli/mechanisms/desk.js';
import { siteEnvironment } from '../../../client/cli/mechanisms/local-stack.js';
import { runCli } from '../../../client/cli/mechanisms/run.js';
import { newPayloadKey } from '../../setting/payload-keys.js';

const GOOD = { PAYLOAD_KEYS: newPayloadKey('k1'), XDG_CONFIG_HOME: '/nowhere' };
const GOOD_KEYS = { PAYLOAD_KEYS: GOOD.PAYLOAD_KEYS };
const KEYS = `PAYLOAD_KEYS=${GOOD.PAYLOAD_KEYS}`;
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
    /PAYLOAD_ACTIVE_KEY_ID: the active key is not among/,
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

describe('without a setting, the command line works with what runs in its folder', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'doku-cli-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, '.local', 'dev.env');
  const written = (text: string, mode = 0o600) => {
    mkdirSync(path.dirname(file), { recursive: true });
    rmSync(file, { force: true });
    writeFileSync(file, text, { mode });
  };

  test('it says what to start where nothing runs', () => {
    assert.throws(() => siteEnvironment({}, folder), /^UsageError: .*nothing runs here.*npm start/);
  });

  test('it takes addresses and keys from there, and the rest from its environment', () => {
    written(`# says why\nTEMPORAL_ADDRESS=127.0.0.1:7300\n${KEYS}\n`);
    const found = siteEnvironment({ DOKU_TASK_QUEUE: 'mine', PAYLOAD_KEYS: '' }, folder);
    assert.deepEqual(found, {
      environment: { TEMPORAL_ADDRESS: '127.0.0.1:7300', ...GOOD_KEYS, DOKU_TASK_QUEUE: 'mine' },
      file: path.join('.local', 'dev.env'),
    });
  });

  for (const name of ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'PAYLOAD_KEYS', 'PAYLOAD_KEYS_FILE'])
    test(`it leaves the file alone where ${name} says which site is meant`, () => {
      const environment = { [name]: 'x' };
      assert.deepEqual(siteEnvironment(environment, folder), { environment, file: undefined });
    });

  test('it takes no file that others may change', () => {
    written(KEYS, 0o644);
    assert.throws(() => siteEnvironment({}, folder), /^UsageError: .*chmod 600/);
  });

  test('it goes to no other machine by such a file', async () => {
    written(`TEMPORAL_ADDRESS=temporal.example:7233\n${KEYS}\n`);
    const { environment } = siteEnvironment({}, folder);
    assert.equal(environment.TEMPORAL_ADDRESS, 'temporal.example:7233');
    const before = process.cwd();
    process.chdir(folder);
    try {
      await assert.rejects(
        openDesk({}, () => {}),
        /names no Temporal on this machine/,
      );
    } finally {
      process.chdir(before);
    }
  });
});
