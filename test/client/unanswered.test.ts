import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Client } from '@temporalio/client';
import { Journeys } from '../../client/temporal/journeys.js';
import { whyUnanswered } from '../../client/temporal/unanswered.js';

const ASKED = { taskQueue: 'own', workflowId: 'purchase/INV-1' };
const timeOf = (ms: number) => ({ seconds: Math.floor(ms / 1_000), nanos: (ms % 1_000) * 1e6 });

interface Temporal {
  /** When the journey's next task was given out, and when a worker asked for one last. */
  readonly scheduledMs: number;
  readonly askedMs: number;
  /** gRPC's number of what it answers with instead. */
  readonly code?: number;
  /** The same of what the last tasks came to alone. */
  readonly historyCode?: number;
  readonly isConnected: boolean;
  /** What the journey waits for, in place of its next task. */
  readonly pending?: object;
}

/** As far as it is asked why there is no answer. */
function clientOf({
  scheduledMs,
  askedMs,
  code,
  historyCode,
  isConnected,
  pending,
}: Temporal): Client {
  const answer = async <Answer>(said: Answer, refusal = code) => {
    if (refusal !== undefined) throw Object.assign(new Error(`code ${refusal}`), { code: refusal });
    return said;
  };
  return {
    options: { namespace: 'default', loadedDataConverter: { payloadCodecs: [] } },
    connection: {
      client: { getChannel: () => ({ getConnectivityState: () => (isConnected ? 2 : 3) }) },
    },
    workflowService: {
      describeTaskQueue: () => answer({ pollers: [{ lastAccessTime: timeOf(askedMs) }] }),
      describeWorkflowExecution: () =>
        answer({
          workflowExecutionInfo: { status: 1 },
          ...(pending ?? { pendingWorkflowTask: { state: 1, scheduledTime: timeOf(scheduledMs) } }),
        }),
      getWorkflowExecutionHistoryReverse: () => answer({ history: { events: [] } }, historyCode),
      getWorkflowExecutionHistory: () => answer({ history: { events: [{}] } }),
      getSystemInfo: () => answer({}),
    },
    withDeadline: (_: unknown, work: () => unknown) => work(),
    withAbortSignal: (_: unknown, work: () => unknown) => work(),
  } as unknown as Client;
}

describe('why there is no answer', () => {
  const now = Date.now();
  for (const [what, temporal, name] of [
    ['a task that no worker has asked for since', { askedMs: now - 4_001 }, 'NoWorkerError'],
    ['a task, where workers go on asking', { askedMs: now - 3_999 }, 'DeadlineExceededError'],
    ['a Temporal with too much to do', { code: 4 }, 'DeadlineExceededError'],
    ['a Temporal that hangs up as time is over', { code: 1 }, 'DeadlineExceededError'],
    ['a history that is not read in time', { historyCode: 4 }, 'DeadlineExceededError'],
    ['no connection', { code: 4, isConnected: false }, 'TemporalUnreachableError'],
    ['a Temporal that says it is unavailable', { code: 14 }, 'TemporalUnreachableError'],
  ] as const)
    test(`${what}: ${name}`, async () => {
      const of = { scheduledMs: now - 4_000, askedMs: now, isConnected: true, ...temporal };
      const error = await whyUnanswered(clientOf(of), ASKED);
      assert.equal(error.name, name, error.message);
    });
});

