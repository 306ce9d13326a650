import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Client } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { unanswered } from '../../../activities/calling/ask.js';
import type { HistoryActivities } from '../../../activities/history.js';
import {
  createReconciliationActivities,
  type ReconciliationDependencies,
} from '../../../activities/reconciliation/index.js';

const RANGE = { from: '2026-11-28T00:00:00+07:00', to: '2026-11-29T00:00:00+07:00' };

/** What is found in the histories of customers, of whom those called so have a wallet that no worker answers for. */
async function compared(customerIds: readonly string[], attempt: number): Promise<unknown> {
  const history: Pick<HistoryActivities, 'readHistoryPage'> = {
    readHistoryPage: async ({ customerId }) => {
      if (customerId.startsWith('silent')) throw unanswered('no token');
      return { kind: 'answer', response: { entries: [], isLast: true } };
    },
  };
  const execution = { workflowId: '', runId: 'run' };
  const described = { workflowExecutionInfo: { execution, taskQueue: 'queue' } };
  const client = {
    options: { namespace: 'default' },
    workflowService: { describeWorkflowExecution: async () => described },
    withDeadline: (_: number, ask: () => unknown) => ask(),
    workflow: { getHandle: () => ({ query: async () => ({}) }) },
  } as unknown as Client;
  const { compareHistory } = createReconciliationActivities({
    ...{ client, taskQueue: 'queue', history, callsASecond: 1_000, quietMs: 0 },
  } as unknown as ReconciliationDependencies);
  const environment = new MockActivityEnvironment({ attempt });
  return environment.run(async () => (await compareHistory({ ...RANGE, customerIds })).counts);
}

describe('histories of customers', { concurrency: true }, () => {
  test('are read, whoever among them has a wallet that does not answer', async () => {
    const counts = await compared(['silent-1', 'customer-1', 'customer-2'], 1);
    assert.deepEqual(counts, { entries: 0, unaskable: 1, mismatched: 0 });
  });

  test('are read once more where nobody answers, and in the end passed over', async () => {
    await assert.rejects(compared(['silent-1'], 1), /no clear answer/);
    assert.deepEqual(await compared(['silent-1'], 10), { entries: 0, unaskable: 1, mismatched: 0 });
  });
});
