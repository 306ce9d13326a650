import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, test } from 'node:test';
import {
  ApplicationFailure,
  DefaultFailureConverter,
  defaultPayloadConverter,
  type Payload,
} from '@temporalio/common';
import {
  createDataConverter,
  payloadKeysOf,
  workerDataConverter,
} from '../../worker/temporal/encryption.js';
import { assertTaken, turnAwayUnproven } from '../../workflows/mechanisms/unproven-answers.js';
import { Marks } from '../../workflows/mechanisms/written-as.js';
import { newPayloadKey } from '../setting/payload-keys.js';

// As Temporal's SDK loads it, which compiled tests leave where it is.
const { failureConverter } = createRequire(import.meta.url)(
  '../../worker/temporal/failure-converter.cjs',
) as { failureConverter: DefaultFailureConverter };

const key = newPayloadKey('ours');
const codecOf = (keys: string) => {
  const [codec] = workerDataConverter(createDataConverter(payloadKeysOf(keys))).payloadCodecs ?? [];
  assert.ok(codec);
  return codec;
};
const codec = codecOf(key);
const CALL = { namespace: 'default', workflowId: 'top-up/TOP-1' } as const;
const HERE = { ...CALL, type: 'activity', activityId: '7', isLocal: false } as const;
const ELSEWHERE = { ...HERE, activityId: '8' } as const;

const markCommands = (commands: Parameters<Marks['mark']>[0]) =>
  new Marks().mark(commands, '019ac8de-0000-7000-8000-00000000000a');
const plain = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);
async function written(payload: Payload, place: typeof HERE | typeof ELSEWHERE = HERE, by = codec) {
  const [encrypted] = await by.encode([payload], place);
  assert.ok(encrypted);
  return encrypted;
}
async function found(payload: Payload) {
  const [decrypted] = await codec.decode([payload], HERE);
  assert.ok(decrypted);
  return decrypted;
}

const completed = (result: Payload) => ({ completed: { result } });
/** As Temporal wraps it. */
const failed = (cause: object) => ({
  failed: { failure: { activityFailureInfo: { activityType: { name: 'sendTopUp' } }, cause } },
});
type Answer = Parameters<typeof turnAwayUnproven>[0][number]['resolveActivity'];

/** What the journey is told. */
function told(result: object): unknown {
  const answer = { result } as NonNullable<Answer>;
  turnAwayUnproven([{ resolveActivity: answer }]);
  const { completed: value, failed: end } = answer.result ?? {};
  if (value?.result) return defaultPayloadConverter.fromPayload(value.result);
  return end?.failure?.cause?.applicationFailureInfo?.type ?? end?.failure?.cause;
}
const NOBODYS = 'UnprovenAnswer';

const ownFailure = async (error: Error, converter = failureConverter) => {
  const failure = converter.errorToFailure(error, defaultPayloadConverter);
  const { encodedAttributes } = failure;
  return {
    ...failure,
    encodedAttributes: encodedAttributes && (await found(await written(encodedAttributes))),
  };
};

