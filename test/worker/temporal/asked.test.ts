import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Client, type Connection } from '@temporalio/client';
import { arrayFromPayloads, defaultPayloadConverter, type Payload } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { ofJourneys } from '../../../worker/temporal/asked-by-journeys.js';
import {
  createDataConverter,
  payloadKeysOf,
  workerDataConverter,
} from '../../../worker/temporal/encryption.js';
import { Marks } from '../../../workflows/mechanisms/written-as.js';
import { newPayloadKey } from '../../setting/payload-keys.js';

const workflowId = 'top-up/TOP-1';
const runId = '019ac8de-0000-7000-8000-00000000000a';
const ANOTHER = '019ac8de-0000-7000-8000-00000000000b';
const OURS = 'doku-journeys';
const LATER = new Date(Date.now() + 3_600_000);
const place = {
  type: 'activity',
  namespace: 'default',
  workflowId,
  activityId: '1',
  isLocal: false,
} as const;
const [codec] =
  workerDataConverter(createDataConverter(payloadKeysOf(newPayloadKey()))).payloadCodecs ?? [];

/** What a workflow of this run has an activity asked with, as it stands in Temporal. */
async function scheduled(activityType: string, values: readonly unknown[], run = runId) {
  const call = {
    activityType,
    arguments: values.map((value) => defaultPayloadConverter.toPayload(value)) as Payload[],
  };
  new Marks().mark([{ scheduleActivity: call }], run);
  return codec?.encode(call.arguments, place) ?? [];
}

/** By a worker of before, which named nothing. */
const before = async (...values: unknown[]) =>
  codec?.encode(
    values.map((value) => defaultPayloadConverter.toPayload(value)),
    place,
  ) ?? [];

interface InTemporal {
  /** Of the run; it is gone without. */
  readonly taskQueue?: string;
  /** Of its history. */
  readonly events?: object[];
  /** As the worker is set. */
  readonly until?: Date;
}

/** @returns what the activity was given, or the type of what it was refused with. */
async function done(
  activityType: string,
  payloads: Payload[],
  { taskQueue, events, until }: InTemporal = {},
) {
  const gone = Object.assign(new Error('gone'), { code: 5, details: '', metadata: {} });
  let asked = 0;
  const describeWorkflowExecution = async () => {
    asked += 1;
    if (taskQueue === undefined) throw gone;
    return { executionConfig: { taskQueue: { name: taskQueue } } };
  };
  const getWorkflowExecutionHistory = async () => {
    asked += 1;
    if (events === undefined) throw gone;
    return { history: { events } };
  };
  const workflowService = { describeWorkflowExecution, getWorkflowExecutionHistory };
  const client = new Client({ connection: { workflowService } as unknown as Connection });
  const args = arrayFromPayloads(defaultPayloadConverter, await codec?.decode(payloads, place));
  const environment = new MockActivityEnvironment({
    activityType,
    taskQueue: OURS,
    workflowExecution: { workflowId, runId },
  });
  const inbound = ofJourneys(client, until);
  const given = await environment
    .run(async () => inbound.execute?.({ args, headers: {} }, async (input) => input.args))
    .catch((error: { type?: string }) => error.type);
  return { given, asked };
}

describe('an activity', () => {
  test('is done with what its own journey has asked for, and nobody is asked about it', async () => {
    const own = await scheduled('sendTopUp', [{ amount: '1' }]);
    assert.deepEqual(await done('sendTopUp', own), { given: [{ amount: '1' }], asked: 0 });
    const two = await scheduled('sendTopUp', ['a', 'b']);
    assert.deepEqual((await done('sendTopUp', two)).given, ['a', 'b']);
  });

  test('that needs no argument is given its own name, and told of none', async () => {
    const own = await scheduled('issueB2BToken', []);
    assert.equal(own.length, 1);
    assert.deepEqual(await done('issueB2BToken', own), { given: [], asked: 0 });
  });

  test('does nothing with what was written for another, though a journey of ours has it scheduled', async () => {
    const others = await scheduled('queryPurchase', [{ customerId: 'c' }]);
    assert.equal((await done('endWallet', others)).given, 'NoJourney');
    const mixed = [...(await scheduled('endWallet', ['a'])), ...others];
    assert.equal((await done('endWallet', mixed)).given, 'NoJourney');
    const added = [...(await before('a')), ...(await scheduled('endWallet', ['b']))];
    assert.equal((await done('endWallet', added)).given, 'NoJourney');
  });

  describe('of another run', () => {
    const THIRD = '019ac8de-0000-7000-8000-00000000000c';
    const started = (originalExecutionRunId: string) => ({
      workflowExecutionStartedEventAttributes: { originalExecutionRunId },
    });
    const reset = (baseRunId: string, newRunId: string) => ({
      workflowTaskFailedEventAttributes: { baseRunId, newRunId },
    });

    test('is done where Temporal began the run with the history of that one', async () => {
      const payloads = await scheduled('sendTopUp', ['a'], ANOTHER);
      for (const events of [
        [started(ANOTHER)],
        [started(THIRD), reset(ANOTHER, runId)],
        [started(THIRD), reset(THIRD, ANOTHER), reset(runId, THIRD)],
      ])
        assert.deepEqual(await done('sendTopUp', payloads, { events }), { given: ['a'], asked: 1 });
    });

    test('is done for no other, on whatever queue', async () => {
      const payloads = await scheduled('sendTopUp', ['a'], ANOTHER);
      for (const events of [[started(runId)], [started(runId), reset(runId, THIRD)], [], undefined])
        for (const taskQueue of [OURS, 'own']) {
          const given = { ...(events && { events }), taskQueue, until: LATER };
          assert.equal((await done('sendTopUp', payloads, given)).given, 'NoJourney');
        }
    });
  });

  describe('that says of no run', () => {
    const unnamed = async () => [await before('a'), await before()] as const;

    test('waits, as it may be of a worker of before', async () => {
      for (const payloads of await unnamed())
        for (const until of [undefined, new Date(Date.now() - 1)]) {
          const given = { taskQueue: OURS, ...(until && { until }) };
          assert.deepEqual(await done('sendTopUp', payloads, given), {
            given: 'UnnamedCall',
            asked: 0,
          });
        }
    });

    test('is done for a migration, where the run is one of the workers', async () => {
      const until = LATER;
      const [one, none] = await unnamed();
      assert.deepEqual(await done('sendTopUp', one, { taskQueue: OURS, until }), {
        given: ['a'],
        asked: 1,
      });
      assert.deepEqual((await done('issueB2BToken', none, { taskQueue: OURS, until })).given, []);
      for (const taskQueue of ['own', undefined]) {
        const given = { ...(taskQueue && { taskQueue }), until };
        assert.equal((await done('sendTopUp', one, given)).given, 'NoJourney');
      }
    });
  });
});
