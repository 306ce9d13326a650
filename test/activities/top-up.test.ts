import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Client, type Connection } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { Absence } from '../../activities/calling/absence.js';
import { OwnRuns } from '../../activities/reconciliation/own-runs.js';
import type { SnapClient } from '../../activities/snap/client.js';
import { snapSettings } from '../../activities/snap/settings.js';
import { createTopUpActivities } from '../../activities/top-up.js';
import { ANSWER, endOf, markOf } from '../../contract/written-as.js';
import { idr } from '../setting/shop.js';

const EXCHANGE = { externalId: '1', sends: 1 };
const ACCOUNT = '1140340014';
const KEY = { partnerReferenceNo: 'TOP-1', customerId: 'customer-1' };
const ROW = { ...KEY, amount: idr('100.00') };
const ORDER = { ...ROW, customerNumber: ACCOUNT };

const refused = (refusal: string, responseCode = '4033814') => ({
  ...EXCHANGE,
  kind: 'refused',
  refusal,
  responseCode,
});
const accepted = { ...EXCHANGE, kind: 'succeeded', response: { referenceNo: 'R-1' } };
const absent = refused('not-found', '4043901');
const silent = { ...EXCHANGE, kind: 'doubtful', reason: 'timeout' };
const held = (overrides: Record<string, unknown> = {}) => ({
  ...EXCHANGE,
  kind: 'succeeded',
  response: {
    latestTransactionStatus: '00',
    amount: { value: '100.00', currency: 'IDR' },
    ...overrides,
  },
});

const endedAs = (status: string) => ({
  indexedFields: { JourneyStatus: { data: Buffer.from(JSON.stringify(status)) } },
});

const ENDED = '019ac8de-0000-7000-8000-00000000000e';

/** A run of the number, and what it has ended with, written as the result of a run. */
function endedWith(outcome: string, of: string) {
  const result = defaultPayloadConverter.toPayload({ ...KEY, amount: idr('100.00'), outcome });
  const metadata = { ...result.metadata, as: markOf(ANSWER, endOf(of)) };
  return {
    execution: { workflowId: 'top-up/TOP-1', runId: ENDED },
    status: 2,
    result: { ...result, metadata },
  };
}

/** The activities, where DOKU answers each kind of call as given, and how often it was sent a top-up. */
function withDoku(answers: {
  inquiry?: object;
  topUp?: object;
  status?: object;
  /** Temporal's word on a journey under the number. */
  journey?: { readonly [name: string]: unknown };
  /** Runs of it besides, as Temporal lists them. */
  others?: { execution: { runId: string }; status: number }[];
  /** The part of a batch that has claimed the number. */
  claimant?: string;
}) {
  let sends = 0;
  const snap = {
    accountInquiry: async () => answers.inquiry ?? { ...EXCHANGE, kind: 'succeeded', response: {} },
    topUpInquiry: async () => answers.inquiry ?? { ...EXCHANGE, kind: 'succeeded', response: {} },
    topUp: async () => {
      sends += 1;
      return answers.topUp ?? accepted;
    },
    topUpStatus: async () => answers.status ?? absent,
  };
  const workflowService = {
    listWorkflowExecutions: async ({ query }: { query: string }) => ({
      executions: query.includes("'top-up/TOP-1'") ? (answers.others ?? []) : [],
      nextPageToken: [],
    }),
    describeWorkflowExecution: async ({ execution }: { execution: { runId?: string } }) => {
      const other = answers.others?.find((run) => run.execution.runId === execution.runId);
      if (!answers.journey)
        throw Object.assign(new Error(), { code: 5, details: '', metadata: {} });
      return { workflowExecutionInfo: other ?? answers.journey };
    },
    getWorkflowExecutionHistory: async () => {
      const attributes = { result: { payloads: [answers.journey?.result] } };
      return { history: { events: [{ workflowExecutionCompletedEventAttributes: attributes }] } };
    },
  };
  const connection = { workflowService } as unknown as Connection;
  const client = {
    workflow: {
      getHandle: () => ({
        query: async () => ({ accountId: ACCOUNT }),
        fetchHistory: async () => ({ events: [] }),
      }),
    },
    ...{ workflowService, connection, options: new Client({ connection }).options },
    withDeadline: (_: number, work: () => unknown) => work(),
  };
  const activities = createTopUpActivities({
    snap: snap as unknown as SnapClient,
    client: client as unknown as Client,
    own: new OwnRuns(client as unknown as Client, 'doku'),
    claims: { claimantOf: async () => answers.claimant },
    settings: snapSettings({ baseUrl: 'http://127.0.0.1', topUpInquiry: 'topUpInquiry' }),
    delays: { firstMs: 1, factor: 1, mostMs: 1 },
    absence: new Absence(0),
  });
  const environment = new MockActivityEnvironment({
    workflowExecution: { workflowId: 'top-up/TOP-1', runId: 'second' },
  });
  const inRun = {
    run: <Order, Answer>(work: (order: Order) => Promise<Answer>, order: Order) =>
      environment.run(work, order) as Promise<Answer>,
  };
  return { activities, inRun, sends: () => sends };
}

