import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Client, type Connection } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { resultOfRun } from '../../client/temporal/ended-with.js';
import { heardFrom } from '../../client/temporal/heard.js';
import { topUpWorkflowId } from '../../contract/identity.js';
import {
  ANSWER,
  ARGUMENT,
  endOf,
  FAILURE,
  markOf,
  ofQuery,
  ofUpdate,
  SEALED_AT,
} from '../../contract/written-as.js';

const workflowId = topUpWorkflowId('TOP-1');
const runId = '019ac8de-0000-7000-8000-00000000000a';
const result = {
  partnerReferenceNo: 'TOP-1',
  amount: { value: '100.00', currency: 'IDR' },
  outcome: 'completed',
};
const MINUTE_MS = 60_000;

/** As the codec hands it over, once it was decrypted. */
function written(value: unknown, as?: Uint8Array, atMs?: number, by = 'w'): Payload {
  const payload = defaultPayloadConverter.toPayload(value);
  const metadata = {
    ...payload.metadata,
    ...(as && { as }),
    ...(atMs && { [SEALED_AT]: Buffer.from(`${atMs}${by}`) }),
  };
  return { ...payload, metadata };
}

const clientOf = (workflowService: object) =>
  new Client({ connection: { workflowService } as unknown as Connection });

describe('what a run has ended with', () => {
  const endedMs = Date.UTC(2026, 0, 2);
  const at = (ms: number) => ({ seconds: ms / 1_000, nanos: 0 });
  const resultIs = async (payload: Payload, of = workflowId) => {
    const attributes = { result: { payloads: [payload] } };
    const events = [{ workflowExecutionCompletedEventAttributes: attributes }];
    const client = clientOf({
      getWorkflowExecutionHistory: async () => ({ history: { events } }),
      describeWorkflowExecution: async () => ({
        workflowExecutionInfo: { startTime: at(endedMs - MINUTE_MS), closeTime: at(endedMs) },
      }),
    });
    try {
      return await resultOfRun(client, { workflowId: of, runId });
    } catch (error) {
      return (error as Error).name;
    }
  };
  const NONE = 'UnexpectedAnswerError';

  test('is its result where it was written as that of this very run, whatever else it holds', async () => {
    const own = written({ ...result, later: 1 }, markOf(ANSWER, endOf(runId)));
    assert.deepEqual(await resultIs(own), { ...result, later: 1 });
    const another = markOf(ANSWER, endOf('019ac8de-0000-7000-8000-00000000000b'));
    assert.equal(await resultIs(written(result, another)), NONE);
  });

  test('is none where it was written as anything else', async () => {
    for (const as of [
      markOf(ANSWER, ofQuery('status')),
      markOf(ANSWER, ofUpdate('resolve', runId)),
      markOf(FAILURE, endOf(runId)),
      markOf(FAILURE),
      markOf(ARGUMENT),
    ])
      assert.equal(await resultIs(written(result, as, endedMs)), NONE);
  });

  test('of a worker of before, which named no run, is its result if it fits, and is of its time', async () => {
    const as = markOf(ANSWER);
    assert.deepEqual(await resultIs(written(result, as, endedMs - MINUTE_MS)), result);
    assert.equal(await resultIs(written(result, as, endedMs - 6 * MINUTE_MS)), NONE);
    assert.equal(await resultIs(written({ status: 'completed' }, as, endedMs)), NONE);
    // Of before payloads said when they were encrypted, or as what.
    assert.deepEqual(await resultIs(written(result)), result);
    assert.equal(await resultIs(written({ status: 'completed' })), NONE);
  });

  test('is none where no worker wrote it as one, though it fits and is of its time', async () => {
    assert.equal(await resultIs(written(result, undefined, endedMs)), NONE);
    assert.equal(await resultIs(written(result, undefined, endedMs, '')), NONE);
    assert.equal(await resultIs(written(result, markOf(ANSWER), endedMs, '')), NONE);
    // Nobody knows what it ends with.
    assert.equal(await resultIs(written(result), 'balance/mine'), NONE);
  });
});

