import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import {
  ServiceError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { DeadlineExceededError, JourneyEndedError } from '../../client/errors.js';
import { GRPC, translated } from '../../client/temporal/translated.js';
import { UpdateId, untilHeard } from '../../client/temporal/until-heard.js';

/** As the SDK throws what Temporal's server says. */
function ofServer(code: number, Named: typeof ServiceError = ServiceError): Error {
  const cause = Object.assign(new Error(`code ${code}`), { code, details: 'in its own words' });
  return new Named('Workflow Update failed', { cause });
}
const refused = (type: string) =>
  new WorkflowUpdateFailedError(
    'Workflow Update failed',
    ApplicationFailure.nonRetryable('', type),
  );
const outOfTime = () => {
  const cause = Object.assign(new Error('late'), { code: GRPC.DEADLINE_EXCEEDED });
  return new WorkflowUpdateRPCTimeoutOrCancelledError('late', { cause });
};

/** @returns what an update comes to that meets these in turn, and is answered then; each try as the number of its ID. */
async function heardAfter(errors: readonly Error[], isOnRecord = false) {
  const id = new UpdateId();
  const ids: string[] = [];
  const send = async () => {
    ids.push(id.current);
    const error = errors[ids.length - 1];
    if (error) throw error;
    return 'answered';
  };
  const { signal } = new AbortController();
  const hearing = { id, signal, isOnRecord: async () => isOnRecord };
  const said = await untilHeard(send, hearing).catch((error: unknown) => error);
  return { said, tries: ids.map((each) => [...new Set(ids)].indexOf(each)) };
}

const LET_GO = [
  ['its deadline', outOfTime(), true],
  ['a run that was ended', refused('AcceptedUpdateCompletedWorkflow'), true],
  ['a run that hands the journey over', refused('HandedOver'), true],
  ['a run that is gone while the journey goes on', new DeadlineExceededError('gone'), true],
  ['a task that failed', ofServer(GRPC.FAILED_PRECONDITION), true],
  ['a server that lost it', ofServer(GRPC.INTERNAL), true],
  ['a server that knows no more', ofServer(GRPC.UNKNOWN), true],
  ['a server that broke it off', ofServer(GRPC.ABORTED), true],
  ['a server whose data is lost', ofServer(GRPC.DATA_LOSS), true],
  ['a task without room', refused('UnprocessedUpdate'), false],
  ['a worker that came late', refused('Stale'), false],
] as const;

describe('an update that Temporal lets go of', { concurrency: true }, () => {
  for (const [by, error, mayBeTaken] of LET_GO) {
    test(`by ${by} is sent again`, async () => {
      assert.equal((await heardAfter([error])).said, 'answered');
    });

    for (const type of ['NotNow', 'NotNeeded', 'InvalidInput'])
      test(`by ${by}, ${mayBeTaken ? 'and may be carried out, ' : ''}is ${mayBeTaken ? 'not ' : ''}answered by ${type}`, async () => {
        const refusal = refused(type);
        const { said } = await heardAfter([error, refusal, refusal]);
        assert.equal(said, mayBeTaken ? 'answered' : refusal);
      });
  }

  test('keeps its ID, unless the server has none but that of what the next run refused', async () => {
    const brokenOff = refused('AcceptedUpdateCompletedWorkflow');
    const { tries } = await heardAfter([brokenOff, ofServer(GRPC.INTERNAL), refused('NotNow')]);
    assert.deepEqual(tries, [0, 0, 1, 1]);
  });

  test('is answered by what a run has taken and refused, and by every other word', async () => {
    const notNow = refused('NotNow');
    assert.equal((await heardAfter([outOfTime(), notNow], true)).said, notNow);
    const errors = ['NotAcknowledgeable', 'Contradicted', 'InputMismatch'].map(refused);
    for (const error of [...errors, new JourneyEndedError('ended', {})])
      assert.equal((await heardAfter([outOfTime(), error])).said, error);
  });

  test('is told as not known where it stays so', async () => {
    const brokenOff = refused('AcceptedUpdateCompletedWorkflow');
    const { said } = await heardAfter(Array<Error>(9).fill(brokenOff));
    for (const error of [said, refused('HandedOver')]) {
      const told = translated(error, 'purchase/INV-1');
      assert.ok(told instanceof DeadlineExceededError && told.isWorthAgain);
    }
  });

  test('is refused for as long as its caller waits, and no longer sent then', async () => {
    const caller = new AbortController();
    let tries = 0;
    const send = async () => {
      tries += 1;
      throw tries === 1 ? outOfTime() : refused('NotNow');
    };
    const hearing = { id: new UpdateId(), signal: caller.signal, isOnRecord: async () => false };
    const heard = untilHeard(send, hearing).catch(() => 'ended');
    assert.equal(await Promise.race([heard, setTimeout(4_500, 'waits')]), 'waits');
    caller.abort();
    assert.equal(await heard, 'ended');
    const before = tries;
    await setTimeout(2_500);
    assert.equal(tries, before);
  });
});

test('an update that was never let go of is answered by a refusal', async () => {
  const refusal = refused('NotNow');
  assert.equal((await heardAfter([refusal])).said, refusal);
});
