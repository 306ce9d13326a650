import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Client } from '@temporalio/client';
import { Calls } from '../../gateway/calls/answer.js';

const ATTENTION = {
  reason: 'the time for proof is over',
  known: [],
  check: ['Look at DOKU'],
  decisions: ['record-paid'],
};

interface Course {
  /** When the journey needs attention, after the call has begun. */
  readonly parksAfterMs?: number;
  /** When Temporal is gone. */
  readonly awayAfterMs?: number;
}

/** A Temporal whose workers are there, and take their time with a journey. */
function clientOf({ parksAfterMs = 1e9, awayAfterMs = 1e9 }: Course): Client {
  const beganMs = Date.now();
  const isAfter = (ms: number) => Date.now() - beganMs >= ms;
  const answer = async <Answer>(said: Answer) => {
    if (isAfter(awayAfterMs)) throw Object.assign(new Error('no connection'), { code: 14 });
    return said;
  };
  const now = () => ({ seconds: Math.ceil(Date.now() / 1_000), nanos: 0 });
  const status = () => (isAfter(parksAfterMs) ? 'needs-attention' : 'awaiting-payment');
  const isConnected = () => !isAfter(awayAfterMs);
  return {
    options: { namespace: 'default', loadedDataConverter: { payloadCodecs: [] } },
    connection: {
      client: { getChannel: () => ({ getConnectivityState: () => (isConnected() ? 2 : 3) }) },
    },
    workflow: {
      getHandle: () => ({ query: () => answer({ status: status(), attention: ATTENTION }) }),
    },
    workflowService: {
      getSystemInfo: () => answer({}),
      describeTaskQueue: () => answer({ pollers: [{ lastAccessTime: now() }] }),
      describeWorkflowExecution: () => answer({ workflowExecutionInfo: { status: 1 } }),
      getWorkflowExecutionHistoryReverse: () => answer({ history: { events: [] } }),
      getWorkflowExecutionHistory: () => answer({ history: { events: [{}] } }),
    },
    withDeadline: (_: unknown, work: () => unknown) => work(),
    withAbortSignal: (_: unknown, work: () => unknown) => work(),
  } as unknown as Client;
}

/** What a call is told that brings nothing, and when. */
async function told(
  course: Course,
  answerWithinMs: number,
  how: 'answer' | 'ask' | 'read' = 'answer',
) {
  const beganMs = Date.now();
  const calls = new Calls({ client: clientOf(course), taskQueue: 'own', answerWithinMs });
  const error = await calls[how](() => new Promise<never>(() => {}), 'purchase/INV-1').catch(
    (error: Error) => error,
  );
  return { error: error as Error & { attention?: unknown }, afterMs: Date.now() - beganMs };
}

describe('a call that has no answer yet', { concurrency: true }, () => {
  test('is told of a journey that needs attention once it was looked at before', async () => {
    const { error, afterMs } = await told({ parksAfterMs: 5_000 }, 20_000);
    assert.equal(error.name, 'NeedsAttentionError', error.message);
    assert.deepEqual(error.attention, ATTENTION);
    assert.ok(afterMs < 12_000, `it took ${afterMs} ms`);
  });

  test('is told so as its time passes, too', async () => {
    const { error, afterMs } = await told({ parksAfterMs: 3_500 }, 6_000);
    assert.equal(error.name, 'NeedsAttentionError', error.message);
    assert.ok(afterMs <= 6_200, `it took ${afterMs} ms`);
  });

  test('is not told so of a question, which such a journey answers, too', async () => {
    const { error, afterMs } = await told({ parksAfterMs: 0 }, 6_000, 'ask');
    assert.equal(error.name, 'DeadlineExceededError', error.message);
    assert.ok(afterMs >= 5_900, `it took ${afterMs} ms`);
  });

  test('is told of a Temporal that has gone meanwhile', async () => {
    const { error } = await told({ awayAfterMs: 5_000 }, 12_000);
    assert.equal(error.name, 'TemporalUnreachableError', error.message);
  });

  test('is told that it goes on where nothing is wrong', async () => {
    const { error, afterMs } = await told({}, 8_000);
    assert.equal(error.name, 'DeadlineExceededError', error.message);
    assert.ok(afterMs >= 7_900, `it took ${afterMs} ms`);
  });

  test('is told that DOKU has not answered where it only asks DOKU', async () => {
    const { error } = await told({}, 6_000, 'read');
    assert.equal(error.name, 'NotAnsweredError', error.message);
  });
});
