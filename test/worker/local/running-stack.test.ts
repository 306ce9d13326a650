import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { besideRunningStack } from '../../../worker/local/running-stack.mjs';

const TOLD = { TEMPORAL_ADDRESS: '127.0.0.1:7300', PAYLOAD_KEYS: 'k', GATEWAY_PORT: '0' };

describe('a program beside what `npm start` runs', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'doku-beside-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'programs.json');
  const written = (pid: number, mode = 0o600) => {
    rmSync(file, { force: true });
    const programs = { 'doku-journeys-gateway': TOLD };
    writeFileSync(file, JSON.stringify({ by: 'npm start', pid, programs }), { mode });
  };
  const beside = (environment: NodeJS.ProcessEnv = {}, program = 'doku-journeys-gateway') =>
    besideRunningStack(program, { DOKU_JOURNEYS_DATA: folder, ...environment });

  test('is told what it needs, and says so; what its environment has wins', () => {
    written(process.pid);
    const own = { GATEWAY_PORT: '8090', GATEWAY_KEYS_FILE: 'mine.json' };
    const { environment, note } = beside({ ...own, PAYLOAD_KEYS: '' });
    const expected = { ...TOLD, DOKU_JOURNEYS_DATA: folder, ...own };
    assert.deepEqual(environment, expected);
    assert.equal(note, `beside "npm start", with its addresses and keys (${file})`);
  });

  test('is told the rest by a shell that has loaded dev.env', () => {
    written(process.pid);
    const { environment } = beside({ TEMPORAL_ADDRESS: TOLD.TEMPORAL_ADDRESS, PAYLOAD_KEYS: 'k' });
    assert.equal(environment.GATEWAY_PORT, '0');
  });

  for (const name of [
    'TEMPORAL_ADDRESS',
    'TEMPORAL_PROFILE',
    'PAYLOAD_KEYS_FILE',
    'DOKU_CLIENT_ID',
  ])
    test(`is left alone where ${name} says that another site is meant`, () => {
      written(process.pid);
      const given = { DOKU_JOURNEYS_DATA: folder, [name]: 'another' };
      assert.deepEqual(beside(given), { environment: given });
    });

  test('is left alone where nothing runs, or where it is none of those that one more is needed of', () => {
    rmSync(file, { force: true });
    assert.deepEqual(Object.keys(beside()), ['environment']);
    written(process.pid);
    assert.deepEqual(Object.keys(beside({}, 'doku-journeys-sandbox')), ['environment']);
  });

  test('is told nothing by a stack that was killed, and says so', () => {
    // No system has a process of this number.
    written(2_147_483_647);
    const { environment, note = '' } = beside();
    assert.deepEqual(environment, { DOKU_JOURNEYS_DATA: folder });
    assert.match(
      note,
      /^"npm start", which .*programs\.json speaks of, was killed: start it again/,
    );
  });

  test('takes no file that others may change', () => {
    written(process.pid, 0o644);
    assert.throws(() => beside(), /programs\.json: others than its owner .*chmod 600/);
  });
});
