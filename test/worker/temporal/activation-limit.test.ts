import '../../setting/quiet.js';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Runtime } from '@temporalio/worker';
import { compileWorkerOptions } from '@temporalio/worker/lib/worker-options.js';
import { ACTIVATION_LIMIT } from '../../../worker/temporal/activation-limit.js';

test('the SDK takes the limit of an activation, which its types do not name', () => {
  const { logger, metricMeter } = Runtime.instance();
  const limitOf = (limit: object) =>
    compileWorkerOptions(
      { taskQueue: 'any', workflowBundle: { code: '' }, ...limit },
      logger,
      metricMeter,
    ).isolateExecutionTimeoutMs;
  assert.equal(limitOf(ACTIVATION_LIMIT), 60_000);
  assert.ok(limitOf({}) < 60_000);
});
