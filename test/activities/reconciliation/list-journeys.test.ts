import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Client } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import {
  createReconciliationActivities,
  type ReconciliationDependencies,
} from '../../../activities/reconciliation/index.js';

test('a reconciliation lists the journeys of its own task queue', async () => {
  const asked: string[] = [];
  const client = {
    options: { namespace: 'default' },
    workflow: {
      count: async (query: string) => {
        asked.push(query);
        return { count: 0 };
      },
    },
    workflowService: {
      listWorkflowExecutions: async ({ query }: { query: string }) => {
        asked.push(query);
        return { executions: [], nextPageToken: new Uint8Array() };
      },
    },
  } as unknown as Client;
  const { listJourneys } = createReconciliationActivities({
    ...{ client, taskQueue: 'rehearsal', callsASecond: 1_000, quietMs: 0 },
  } as unknown as ReconciliationDependencies);
  const period = { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' };
  const info = { currentAttemptScheduledTimestampMs: Date.now() };
  for (const token of ['', 'parts:'])
    await new MockActivityEnvironment(info).run(() => listJourneys({ ...period, token }));
  assert.equal(asked.length, 3);
  for (const query of asked) assert.match(query, / AND TaskQueue = 'rehearsal'/);
});
