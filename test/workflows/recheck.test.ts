import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { Rechecked } from '../../activities/reconciliation/recheck.js';
import type { RecheckInput, RecheckResult } from '../../contract/recheck.js';
import { checkoutWorkflowBundle } from '../../worker/temporal/workflow-bundle.js';
import { openSkippingServer } from '../setting/time-skipping.js';

const DAY_MS = 86_400_000;
type Compared = Extract<Rechecked, { kind: 'compared' }>;
const seen = (over: Partial<Compared>): Compared => ({
  kind: 'compared',
  told: 'DOKU says success 10000.00',
  isSettled: true,
  isUnproven: false,
  isExplained: true,
  ...over,
});

describe('a journey that ended is looked at again', () => {
  let environment: TestWorkflowEnvironment;
  let worker: Worker;
  let running: Promise<void>;
  /** What each look at a journey comes to; the last of them stays. */
  const looks = new Map<string, Rechecked[]>();
  const asked: string[] = [];
  const raised: { workflowId: string; what: 'news' | 'unproven'; rows?: readonly string[] }[] = [];

  before(async () => {
    environment = await openSkippingServer();
    worker = await Worker.create({
      connection: environment.nativeConnection,
      taskQueue: 'recheck',
      workflowBundle: await checkoutWorkflowBundle(),
      activities: {
        recheckJourney: async ({ workflowId }: RecheckInput): Promise<Rechecked> => {
          asked.push(workflowId);
          const left = looks.get(workflowId) ?? [];
          return (left.length > 1 ? left.shift() : left[0]) as Rechecked;
        },
        raiseNews: async ({ workflowId }: RecheckInput) => {
          raised.push({ workflowId, what: 'news' });
        },
        raiseUnproven: async ({ workflowId, rows }: RecheckInput) => {
          raised.push({ workflowId, what: 'unproven', ...(rows && { rows }) });
        },
      },
    });
    running = worker.run();
  });
  after(async () => {
    worker?.shutdown();
    await running;
    await environment?.teardown();
  });

  async function begun(all: Rechecked[], about: Omit<RecheckInput, 'workflowId'> = {}) {
    const workflowId = `purchase/${randomUUID()}`;
    looks.set(workflowId, all);
    const handle = await environment.client.workflow.start('recheck', {
      workflowId: `recheck/${workflowId}`,
      taskQueue: 'recheck',
      args: [{ workflowId, ...about }],
    });
    return { workflowId, handle };
  }
  async function ended(all: Rechecked[], about: Omit<RecheckInput, 'workflowId'> = {}) {
    const { workflowId, handle } = await begun(all, about);
    const { outcome } = (await handle.result()) as RecheckResult;
    const { startTime, closeTime, historyLength } = await handle.describe();
    return {
      outcome,
      looks: asked.filter((one) => one === workflowId).length,
      days: Math.round((Number(closeTime) - Number(startTime)) / DAY_MS),
      seconds: (Number(closeTime) - Number(startTime)) / 1_000,
      raised: raised.filter((one) => one.workflowId === workflowId),
      events: historyLength,
    };
  }

  test('daily, until it matched once', async () => {
    const unasked = seen({ isSettled: false, isUnproven: true });
    const end = await ended([unasked, seen({ isSettled: false }), seen({})]);
    assert.deepEqual([end.outcome, end.looks, end.days], ['matched', 3, 3]);
    assert.deepEqual(end.raised, []);
  });

  test('for thirty days at most, and then an operator hears of what could not be compared', async () => {
    const rows = ['TOP-1'];
    const end = await ended([seen({ isSettled: false, isUnproven: true, rows })], {
      rows: ['TOP-1', 'TOP-2'],
    });
    assert.deepEqual([end.outcome, end.looks, end.days], ['given-up', 30, 30]);
    assert.deepEqual(
      end.raised.map((one) => [one.what, one.rows]),
      [['unproven', rows]],
    );
    assert.ok(end.events < 500, `${end.events} events`);
  });

  test('at once where DOKU notified something else, and no longer than it takes to bear it out', async () => {
    const news = { latestTransactionStatus: '04' };
    const lagging = seen({ isExplained: false });
    const end = await ended([lagging, lagging, seen({})], { news });
    assert.deepEqual([end.outcome, end.looks], ['matched', 3]);
    assert.ok(end.seconds >= 35 && end.seconds < 60, `${end.seconds} s`);
    assert.deepEqual(end.raised, []);
  });

  test('news that DOKU never bears out is raised after its lags', async () => {
    const end = await ended([seen({ isExplained: false })], {
      news: { latestTransactionStatus: '00' },
    });
    assert.deepEqual([end.outcome, end.looks], ['matched', 4]);
    assert.ok(end.seconds >= 155, `${end.seconds} s`);
    assert.deepEqual(
      end.raised.map(({ what }) => what),
      ['news'],
    );
  });

  test('news that may be of another journey under the number is not', async () => {
    const news = { latestTransactionStatus: '00', isShared: true };
    const end = await ended([seen({ isExplained: false })], { news });
    assert.deepEqual(end.raised, []);
  });

  test('the same news again is refused and asks nothing; other news is asked about', async () => {
    const { workflowId, handle } = await begun([seen({ isSettled: false, isExplained: false })]);
    const tell = (latestTransactionStatus: string) =>
      handle.executeUpdate('news', { args: [{ latestTransactionStatus }] });
    await tell('00');
    await environment.sleep('10 minutes');
    const looksThen = asked.filter((one) => one === workflowId).length;
    for (let times = 0; times < 25; times++)
      await assert.rejects(tell('00'), WorkflowUpdateFailedError);
    await environment.sleep('10 minutes');
    assert.equal(asked.filter((one) => one === workflowId).length, looksThen);
    await tell('05');
    await environment.sleep('10 minutes');
    assert.equal(asked.filter((one) => one === workflowId).length, looksThen + 4);
    await handle.cancel();
    assert.equal(((await handle.result()) as RecheckResult).outcome, 'cancelled');
  });
});
