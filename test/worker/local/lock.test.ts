import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { lockFolder } from '../../../worker/local/lock.js';
import { processOf } from '../../../worker/local/process-table.js';

describe('the lock of a data folder', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'doku-lock-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'lock');
  const lock = () => lockFolder(folder, 'npm start', 'npm start -- --data another');
  const held = (pid: number, startedAt = processOf(pid)?.startedAt) =>
    writeFileSync(file, JSON.stringify({ pid, startedAt, by: 'npm run site' }));

  test('another stack is refused by the process that has it, with what starts one beside it', async () => {
    held(process.ppid);
    await assert.rejects(lock(), {
      message: `"npm run site" runs with ${folder} as process ${process.ppid}: end it, or start another beside it: npm start -- --data another`,
    });
  });

  test('who was killed holds nobody up, nor does another process that has got its number', async () => {
    const killed = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)']);
    await once(killed, 'spawn');
    held(killed.pid ?? 0);
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    await (await lock())();
    held(process.ppid, 'long ago');
    const unlock = await lock();
    assert.equal(JSON.parse(readFileSync(file, 'utf8')).pid, process.pid);
    await unlock();
  });

  test('of two that come at once one has it', async () => {
    const came = await Promise.allSettled([lock(), lock()]);
    assert.deepEqual(came.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  });
});
