import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DEV_SERVER, obtain } from '../../worker/local/binaries.js';
import { startDevServer } from '../../worker/local/dev-server.js';
import { MACHINE_TOKEN } from '../setting/codec-door.js';
import { clientWith, newPayloadKey } from '../setting/payload-keys.js';
import { program } from '../setting/programs.js';
import { eventually } from '../setting/shop.js';

const WORKFLOW_ID = 'account/customer-1/open/OPEN-1';
const INPUT = {
  customerId: 'customer-1',
  customer: { name: 'Budi Santoso', phoneNo: '6281299990000', email: 'budi@example.com' },
};

describe("Temporal's own CLI with the codec", () => {
  const payloadKeys = newPayloadKey();
  let temporal: TestWorkflowEnvironment;
  let program: string;
  let codec: Awaited<ReturnType<typeof startCodec>>;
  before(async () => {
    temporal = await startDevServer();
    const executable = await obtain(DEV_SERVER);
    program = executable.type === 'existing-path' ? executable.path : 'temporal';
    codec = await startCodec(payloadKeys);
    const { workflow } = clientWith(temporal.connection, payloadKeys);
    const handle = await workflow.start('openAccount', {
      workflowId: WORKFLOW_ID,
      taskQueue: 'nobody',
      args: [INPUT],
      staticSummary: 'Opening of customer-1',
    });
    await handle.signal('submitOtp', { otp: '123456' });
  });
  after(async () => {
    await codec?.stop();
    await temporal?.teardown();
  });

  const cli = async (...args: string[]) => {
    const where = ['--address', temporal.address, '--workflow-id', WORKFLOW_ID];
    const { stdout } = await promisify(execFile)(program, ['workflow', ...args, ...where]);
    return stdout;
  };

  test('shows a journey, and of its secrets nothing', async () => {
    const auth = ['--codec-endpoint', codec.url, '--codec-auth', `Bearer ${MACHINE_TOKEN}`];
    const history = await cli('show', '--detailed', ...auth);
    assert.match(history, /input\[0\]\.customerId: customer-1/);
    assert.match(history, /userMetadata\.summary: Opening of customer-1/);
    assert.match(history, /input\[0\]\.otp: …/);
    assert.match(history, /input\[0\]\.customer\.phoneNo: …/);
    assert.doesNotMatch(history, /123456|62812|Budi|budi@/);
    assert.match(await cli('describe', ...auth), /Opening of customer-1/);
  });

  test('shows nothing to who has no token, and gets nothing encrypted', async () => {
    const endpoint = ['--codec-endpoint', codec.url, '--command-timeout', '3s'];
    await assert.rejects(cli('show', '--detailed', ...endpoint));
    const auth = [...endpoint, '--codec-auth', `Bearer ${MACHINE_TOKEN}`];
    const signal = ['signal', '--name', 'submitOtp', '--input', '{"otp":"654321"}'];
    await assert.rejects(cli(...signal, ...auth), /only decrypts/);
  });

  test('leaves a line in the audit for each of its requests', async () => {
    // Its last line may still be on the way from the program.
    const entries = await eventually(
      async () => codec.lines.map((line) => JSON.parse(line)).filter(({ action }) => action),
      (told) => told.some(({ status, action }) => status === 403 && action === 'encode'),
    );
    const answered = entries.filter(({ status }) => status === 200);
    assert.ok(answered.length > 0);
    for (const { who, namespace } of answered)
      assert.deepEqual([who, namespace], ['CODEC_TOKEN', 'default']);
    assert.ok(entries.some(({ status, who }) => status === 401 && who === undefined));
    assert.doesNotMatch(codec.lines.join('\n'), /123456|Budi|62812|one-machine/);
  });
});

/** The program as it is run, with all that it writes. */
async function startCodec(payloadKeys: string) {
  const child = spawn(process.execPath, program('worker/doors/codec/main.ts'), {
    env: {
      PATH: process.env.PATH,
      PAYLOAD_KEYS: payloadKeys,
      CODEC_TOKEN: MACHINE_TOKEN,
      CODEC_PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(line));
  await once(reader, 'line');
  const stop = async () => {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    assert.deepEqual(await ended, [0, null]);
  };
  const { url } = JSON.parse(lines[0] ?? '{}') as { url: string };
  return { url, lines, stop };
}
