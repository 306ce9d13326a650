import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { writeDevEnv } from '../../../worker/local/dev-env.js';
import { newSecrets } from '../../../worker/local/merchant.js';
import { localOptionsFrom } from '../../../worker/local/options.js';
import type { Part } from '../../../worker/local/ports.js';
import { newPayloadKey } from '../../setting/payload-keys.js';

const USUAL = {
  temporal: 7233,
  ui: 8233,
  sandbox: 4780,
  notifications: 0,
  codec: 0,
  gateway: 8084,
  health: 0,
};
const program = {
  ports: USUAL,
  needed: Object.keys(USUAL) as Part[],
  takes: ['help', 'once', 'keep', 'data', 'workers'],
};
const options = (args: readonly string[], environment: NodeJS.ProcessEnv = {}) =>
  localOptionsFrom(args, environment, program);

describe('what a local stack is told', () => {
  test('has its usual ports; a variable says another, and an option wins over it', () => {
    const environment = { TEMPORAL_PORT: '7300', SANDBOX_PORT: '4800' };
    const { ports } = options(['--port-temporal', '7400'], environment);
    assert.deepEqual(ports, { ...USUAL, temporal: 7400, sandbox: 4800 });
  });

  test('takes the keys of its environment, the active one first', () => {
    const [one, other] = [newPayloadKey('one'), newPayloadKey('other')];
    const environment = { PAYLOAD_KEYS: `${one}, ${other}`, PAYLOAD_ACTIVE_KEY_ID: 'other' };
    assert.equal(options([], environment).payloadKeys, `${other},${one}`);
  });

  test('has everything in a folder of its own where one is given', () => {
    assert.equal(options(['--data', '/srv/doku']).folder, '/srv/doku');
    assert.equal(options([], { DOKU_JOURNEYS_DATA: '/srv/doku' }).folder, '/srv/doku');
    assert.equal(options([]).folder, path.resolve('.local'));
  });

  for (const [args, environment, mistake] of [
    [['--port-ui', '70000'], {}, /^RangeError: --port-ui: must be a port/],
    [[], { GATEWAY_PORT: 'x' }, /^RangeError: GATEWAY_PORT: must be a port/],
    [['--prot-ui', '1'], {}, /^RangeError: Unknown option '--prot-ui'; see --help/],
    [['--once', '--keep'], {}, /^RangeError: --once and --keep/],
    [['--workers', '0'], {}, /^RangeError: --workers: must be/],
    [
      [],
      { PAYLOAD_KEYS: 'local:short' },
      /^InvalidSettingError: PAYLOAD_KEYS: key 1 must be 32 bytes/,
    ],
  ] as const)
    test(`refuses ${args.join(' ') || Object.keys(environment).join()} by its name`, () =>
      assert.throws(() => options(args, environment), mistake));
});

describe('dev.env', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'doku dev-env '));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const secrets = newSecrets();
  const parts = async (sandboxUrl: string) => ({
    secrets: await secrets,
    temporalAddress: '127.0.0.1:7233',
    codecEndpoint: undefined,
    gatewayUrl: 'http://127.0.0.1:8084',
    uiUrl: undefined,
    sandboxUrl,
  });

  test('is loaded by its line also from a folder with blanks', async () => {
    const file = await writeDevEnv(folder, 'npm start', await parts('http://127.0.0.1:4780'));
    assert.equal(file.loadedBy, `set -a; . '${path.join(folder, 'dev.env')}'; set +a`);
  });

  test('holds nothing that a shell and an env file’s reader would take otherwise', async () => {
    const wrong = parts('http://127.0.0.1:4780/?a=1&b=2');
    await assert.rejects(writeDevEnv(folder, 'npm start', await wrong), /^RangeError: \w+ needs/);
  });

  test('is taken away by whoever wrote it, and by nobody else', async () => {
    const first = await writeDevEnv(folder, 'npm start', await parts('http://127.0.0.1:4780'));
    const second = await writeDevEnv(folder, 'npm start', await parts('http://127.0.0.1:4790'));
    await first.remove();
    assert.equal(existsSync(path.join(folder, 'dev.env')), true);
    await second.remove();
    assert.equal(existsSync(path.join(folder, 'dev.env')), false);
  });
});