describe('a call of which workers were heard since it began, and that has no answer', {
  concurrency: true,
}, () => {
  const never = () => new Promise<never>(() => {});
  const SCHEDULED = 1;
  const STARTED = 2;
  for (const [what, isAnswering, pending, name] of [
    ['an activity that nobody takes, and no word', false, ['activity', SCHEDULED], 'NoWorkerError'],
    ['an activity for which workers have no room', true, ['activity', SCHEDULED], undefined],
    ['an activity that a worker has in hand', false, ['activity', STARTED], undefined],
    ['a task that nobody takes', false, ['task', SCHEDULED], 'NoWorkerError'],
    ['a task that a worker has in hand', false, ['task', STARTED], undefined],
  ] as const)
    test(`${what}: ${name ?? 'has its time'}`, async () => {
      const now = Date.now();
      const [kind, state] = pending;
      const task = { state, scheduledTime: timeOf(now) };
      const client = clientOf({
        scheduledMs: now,
        // As of a connection that breaks off with its worker.
        askedMs: now + 50,
        isConnected: true,
        pending: kind === 'task' ? { pendingWorkflowTask: task } : { pendingActivities: [task] },
      });
      const query = isAnswering ? async () => ({ status: 'created' }) : never;
      const journeys = new Journeys(
        Object.assign(client, { workflow: { getHandle: () => ({ query }) } }),
        'own',
        20_000,
      );
      const call = journeys.call({}, 'purchase/INV-1', never, { asks: 'journey' });
      const error = await call.catch((error: Error) => error);
      const afterMs = Date.now() - now;
      assert.equal((error as Error).name, name ?? 'DeadlineExceededError', String(error));
      assert.ok(name ? afterMs < 19_500 : afterMs > 19_900, `it took ${afterMs} ms`);
    });
});

/** A Temporal that says of a journey that it waits for an operator. */
function parkedClient(): Client {
  const now = Date.now();
  const client = clientOf({ scheduledMs: now, askedMs: now, isConnected: true });
  const query = async () => ({ status: 'needs-attention' });
  return Object.assign(client, { workflow: { getHandle: () => ({ query }) } });
}

describe('a call that names no deadline, and that only a worker can answer', {
  concurrency: true,
}, () => {
  const never = () => new Promise<never>(() => {});
  const told = async (askedMs: number, kind: { isQuestion?: boolean }) => {
    const journeys = new Journeys(
      clientOf({ scheduledMs: 0, askedMs, isConnected: true }),
      'own',
      8_000,
    );
    const beganMs = performance.now();
    const error = await journeys
      .call({}, 'purchase/INV-1', never, { ...kind, asks: 'journey' })
      .catch((error: Error) => error);
    return { error: error as Error, afterMs: performance.now() - beganMs };
  };
  for (const kind of [{}, { isQuestion: true }])
    test(`is told within five seconds that there is none: ${JSON.stringify(kind)}`, async () => {
      const { error, afterMs } = await told(Date.now() - 3_600_000, kind);
      assert.equal(error.name, 'NoWorkerError', error.message);
      assert.match(error.message, /nobody polls own/);
      assert.ok(afterMs < 5_000, `it took ${afterMs} ms`);
    });
});

test('a call that names no deadline has its time where workers are there, and one takes long', async () => {
  const journeys = new Journeys(parkedClient(), 'own', 6_000);
  const never = () => new Promise<never>(() => {});
  const beganMs = performance.now();
  const call = journeys.call({}, 'purchase/INV-1', never, { asks: 'journey' });
  await assert.rejects(call, { name: 'NeedsAttentionError' });
  assert.ok(performance.now() - beganMs > 5_900, 'it was told early');
});

describe('a call to a journey that waits for an operator, at its deadline', {
  concurrency: true,
}, () => {
  const late = (kind: { isQuestion: boolean }) => {
    const journeys = new Journeys(parkedClient(), 'own', 90_000);
    const never = () => new Promise<never>(() => {});
    return journeys.call({ deadline: Date.now() + 1_000 }, 'purchase/INV-1', never, kind);
  };

  test('is told so where it asks for something', async () => {
    await assert.rejects(late({ isQuestion: false }), { name: 'NeedsAttentionError' });
  });

  test('is worth another try where it is a question, which such a journey answers', async () => {
    const error = { name: 'DeadlineExceededError', isWorthAgain: true };
    await assert.rejects(late({ isQuestion: true }), error);
  });
});
