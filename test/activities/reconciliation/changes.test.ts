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
    execution: {
      workflowId: runId.startsWith('daily') ? `reconciliation/${runId}` : 'reconciliation/day',
      runId,
    },
    status: COMPLETED,
    closeTime: { seconds: 1_800_000_000 + index, nanos: 0 },
  }));
  const client = {
    options: { namespace: 'default' },
    workflowService: { listWorkflowExecutions: async () => ({ executions }) },
  };
  const report = { period: 'day', mismatches: [], mismatched: 0 };
  const resultOf = async ({ runId }: { runId: string }) => results[runId]?.();
  const inputOf = async ({ runId }: { runId: string }) => (runId === 'nobodys' ? undefined : {});
  return changesSince(client as unknown as Client, 'queue', resultOf, inputOf)(report);
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

test('a report that nobody with a key has begun is none, and of the daily ones the first stands for all', async () => {
  const told = async (...runs: string[]) =>
    Date.parse(
      (await since(Object.fromEntries(runs.map((run) => [run, () => REPORT]))))?.since ?? '',
    ) /
      1_000 -
    1_800_000_000;
  const [first, again] = ['daily-2026-11-28T20:00:00Z', 'daily-2026-11-28T21:00:00Z'];
  assert.equal(await told('own', 'nobodys'), 0);
  assert.equal(await told(first, again), 0);
  assert.equal(await told(first, 'own', again), 1);
  assert.equal(await since({ nobodys: () => REPORT }), null);
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