describe('a refusal of a top-up', () => {
  test('is believed where DOKU knows nothing of the number, or has failed it', async () => {
    for (const status of [absent, held({ latestTransactionStatus: '06' })]) {
      const { activities, inRun } = withDoku({ topUp: refused('insufficient-funds'), status });
      assert.equal((await inRun.run(activities.sendTopUp, ORDER)).kind, 'refused');
      const row = await inRun.run(activities.topUpAtOnce, ROW);
      assert.deepEqual(row, { kind: 'refused', refusal: 'insufficient-funds' });
    }
  });

  test('is a doubt where DOKU has the number, or does not say', async () => {
    for (const status of [held(), held({ latestTransactionStatus: '03' }), silent]) {
      const { activities, inRun } = withDoku({ topUp: refused('insufficient-funds'), status });
      const { kind } = await inRun.run(activities.sendTopUp, ORDER);
      assert.equal(kind, 'doubtful');
      const row = await inRun.run(activities.topUpAtOnce, ROW);
      assert.deepEqual(row, { kind: 'unclear', mayBeSent: true, isKnown: 'same' });
    }
  });

  test('by the inquiry too', async () => {
    const blocked = refused('blocked', '4033705');
    const known = withDoku({ inquiry: blocked, status: held() });
    const answer = await known.inRun.run(known.activities.inquireTopUp, ROW);
    assert.equal(answer.kind === 'refused' && answer.mayBeSent, true);
    assert.equal((await known.inRun.run(known.activities.topUpAtOnce, ROW)).kind, 'unclear');
    const unknown = withDoku({ inquiry: blocked });
    const other = await unknown.inRun.run(unknown.activities.inquireTopUp, ROW);
    assert.equal(other.kind === 'refused' && other.mayBeSent, undefined);
  });
});

describe('a number that somebody else may be sending', () => {
  test('is not sent as a row where a journey has it that runs, or has completed it', async () => {
    for (const journey of [{ status: 1 }, { status: 2, searchAttributes: endedAs('completed') }]) {
      const { activities, inRun, sends } = withDoku({ journey });
      assert.deepEqual(await inRun.run(activities.topUpAtOnce, ROW), { kind: 'taken' });
      assert.equal(sends(), 0);
    }
    const failed = withDoku({ status: held(), journey: endedWith('failed', ENDED) });
    const row = await failed.inRun.run(failed.activities.topUpAtOnce, ROW);
    assert.equal(row.kind, 'completed');
    // It says so itself, whatever the list says.
    const completed = withDoku({ journey: endedWith('completed', ENDED) });
    const said = await completed.inRun.run(completed.activities.topUpAtOnce, ROW);
    assert.deepEqual(said, { kind: 'taken' });
  });

  test('is asked about first where nobody with a key has ended it, or another run of it was broken off', async () => {
    const proven = endedWith('failed', ENDED);
    const brokenOff = { execution: { runId: 'terminated' }, status: 5 };
    for (const answers of [
      { journey: { status: 2, searchAttributes: endedAs('failed') } },
      { journey: endedWith('failed', 'another') },
      { journey: proven, others: [brokenOff] },
    ]) {
      const { activities, inRun, sends } = withDoku({ status: held(), ...answers });
      const row = await inRun.run(activities.topUpAtOnce, ROW);
      assert.equal(row.kind === 'unclear' && row.isBroken, true, JSON.stringify(answers));
      assert.equal(sends(), 0);
    }
    const refusedBefore = { ...brokenOff, status: 3 };
    const free = withDoku({ status: held(), journey: proven, others: [refusedBefore] });
    assert.equal((await free.inRun.run(free.activities.topUpAtOnce, ROW)).kind, 'completed');
  });

  test('is asked about first where its journey was ended from outside', async () => {
    const { activities, inRun, sends } = withDoku({ status: held(), journey: { status: 5 } });
    const row = await inRun.run(activities.topUpAtOnce, ROW);
    assert.deepEqual(row, {
      kind: 'unclear',
      mayBeSent: true,
      unprovenIn: 'second',
      isBroken: true,
    });
    assert.equal(sends(), 0);
    const proven = { ...ROW, provenIn: 'second' };
    assert.equal((await inRun.run(activities.topUpAtOnce, proven)).kind, 'completed');
  });

  test('is not sent as a top-up while a part of a batch has claimed it', async () => {
    const claimant = 'top-up-batch/B/0';
    const { activities, inRun, sends } = withDoku({ claimant });
    const { kind, claimedBy } = (await inRun.run(activities.sendTopUp, ORDER)) as {
      kind: string;
      claimedBy?: string;
    };
    assert.deepEqual([kind, claimedBy], ['doubtful', claimant]);
    assert.equal(sends(), 0);
    const blocked = withDoku({ claimant, inquiry: refused('blocked', '4033705') });
    const answer = await blocked.inRun.run(blocked.activities.inquireTopUp, ROW);
    assert.equal(answer.kind === 'refused' && answer.claimedBy, claimant);
  });
});

