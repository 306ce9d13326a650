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

/** @returns what the activity was given, or the type of what it was refused with. */
async function done(activityType: string, payloads: Payload[], taskQueue?: string) {
  const gone = Object.assign(new Error('gone'), { code: 5, details: '', metadata: {} });
  let asked = 0;
  const describeWorkflowExecution = async () => {
    asked += 1;
    if (taskQueue === undefined) throw gone;
    return { executionConfig: { taskQueue: { name: taskQueue } } };
  };
  const workflowService = { describeWorkflowExecution };
  const client = new Client({ connection: { workflowService } as unknown as Connection });
  const args = arrayFromPayloads(defaultPayloadConverter, await codec?.decode(payloads, place));
  const environment = new MockActivityEnvironment({
    activityType,
    taskQueue: OURS,
    workflowExecution: { workflowId, runId },
  });
  const inbound = ofJourneys(client);
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
    assert.equal((await done('endWallet', others, OURS)).given, 'NoJourney');
    const mixed = [...(await scheduled('endWallet', ['a'])), ...others];
    assert.equal((await done('endWallet', mixed, OURS)).given, 'NoJourney');
    const added = [...(await before('a')), ...(await scheduled('endWallet', ['b']))];
    assert.equal((await done('endWallet', added, OURS)).given, 'NoJourney');
  });

  test('of another run, or of a worker of before, is done where the run is one of the workers', async () => {
    const another = await scheduled('sendTopUp', ['a'], ANOTHER);
    for (const payloads of [another, await before('a')]) {
      assert.deepEqual(await done('sendTopUp', payloads, OURS), { given: ['a'], asked: 1 });
      assert.equal((await done('sendTopUp', payloads, 'own')).given, 'NoJourney');
      assert.equal((await done('sendTopUp', payloads)).given, 'NoJourney');
    }
    assert.equal((await done('issueB2BToken', [], 'own')).given, 'NoJourney');
    assert.deepEqual((await done('issueB2BToken', [], OURS)).given, []);
  });
});
