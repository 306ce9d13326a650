import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Client, type Connection } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { ClaimedNumbers } from '../../../activities/journeys/claimed-numbers.js';
import { ANSWER, endOf, markOf } from '../../../contract/written-as.js';

const part = 'top-up-batch/B/0';
const runId = '019ac8de-0000-7000-8000-00000000000e';
const [RUNNING, COMPLETED, TERMINATED] = [1, 2, 5];
const MINUTE_MS = 60_000;

/** @returns who has a number that the part has claimed, by how its current run has ended. */
async function claimant(run: { status: number; endedMs: number; writtenFor?: string }) {
  const result = defaultPayloadConverter.toPayload([]);
  const as = markOf(ANSWER, run.writtenFor ?? '');
  const payload = { ...result, metadata: { ...result.metadata, as } };
  const attributes = { result: { payloads: [payload] } };
  const workflowService = {
    describeWorkflowExecution: async ({ execution }: { execution: { workflowId: string } }) => ({
      workflowExecutionInfo:
        execution.workflowId === part
          ? {
              ...{ execution: { workflowId: part, runId }, status: run.status },
              closeTime: { seconds: Math.floor(run.endedMs / 1_000), nanos: 0 },
            }
          : { status: RUNNING },
    }),
    getWorkflowExecutionHistory: async () => ({
      history: { events: [{ workflowExecutionCompletedEventAttributes: attributes }] },
    }),
  };
  const connection = { workflowService } as unknown as Connection;
  const { options } = new Client({ connection });
  const client = {
    ...{ connection, options, workflowService },
    withDeadline: (_: number, work: () => unknown) => work(),
    // Of the entity that knows who has claimed it.
    workflow: { getHandle: () => ({ query: async () => part }), options: {} },
  } as unknown as Client;
  const claims = new ClaimedNumbers({ client, taskQueue: 'q', clientId: 'BRN-1' });
  return claims.claimantOf('TOP-1');
}

describe('a number that a part has claimed', () => {
  test('is free once a worker has ended the part', async () => {
    const ended = { status: COMPLETED, endedMs: Date.now(), writtenFor: endOf(runId) };
    assert.equal(await claimant(ended), undefined);
  });

  test('is not free for as long as its row may be sent, whoever has ended the part', async () => {
    const endedMs = Date.now() - MINUTE_MS;
    assert.equal(await claimant({ status: TERMINATED, endedMs }), part);
    // As a run of the part that nobody with a key has ended, over one that was terminated.
    for (const writtenFor of ['', endOf('019ac8de-0000-7000-8000-00000000000a')])
      assert.equal(await claimant({ status: COMPLETED, endedMs, writtenFor }), part);
    for (const status of [TERMINATED, COMPLETED])
      assert.equal(await claimant({ status, endedMs: endedMs - 2 * MINUTE_MS }), undefined);
  });
});