describe('an answer', () => {
  const as = ofQuery('told');
  const heard = async (payload?: Payload, as = ofQuery('told')) => {
    const client = clientOf({
      queryWorkflow: async () => ({ queryResult: { payloads: payload && [payload] } }),
    });
    try {
      return await heardFrom(client, { workflowId, as }, (workflow) =>
        workflow.getHandle(workflowId).query('status'),
      );
    } catch (error) {
      return (error as Error).name;
    }
  };

  test('is believed as what it was written as alone', async () => {
    assert.equal(await heard(written('told', markOf(ANSWER, as))), 'told');
    for (const another of [ofQuery('events'), ofUpdate('status', runId), endOf(runId)])
      assert.equal(await heard(written('told', markOf(ANSWER, another))), 'UnexpectedAnswerError');
    assert.equal(await heard(), 'UnexpectedAnswerError');
  });

  test('of a worker of before, which named nothing, is believed for a quarter of an hour', async () => {
    const now = Date.now();
    assert.equal(await heard(written('told', markOf(ANSWER), now)), 'told');
    assert.equal(
      await heard(written('told', markOf(ANSWER), now - 16 * MINUTE_MS)),
      'UnexpectedAnswerError',
    );
  });

  test('is none where no worker wrote it as one, as a backend writes its arguments', async () => {
    const now = Date.now();
    for (const nobodys of [
      written('told'),
      written('told', undefined, now, ''),
      written('told', undefined, now),
      written('told', markOf(ANSWER), now, ''),
    ])
      assert.equal(await heard(nobodys), 'UnexpectedAnswerError');
  });

  test('of a worker of before is held against what the contract says of it', async () => {
    const now = Date.now();
    const [status, funded] = [ofQuery('status'), ofUpdate('funded', runId)];
    const view = { partnerReferenceNo: 'TOP-1', amount: result.amount, status: 'sending' };
    assert.deepEqual(await heard(written(view, markOf(ANSWER), now), status), view);
    assert.equal(await heard(written(undefined, markOf(ANSWER), now), funded), undefined);
    for (const as of [status, funded])
      assert.equal(await heard(written(result, markOf(ANSWER), now), as), 'UnexpectedAnswerError');
    // A newer worker may say more than we know of.
    assert.deepEqual(await heard(written(result, markOf(ANSWER, status), now), status), result);
  });
});

describe('a refusal of an update', () => {
  const updateId = runId;
  const as = ofUpdate('acknowledge', updateId);
  const encrypting = {
    payloadCodecs: [
      {
        encode: async (payloads: Payload[]) => payloads,
        decode: async (payloads: Payload[]) => payloads,
      },
    ],
  };
  /** @returns the name of the error. */
  const refused = async (failure: object, { isEncrypting = true } = {}) => {
    const workflowService = {
      updateWorkflowExecution: async () => ({
        updateRef: { workflowExecution: { workflowId, runId }, updateId },
        outcome: { failure },
        stage: 3,
      }),
    };
    const client = new Client({
      connection: { workflowService } as unknown as Connection,
      ...(isEncrypting && { dataConverter: encrypting }),
    });
    const asking = heardFrom(client, { workflowId, as }, (workflow) =>
      workflow.getHandle(workflowId).executeUpdate('acknowledge', { updateId }),
    );
    return asking.then(
      () => 'none',
      (error: Error) => error.name,
    );
  };
  const inTheClear = (type: string, message = 'wrong') => ({
    message,
    applicationFailureInfo: { type, nonRetryable: true },
  });
  const encrypted = (type: string, mark: Uint8Array, said: string | undefined = type) => ({
    ...inTheClear(type, 'Encoded failure'),
    encodedAttributes: written({ message: 'wrong', stack_trace: '', type: said }, mark, Date.now()),
  });
  const BELIEVED = 'WorkflowUpdateFailedError';
  const NOBODYS = 'UnexpectedAnswerError';
  const types = [
    ...['Answered', 'InvalidInput', 'JourneyEnded', 'NotNeeded', 'CustomerNotBound', 'NotNow'],
    ...['InputMismatch', 'NotAcknowledgeable', 'HandedOver', 'Stale', 'anything'],
  ];

  test('is believed where a worker has encrypted it as that of this very update, of whatever type', async () => {
    for (const type of types) {
      assert.equal(await refused(encrypted(type, markOf(FAILURE, as))), BELIEVED);
      const ofAnother = markOf(FAILURE, ofUpdate('cancel', updateId));
      assert.equal(await refused(encrypted(type, ofAnother)), NOBODYS);
    }
  });

  test('is nobody’s in the clear, of whatever type', async () => {
    for (const type of types) assert.equal(await refused(inTheClear(type)), NOBODYS);
  });

  test('is nobody’s where its type is not the one that was encrypted with it', async () => {
    const changed = encrypted('Answered', markOf(FAILURE, as), 'NotNow');
    assert.equal(await refused(changed), NOBODYS);
  });

  test('may say in the clear that a key is missing, and of what was not encrypted to whoever encrypts nothing', async () => {
    const words = 'no payload key "a" among "b": encrypt with one of these';
    assert.equal(await refused(inTheClear('PayloadKey', words)), BELIEVED);
    assert.equal(await refused(inTheClear('PayloadKey')), NOBODYS);
    const unencrypted = inTheClear('InvalidInput', 'acknowledge: is not encrypted');
    assert.equal(await refused(unencrypted), NOBODYS);
    assert.equal(await refused(unencrypted, { isEncrypting: false }), BELIEVED);
    // Temporal's own word for an update whose run was ended before it answered.
    assert.equal(await refused(inTheClear('AcceptedUpdateCompletedWorkflow')), BELIEVED);
  });
});
