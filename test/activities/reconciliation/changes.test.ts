import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Client, ServiceError } from '@temporalio/client';
import { changesSince } from '../../../activities/reconciliation/changes.js';

const COMPLETED = 2;
const DAY = { from: '2026-11-27T17:00:00.000Z', to: '2026-11-28T17:00:00.000Z' };
const COUNTS = { checked: 1, matched: 1, mismatched: 0, open: 0, unaskable: 0, entries: 0 };
const REPORT = { ...DAY, outcome: 'finished', counts: COUNTS, mismatches: [] };

/** What changed since the reports before, by their runs; the later ones closed later. */
function since(results: Readonly<Record<string, () => unknown>>) {
  const executions = Object.keys(results).map((runId, index) => ({
    execution: { workflowId: 'reconciliation/day', runId },
    status: COMPLETED,
    closeTime: { seconds: 1_800_000_000 + index, nanos: 0 },
  }));
  const client = {
    options: { namespace: 'default' },
    workflowService: { listWorkflowExecutions: async () => ({ executions }) },
  };
  const report = { period: 'day', mismatches: [], mismatched: 0 };
  const resultOf = async ({ runId }: { runId: string }) => results[runId]?.();
  return changesSince(client as unknown as Client, 'queue', resultOf)(report);
}

test('a report is compared with the latest before it that is one, whoever ended others', async () => {
  const changes = await since({
    good: () => REPORT,
    nothing: () => undefined,
    odd: () => ({ outcome: 'finished' }),
    clear: () => {
      throw new Error('is not encrypted');
    },
  });
  assert.equal(changes?.since, new Date(1_800_000_000_000).toISOString());
});

test('where there is none it is compared with nothing', async () => {
  assert.equal(await since({}), null);
  assert.equal(await since({ nothing: () => undefined }), null);
});

test('where Temporal does not tell it is asked again', async () => {
  const lost = () => {
    throw new ServiceError('lost', { cause: new Error('lost') });
  };
  await assert.rejects(since({ lost }), ServiceError);
});