describe('an answer', () => {
  test("is believed where a worker has encrypted it for its call, as a worker's failure is", async () => {
    const answer = { kind: 'accepted' };
    assert.deepEqual(told(completed(await found(await written(plain(answer))))), answer);
    const failure = await ownFailure(ApplicationFailure.nonRetryable('no', 'CustomerNotBound'));
    assert.equal(told(failed(failure)), 'CustomerNotBound');
    const older = new DefaultFailureConverter({ encodeCommonAttributes: true });
    const before = await ownFailure(ApplicationFailure.nonRetryable('no', 'Older'), older);
    assert.equal(told(failed(before)), 'Older');
  });

  test("is nobody's in the clear, malformed, of another call, or as what it was asked with", async () => {
    const call = {
      userMetadata: { summary: plain('Top Up TOP-1') },
      scheduleActivity: { arguments: [plain('asked')] },
    };
    markCommands([call]);
    const [asked] = call.scheduleActivity.arguments;
    assert.ok(asked);
    for (const payload of [
      plain({ kind: 'accepted' }),
      { ...plain({}), metadata: { ...plain({}).metadata, bound: new Uint8Array(1) } },
      { metadata: { encoding: Buffer.from('binary/sealed') }, data: Buffer.from('x') },
      await written(plain({ kind: 'accepted' }), ELSEWHERE),
      await written(asked),
      await written(call.userMetadata.summary),
    ])
      assert.equal(told(completed(await found(payload))), NOBODYS);
  });

  test("is nobody's where a failure is handed back as an answer, or with another type", async () => {
    const failure = await ownFailure(ApplicationFailure.retryable('still pending', 'StillPending'));
    assert.equal(told(completed(failure.encodedAttributes as Payload)), NOBODYS);
    for (const changed of [
      { type: 'CustomerNotBound', nonRetryable: false },
      { type: 'StillPending', nonRetryable: true },
    ])
      assert.equal(told(failed({ ...failure, applicationFailureInfo: changed })), NOBODYS);
  });

  test("is nobody's where Temporal says no such thing of an activity", async () => {
    for (const failure of [
      { canceledFailureInfo: {} },
      { terminatedFailureInfo: {} },
      { serverFailureInfo: { nonRetryable: true } },
      { message: 'in the clear' },
      { childWorkflowExecutionFailureInfo: {} },
    ])
      assert.equal(told(failed(failure)), NOBODYS);
    const inTime = failed({
      timeoutFailureInfo: { lastHeartbeatDetails: { payloads: [plain('clear')] } },
      cause: { childWorkflowExecutionFailureInfo: {} },
    });
    const { cause } = inTime.failed.failure as unknown as { cause: { cause: object } };
    told(inTime);
    assert.deepEqual(cause, {
      timeoutFailureInfo: { lastHeartbeatDetails: null },
      cause: (cause as { cause: object }).cause,
    });
    assert.match(JSON.stringify(cause.cause), /UnprovenAnswer/);
  });

  test("of a child is its result, and nobody's where it is the child's input", async () => {
    const child = { type: 'workflow', ...CALL } as const;
    const begun = { startChildWorkflowExecution: { input: [plain('input')] } };
    const ended = { completeWorkflowExecution: { result: plain('result') } };
    markCommands([begun, ended]);
    const toldOf = async (payload: Payload | undefined) => {
      const [result] = await codec.decode(
        await codec.encode(payload ? [payload] : [], child),
        child,
      );
      const answer = { result: completed(result as Payload) as object } as NonNullable<Answer>;
      turnAwayUnproven([{ resolveChildWorkflowExecution: answer }]);
      return Boolean(answer.result?.completed);
    };
    assert.equal(await toldOf(ended.completeWorkflowExecution.result), true);
    assert.equal(await toldOf(begun.startChildWorkflowExecution.input[0]), false);
  });

  test('of a key that is not there waits for it', async () => {
    const theirs = await written(plain('x'), HERE, codecOf(newPayloadKey('theirs')));
    await assert.rejects(codec.decode([theirs], HERE), { name: 'UnknownPayloadKeyError' });
    const child = { type: 'workflow', ...CALL } as const;
    const [ended] = await codecOf(newPayloadKey('theirs')).encode([plain('x')], child);
    assert.ok(ended);
    const [result] = await codec.decode([ended], child);
    assert.ok(result);
    assert.throws(
      () => turnAwayUnproven([{ resolveChildWorkflowExecution: { result: completed(result) } }]),
      { name: 'UnknownPayloadKeyError' },
    );
  });

  test('fails the workflow task of a journey that began before inputs said when they were encrypted', async () => {
    const refused = await found(plain('clear'));
    for (const result of [completed(refused), failed({ encodedAttributes: refused })])
      assert.throws(() => assertTaken([{ resolveActivity: { result } }]), /is not encrypted/);
    assertTaken([{ resolveActivity: { result: completed(plain('of before')) } }]);
  });
});
