import '../../setting/quiet.js';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Client, ServiceError } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { type Journeys, numberHolder } from '../../../activities/journeys/number-holder.js';

/** gRPC's numbers. */
const [DEADLINE_EXCEEDED, NOT_FOUND, RESOURCE_EXHAUSTED, FAILED_PRECONDITION] = [4, 5, 8, 9];
/** Temporal's. */
const [RUNNING, TERMINATED] = [1, 5];
const MINUTE = 60_000;

const refusedBy = (code: number) =>
  Object.assign(new Error(`gRPC ${code}`), { code, details: '', metadata: {} });

/** Who has a number, where the customer has one other authorisation, which answers no query. */
function holderWhere({
  code,
  pendingMs,
  status = RUNNING,
}: {
  code: number;
  pendingMs?: number;
  status?: number;
}) {
  const pendingWorkflowTask = pendingMs !== undefined && {
    originalScheduledTime: { seconds: Math.floor((Date.now() - pendingMs) / 1_000) },
  };
  const execution = { workflowId: 'authorized-purchase/OTHER', runId: 'run' };
  const client = {
    options: { namespace: 'default' },
    workflow: {
      getHandle: () => ({
        query: async () => {
          throw new ServiceError('Failed to query Workflow', { cause: refusedBy(code) });
        },
      }),
    },
    workflowService: {
      describeWorkflowExecution: async ({ execution: asked }: { execution: object }) => {
        if (!('runId' in asked)) throw refusedBy(NOT_FOUND);
        return { workflowExecutionInfo: { execution, status }, pendingWorkflowTask };
      },
      listWorkflowExecutions: async () => ({ executions: [{ execution }] }),
    },
    withDeadline: (_: number, work: () => unknown) => work(),
  };
  const own: Journeys['own'] = {
    counting: async () => ({ kind: 'forgotten' }),
    hasBegun: async () => false,
    taskQueue: 'doku-journeys',
    givenTo: async () => ({ partnerReferenceNo: 'OTHER', customerId: 'customer-1' }),
  };
  const environment = new MockActivityEnvironment({
    workflowExecution: { workflowId: 'authorized-purchase/OWN', runId: 'run' },
  });
  const asked = { number: 'CAP-1', customerId: 'customer-1' };
  const journeys = { client: client as unknown as Client, own };
  return environment.run(numberHolder, journeys, asked);
}

describe('an authorisation that does not answer which numbers it has', () => {
  for (const [name, code] of Object.entries({ DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED })) {
    test(`is asked again later, at ${name}`, async () => {
      await assert.rejects(holderWhere({ code }), ServiceError);
      await assert.rejects(holderWhere({ code, pendingMs: MINUTE }), ServiceError);
    });
  }

  test('is asked again later as long as its tasks fail, but for ten minutes at most', async () => {
    const code = FAILED_PRECONDITION;
    await assert.rejects(holderWhere({ code, pendingMs: 9 * MINUTE }), ServiceError);
    assert.equal(await holderWhere({ code, pendingMs: 11 * MINUTE }), undefined);
    assert.equal(await holderWhere({ code: DEADLINE_EXCEEDED, pendingMs: 11 * MINUTE }), undefined);
  });

  test('holds up nobody where no worker is left for it, or it ended before it began', async () => {
    const code = FAILED_PRECONDITION;
    assert.equal(await holderWhere({ code }), undefined);
    assert.equal(await holderWhere({ code, pendingMs: MINUTE, status: TERMINATED }), undefined);
  });
});
