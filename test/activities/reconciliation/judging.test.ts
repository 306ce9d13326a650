import '../../setting/quiet.js';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Client, ServiceError } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { Comparison, Held } from '../../../activities/reconciliation/comparison.js';
import { Judging } from '../../../activities/reconciliation/judging.js';
import type { Subject } from '../../../activities/reconciliation/subject.js';

const journeyOf = (name: string): Subject => ({
  journey: {
    ...{ workflowId: `top-up/${name}`, runId: 'run', type: 'topUp', status: 'COMPLETED' },
    ...{ customerId: 'customer-1', partnerReferenceNo: name, journeyStatus: 'completed' },
    ...{ startedAt: '2026-11-28T00:00:00Z', closedAt: '2026-11-28T00:01:00Z' },
  },
});

/** What is judged of two journeys, of which holding the second one fails so. */
function judged(failure: unknown) {
  const comparison = {
    hold: async ({ journey }: Subject): Promise<Held> => {
      if (journey.partnerReferenceNo === 'ODD') throw failure;
      return { kind: 'compared', verdict: undefined, status: 'success', doku: 'success' };
    },
  } as unknown as Comparison;
  const judging = new Judging({
    ...{ client: {} as Client, taskQueue: 'queue', quietMs: 0, comparison },
  });
  return new MockActivityEnvironment().run(
    async (): Promise<string[]> =>
      (await judging.judge([journeyOf('GOOD'), journeyOf('ODD')])).map(({ held }) => held.kind),
  );
}

test('what is odd about one journey costs no other its comparison', async () => {
  const odd = new TypeError("Cannot read properties of undefined (reading 'value')");
  assert.deepEqual(((await judged(odd)) as string[]).sort(), ['compared', 'unaskable']);
});

test('where Temporal does not answer the page is tried again', async () => {
  const lost = new ServiceError('lost', { cause: new Error('lost') });
  await assert.rejects(judged(lost), ServiceError);
});