describe('after a reset', () => {
  test('nothing is sent until the run that asks has proven that none before it did', async () => {
    const { activities, inRun, sends } = withDoku({});
    const firstRunId = 'first';
    for (const provenIn of [undefined, 'another']) {
      const sent = await inRun.run(activities.sendTopUp, { ...ORDER, firstRunId, provenIn });
      assert.deepEqual(sent, { kind: 'doubtful', doubt: 'earlier-run', unprovenIn: 'second' });
      const row = await inRun.run(activities.topUpAtOnce, { ...ROW, firstRunId, provenIn });
      assert.deepEqual(row, { kind: 'unclear', mayBeSent: true, unprovenIn: 'second' });
    }
    assert.equal(sends(), 0);
    const proven = { firstRunId, provenIn: 'second' };
    assert.equal((await inRun.run(activities.sendTopUp, { ...ORDER, ...proven })).kind, 'accepted');
    assert.equal(sends(), 1);
  });

  test('a refused inquiry is no end', async () => {
    const { activities, inRun } = withDoku({ inquiry: refused('blocked', '4033705') });
    const answer = await inRun.run(activities.inquireTopUp, { ...ROW, firstRunId: 'first' });
    assert.equal(answer.kind === 'refused' && answer.mayBeSent, true);
  });
});

describe('what DOKU holds under the number', () => {
  test('is told with its currency, and as another wallet where it names one', async () => {
    const amount = { value: '100.00', currency: 'USD' };
    const dollars = withDoku({ status: held({ amount }) });
    const fact = await dollars.inRun.run(dollars.activities.queryTopUp, KEY);
    assert.equal(fact.amount, 'USD 100.00');
    const others = withDoku({ status: held({ customerNumber: '1140340099' }) });
    assert.equal((await others.inRun.run(others.activities.queryTopUp, KEY)).isOthers, true);
    const masked = withDoku({ status: held({ customerNumber: '******0099' }) });
    assert.equal((await masked.inRun.run(masked.activities.queryTopUp, KEY)).isOthers, undefined);
  });

  test('completes a row only where all of it fits', async () => {
    for (const status of [
      held({ amount: { value: '100.00', currency: 'USD' } }),
      held({ amount: { value: '1000.00', currency: 'IDR' } }),
      held({ customerNumber: '1140340099' }),
    ]) {
      const { activities, inRun } = withDoku({ status });
      const row = await inRun.run(activities.topUpAtOnce, ROW);
      assert.deepEqual(row, { kind: 'unclear', mayBeSent: true, isAccepted: true });
    }
    const { activities, inRun } = withDoku({ status: held({ customerNumber: ACCOUNT }) });
    assert.equal((await inRun.run(activities.topUpAtOnce, ROW)).kind, 'completed');
  });

  test("before it was sent may be another customer's", async () => {
    const { activities, inRun } = withDoku({ topUp: refused('inconsistent', '4043818') });
    const row = await inRun.run(activities.topUpAtOnce, ROW);
    assert.deepEqual(row, { kind: 'unclear', mayBeSent: true, isKnown: 'other' });
    const again = withDoku({ topUp: refused('already-done', '4093801') });
    const same = await again.inRun.run(again.activities.topUpAtOnce, ROW);
    assert.deepEqual(same, { kind: 'unclear', mayBeSent: true, isKnown: 'same' });
  });
});
