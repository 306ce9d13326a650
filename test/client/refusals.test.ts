import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Client, type Connection } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { resultOfRun } from '../../client/temporal/ended-with.js';
import { topUpWorkflowId } from '../../contract/identity.js';
import { ANSWER, endOf, FAILURE, markOf, ofQuery, SEALED_AT } from '../../contract/written-as.js';

const workflowId = topUpWorkflowId('TOP-1');
const runId = '019ac8de-0000-7000-8000-00000000000a';
const ANOTHER = '019ac8de-0000-7000-8000-00000000000b';
const startedMs = Date.UTC(2026, 0, 2);
const MINUTE_MS = 60_000;
const IN_WORKERS_WORDS = 'input: is not encrypted';
/** Temporal's numbers of how a run ended. */
const COMPLETED = 2;
const FAILED = 3;

const refusal = (message: string, encodedAttributes?: object) => ({
  message,
  applicationFailureInfo: { type: 'InvalidInput', nonRetryable: true },
  ...(encodedAttributes && { encodedAttributes }),
});

/** As the codec hands it over, once it was decrypted. */
function encoded(as: Uint8Array, { type = 'InvalidInput', atMs = startedMs } = {}) {
  const said = { message: 'input.amount: must be money', stack_trace: '', type };
  const payload = defaultPayloadConverter.toPayload(said);
  const metadata = { ...payload.metadata, as, [SEALED_AT]: Buffer.from(`${atMs}w`) };
  return refusal('Encoded failure', { ...payload, metadata });
}

interface Other {
  readonly status: number;
  readonly failure?: object;
  readonly minutesLater?: number;
}

/** @returns the name of what the run's result is told as. */
async function told(failure: object, other?: Other): Promise<string> {
  const at = (ms: number) => ({ seconds: ms / 1_000, nanos: 0 });
  const ofRun = (id: string) => (id === runId ? failure : (other?.failure ?? {}));
  const startOf = (minutes: number) => at(startedMs + minutes * MINUTE_MS);
  const workflowService = {
    getWorkflowExecutionHistory: async ({ execution }: { execution: { runId: string } }) => {
      const attributes = { failure: ofRun(execution.runId) };
      return { history: { events: [{ workflowExecutionFailedEventAttributes: attributes }] } };
    },
    describeWorkflowExecution: async () => ({
      workflowExecutionInfo: { startTime: startOf(0), closeTime: at(startedMs) },
    }),
    listWorkflowExecutions: async () => ({
      executions: [
        { execution: { workflowId, runId }, status: FAILED, startTime: startOf(0) },
        ...(other
          ? [
              {
                execution: { workflowId, runId: ANOTHER },
                status: other.status,
                startTime: startOf(other.minutesLater ?? -1),
              },
            ]
          : []),
      ],
    }),
  };
  const client = new Client({ connection: { workflowService } as unknown as Connection });
  const error = await resultOfRun(client, { workflowId, runId }).catch((why: Error) => why);
  return (error as Error).name;
}

// As the SDK names it, which is then told as InvalidInputError.
const REFUSED = 'WorkflowFailedError';
const BROKEN = 'JourneyBrokenError';

describe('a failure InvalidInput', () => {
  test('that a worker has encrypted as that of this run is its refusal', async () => {
    const own = markOf(FAILURE, endOf(runId));
    assert.equal(await told(encoded(own)), REFUSED);
    assert.equal(await told(encoded(own, { type: 'NotNow' })), BROKEN);
    assert.equal(await told(encoded(markOf(FAILURE, endOf(ANOTHER)))), BROKEN);
    assert.equal(await told(encoded(markOf(ANSWER, ofQuery('status')))), BROKEN);
  });

  test('of a worker of before is its refusal where it is of its time', async () => {
    assert.equal(await told(encoded(markOf(FAILURE))), REFUSED);
    const late = encoded(markOf(FAILURE), { atMs: startedMs - 6 * MINUTE_MS });
    assert.equal(await told(late), BROKEN);
  });

  test('in the clear is one in the words of workers alone, of a number with no other run', async () => {
    assert.equal(await told(refusal(IN_WORKERS_WORDS)), REFUSED);
    assert.equal(await told(refusal('wrong')), BROKEN);
    const before = { status: FAILED, failure: refusal(IN_WORKERS_WORDS) };
    assert.equal(await told(refusal(IN_WORKERS_WORDS), before), REFUSED);
    const failed = { status: FAILED, failure: refusal('wrong') };
    for (const other of [{ status: COMPLETED }, failed])
      assert.equal(await told(refusal(IN_WORKERS_WORDS), other), BROKEN);
    // What came after has the number because it was free.
    const later = { status: COMPLETED, minutesLater: 1 };
    assert.equal(await told(refusal(IN_WORKERS_WORDS), later), REFUSED);
  });
});
