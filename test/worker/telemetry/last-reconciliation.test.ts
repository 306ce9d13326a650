import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MetricMeter } from '@temporalio/common';
import { createLogger } from '../../../worker/logger.js';
import { tellLastReconciliation } from '../../../worker/telemetry/last-reconciliation.js';
import { completing, Nobody } from '../../setting/nobody.js';
import { startQuickStack } from '../../setting/quick-stack.js';
import { eventually } from '../../setting/shop.js';

const HOUR_MS = 3_600_000;

test('the gauge of the last reconciliation goes by what workers have ended, and by no old period', async () => {
  const stack = await startQuickStack();
  const { client, shop } = stack;
  const seen: [number, object][] = [];
  const set = (value: number, tags: object) => void seen.push([value, tags]);
  const meter = { createGauge: () => ({ set }) } as unknown as MetricMeter;
  const lines: string[] = [];
  const logger = createLogger({
    level: 'warn',
    destination: { write: (line) => void lines.push(line) },
  });
  let looks = 0;
  const counted = Object.create(client, {
    workflowService: {
      get: () => {
        looks += 1;
        return client.workflowService;
      },
    },
  });
  const watched = { client: counted, taskQueue: 'doku-journeys', meter, logger, everyMs: 50 };
  const { stop } = tellLastReconciliation(watched);
  const looked = async () => {
    const from = looks;
    await eventually(
      async () => looks,
      (now) => now > from + 4,
    );
  };
  try {
    const nobody = new Nobody(stack);
    // One that nobody with a key has ended, on the workers' own queue.
    const workflowId = 'reconciliation/x';
    const runId = await nobody.runEagerly(workflowId, 'reconciliation', {
      commands: [completing(undefined)],
    });
    const query = `WorkflowId = '${workflowId}' AND ExecutionStatus = 'Completed'`;
    const isListed = async () => (await client.workflow.count(query)).count === 1;
    await eventually(isListed, Boolean);
    await looked();
    assert.deepEqual(seen, [], 'none has ended');
    // What no workflow of ours did replays as none.
    await client.workflowService.deleteWorkflowExecution({
      ...{ namespace: 'default', workflowExecution: { workflowId, runId } },
    });
    await eventually(isListed, (isThere) => !isThere);
    const reconciled = async (to: Date) => {
      const period = { from: new Date(to.getTime() - HOUR_MS), to };
      await shop.journeys.reconciliation.start(period);
      await shop.journeys.reconciliation.result(period);
    };
    const old = new Date(Date.now() - 50 * HOUR_MS);
    await reconciled(old);
    await eventually(
      async () => seen.at(-1)?.[0],
      (at) => at === Math.floor((old.getTime() + 36 * HOUR_MS) / 1_000),
    );
    const before = Math.floor(Date.now() / 1_000);
    await reconciled(new Date());
    await eventually(
      async () => seen.at(-1)?.[0] ?? 0,
      (at) => at >= before,
    );
    await reconciled(new Date(old.getTime() + 1));
    await looked();
    assert.ok((seen.at(-1)?.[0] ?? 0) >= before, 'an old one takes nothing away');
    assert.deepEqual(seen.at(-1)?.[1], { task_queue: 'doku-journeys' });
    assert.deepEqual(lines, []);
  } finally {
    stop();
    await stack.stop();
  }
});
