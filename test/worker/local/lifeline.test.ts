import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { processOf } from '../../../worker/local/process-table.js';
import { eventually } from '../../setting/shop.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const at = (file: string) => new URL(`../../../worker/local/${file}`, import.meta.url).href;
const WAITS = 'setInterval(() => {}, 1000)';
/** Ties a process that waits to itself, tells its number, and lets it go at a word. */
const STARTER = `
  import { spawn } from 'node:child_process';
  import { tieToUs } from '${at('lifeline.ts')}';
  const { pid } = spawn(process.execPath, ['--eval', ${JSON.stringify(WAITS)}], { stdio: 'ignore' });
  const release = tieToUs(pid, process.argv[1]);
  console.log(pid);
  process.stdin.once('data', () => { release(); console.log('released'); });
`;

describe('what a local stack has started', () => {
  const started: number[] = [];
  after(() => {
    for (const pid of started) if (processOf(pid)) process.kill(pid, 'SIGKILL');
  });
  const starter = async (mark: string) => {
    const args = ['--import', 'tsx', '--input-type=module', '--eval', STARTER, mark];
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async () => String((await lines.next()).value);
    const pid = Number(await next());
    started.push(pid);
    return { child, pid, next };
  };
  const killed = async (child: ChildProcess) => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  const isThere = (pid: number) => processOf(pid) !== undefined;

  test('ends with its starter, where that is killed', async () => {
    const { child, pid } = await starter(WAITS);
    await killed(child);
    await eventually(
      async () => isThere(pid),
      (there) => !there,
    );
  });

  test('goes on where it was let go, or where the number is another process’s', async () => {
    const released = await starter(WAITS);
    released.child.stdin.write('now\n');
    await released.next();
    const another = await starter('no such command');
    await killed(released.child);
    await killed(another.child);
    // A third, tied in the same way later, has ended: those before it had all the time for that.
    const third = await starter(WAITS);
    await killed(third.child);
    await eventually(
      async () => isThere(third.pid),
      (there) => !there,
    );
    assert.deepEqual([isThere(released.pid), isThere(another.pid)], [true, true]);
  });

  test('a program of ours ends in its own way once its starter’s end of the pipe is gone', async () => {
    const program = `process.on('SIGTERM', () => process.exit(7)); ${WAITS}; console.log('runs')`;
    const args = ['--import', at('ends-with-starter.mjs'), '--eval', program];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    child.stdin.end();
    assert.deepEqual(await once(child, 'exit'), [7, null]);
  });
});
