import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Sandbox, startSandbox } from '../../sandbox/server.js';
import { startDevServer } from '../../worker/local/dev-server.js';
import { bareEnvironment } from '../setting/local-program.js';
import { newPayloadKey } from '../setting/payload-keys.js';
import { eventually } from '../setting/shop.js';
import { merchantOf } from '../setting/worker-process.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What is under way is let finish; there is nothing. */
const ENDS_WITHIN_MS = 10_000;

/** What each says in its log once it does its work. */
const READY = {
  worker: /"worker is ready"/,
  gateway: /"gateway is ready"/,
  codec: /"codec is ready"/,
};

describe('a signal to npm’s process alone', () => {
  let temporal: Awaited<ReturnType<typeof startDevServer>>;
  let sandbox: Sandbox;
  const groups: ChildProcess[] = [];
  before(async () => {
    [temporal, sandbox] = await Promise.all([startDevServer(), startSandbox({ port: 0 })]);
  });
  after(async () => {
    // Whatever a test that failed has left.
    for (const { pid } of groups)
      if (pid !== undefined && isGroup(pid)) process.kill(-pid, 'SIGKILL');
    await sandbox?.close();
    await temporal?.teardown();
  });

  const environment = () => ({
    ...bareEnvironment(),
    ...merchantOf(sandbox),
    TEMPORAL_ADDRESS: temporal.address,
    PAYLOAD_KEYS: newPayloadKey(),
    HEALTH_PORT: '0',
    GATEWAY_PORT: '0',
    CODEC_PORT: '0',
    CODEC_TOKEN: 'a-token-of-thirty-two-characters',
  });

  /** In a group of its own, by which whatever it leaves is known. */
  async function started(script: string, ready: RegExp) {
    const child = spawn('npm', ['run', '--silent', script], {
      cwd: ROOT,
      detached: true,
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    groups.push(child);
    const complained = text(child.stderr);
    const ended = once(child, 'exit');
    for await (const line of createInterface({ input: child.stdout }))
      if (ready.test(line)) {
        child.stdout.resume();
        return { child, ended };
      }
    throw new Error(`npm run ${script} ended and was never ready: ${await complained}`);
  }

  test('ends npm run worker, gateway and codec, with exit code 0 and no process left', async () => {
    const all = await Promise.all(
      Object.entries(READY).map(async ([script, ready]) => ({
        script,
        ...(await started(script, ready)),
      })),
    );
    const beganMs = performance.now();
    for (const { child } of all) child.kill('SIGTERM');
    for (const { script, child, ended } of all) {
      assert.deepEqual(await ended, [0, null], script);
      // What compiles their sources ends just after them.
      const isLeft = async () => isGroup(Number(child.pid));
      await eventually(isLeft, (isThere) => !isThere, ENDS_WITHIN_MS);
    }
    const tookMs = performance.now() - beganMs;
    assert.ok(tookMs < ENDS_WITHIN_MS, `it took ${tookMs} ms`);
  });
});

/** Whether any process of this group is there. */
function isGroup(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}
