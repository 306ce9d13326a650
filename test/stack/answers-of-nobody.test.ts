import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time.js';
import type proto from '@temporalio/proto';
import { reasonOf } from '../../client/cli/mechanisms/failure.js';
import { DokuJourneysError } from '../../client/index.js';
import { topUpWorkflowId } from '../../contract/identity.js';
import { partProgressSignal } from '../../contract/top-up-batch.js';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { forget } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

const NAMESPACE = 'default';
/** Temporal's numbers of commands. */
const COMPLETE = 4;
const FAIL = 5;

const IN_THE_CLEAR = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);
const KEYWORD = (value: string): Payload => ({
  ...IN_THE_CLEAR(value),
  metadata: { ...IN_THE_CLEAR(value).metadata, type: Buffer.from('Keyword') },
});
type Failure = proto.temporal.api.failure.v1.IFailure;

/** Temporal's API alone, without a payload key, as `temporal activity` uses it (money rule 13). */
describe('what nobody with a key has answered is believed by no journey', {
  concurrency: true,
}, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  const pendingIn = async (workflowId: string) => {
    const { pendingActivities } = await stack.client.workflowService.describeWorkflowExecution({
      namespace: NAMESPACE,
      execution: { workflowId },
    });
    return pendingActivities?.[0];
  };
  const activityOf = async (workflowId: string) => (await pendingIn(workflowId))?.activityId ?? '';
  const completedBy = (workflowId: string, activityId: string, result?: Payload) =>
    stack.client.workflowService.respondActivityTaskCompletedById({
      ...{ namespace: NAMESPACE, workflowId, activityId },
      ...(result && { result: { payloads: [result] } }),
    });
  const failedBy = (workflowId: string, activityId: string, failure: Failure) =>
    stack.client.workflowService.respondActivityTaskFailedById({
      ...{ namespace: NAMESPACE, workflowId, activityId, failure },
    });
  /** As it stands in the history. Of any other activity where none is named. */
  const argumentOf = async (workflowId: string, activityId?: string) => {
    const { events } = await stack.client.workflow.getHandle(workflowId).fetchHistory();
    const asked = (events ?? []).map((event) => event.activityTaskScheduledEventAttributes);
    const meant = asked.find(
      (each) => each && (activityId === undefined || each.activityId === activityId),
    );
    const [argument] = meant?.input?.payloads ?? [];
    assert.ok(argument);
    return argument;
  };

  for (const [what, answer] of [
    [
      'a failure in the clear',
      (workflowId: string, activityId: string) =>
        stack.client.workflowService.respondActivityTaskFailedById({
          ...{ namespace: NAMESPACE, workflowId, activityId },
          failure: {
            message: 'ended',
            applicationFailureInfo: { type: 'CustomerNotBound', nonRetryable: true },
          },
        }),
    ],
    [
      'an answer that says nothing',
      (workflowId: string, activityId: string) => completedBy(workflowId, activityId),
    ],
    [
      'an answer in the clear',
      (workflowId: string, activityId: string) =>
        completedBy(workflowId, activityId, IN_THE_CLEAR({ kind: 'refused', refusal: 'failed' })),
    ],
    [
      'an answer of another call',
      async (workflowId: string, activityId: string) =>
        completedBy(workflowId, activityId, await argumentOf(workflowId)),
    ],
    [
      'what the call itself was asked with',
      async (workflowId: string, activityId: string) =>
        completedBy(workflowId, activityId, await argumentOf(workflowId, activityId)),
    ],
    [
      'a failure whose words are in the clear',
      (workflowId: string, activityId: string) =>
        failedBy(workflowId, activityId, {
          encodedAttributes: IN_THE_CLEAR({ message: 'refused', stack_trace: '' }),
          applicationFailureInfo: { type: 'CustomerNotBound', nonRetryable: true },
        }),
    ],
    [
      'a failure that has details in the clear',
      (workflowId: string, activityId: string) =>
        failedBy(workflowId, activityId, {
          applicationFailureInfo: {
            ...{ type: 'CustomerNotBound', nonRetryable: true },
            details: { payloads: [IN_THE_CLEAR('plain')] },
          },
        }),
    ],
    [
      'a failure that Temporal knows of no activity',
      (workflowId: string, activityId: string) =>
        failedBy(workflowId, activityId, {
          canceledFailureInfo: {},
          cause: { childWorkflowExecutionFailureInfo: {} },
        }),
    ],
  ] as const)
    test(`${what}, in the place of a payout under way, has DOKU asked`, async () => {
      const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
      const partnerReferenceNo = `TOP-${randomUUID()}`;
      await shop.doku.temperament({
        temperament: 'worksOn',
        delayMs: 500,
        ends: 'hang',
        repeat: 'carriedOutTwice',
        operation: 'topUp',
        reference: partnerReferenceNo,
      });
      const { topUp } = shop.journeys;
      await topUp.start({ partnerReferenceNo, customerId, amount: idr('100.00') });
      await eventually(
        () => shop.doku.requests('topUp', partnerReferenceNo),
        ({ length }) => length > 0,
      );
      const workflowId = topUpWorkflowId(partnerReferenceNo);
      await answer(workflowId, await activityOf(workflowId));
      assert.equal((await topUp.result(partnerReferenceNo)).outcome, 'completed');
      await shop.doku.idle();
      assert.equal(await shop.doku.balance(accountId), '100.00');
    });

  test('a wait that is ended by an answer that says nothing is waited for all the same', async () => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const partnerReferenceNo = `ROW-${randomUUID()}`;
    await shop.doku.temperament({
      temperament: 'worksOn',
      delayMs: 1_000,
      ends: 'hang',
      repeat: 'carriedOutTwice',
      operation: 'topUp',
      reference: partnerReferenceNo,
    });
    const rows = [{ partnerReferenceNo, customerId, amount: idr('100.00') }];
    const { topUpBatch } = shop.journeys;
    const [first, second] = [`batch-${randomUUID()}`, `batch-${randomUUID()}`];
    await topUpBatch.start({ batchReference: first, rows });
    await eventually(
      () => shop.doku.requests('topUp', partnerReferenceNo),
      ({ length }) => length > 0,
    );
    await topUpBatch.start({ batchReference: second, rows });
    const workflowId = `top-up-batch/${second}/0`;
    const { activityId } =
      (await eventually(
        () => pendingIn(workflowId).catch(() => undefined),
        (pending) => pending?.activityType?.name === 'awaitNumberFree',
      )) ?? {};
    await stack.client.workflowService.respondActivityTaskCompletedById({
      ...{ namespace: NAMESPACE, workflowId, activityId: activityId ?? '' },
    });
    for (const batchReference of [first, second])
      assert.equal((await topUpBatch.result(batchReference)).counts.completed, 1);
    await shop.doku.idle();
    assert.equal(await shop.doku.balance(accountId), '100.00');
  });

  test('an activity that no journey has asked for does nothing', async () => {
    const { workflowService } = stack.client;
    const activityId = randomUUID();
    const asked = (await shop.doku.requests('tokenB2B')).length;
    await workflowService.startActivityExecution({
      ...{ namespace: NAMESPACE, requestId: randomUUID(), activityId },
      activityType: { name: 'issueB2BToken' },
      taskQueue: { name: 'doku-journeys' },
      startToCloseTimeout: msToTs('20 seconds'),
      scheduleToCloseTimeout: msToTs('30 seconds'),
    });
    const { outcome } = await stack.client.withDeadline(Date.now() + 30_000, () =>
      workflowService.pollActivityExecution({ namespace: NAMESPACE, activityId }),
    );
    assert.equal(outcome?.failure?.applicationFailureInfo?.type, 'NoJourney');
    assert.equal((await shop.doku.requests('tokenB2B')).length, asked);
  });

  /** By a worker of one's own, for a queue of one's own. @returns the number. */
  const endedByNobody = async (command: object, status?: string) => {
    const partnerReferenceNo = `TOP-${randomUUID()}`;
    const workflowId = topUpWorkflowId(partnerReferenceNo);
    const { workflowService } = stack.client;
    const taskQueue = { name: workflowId };
    await workflowService.startWorkflowExecution({
      ...{ namespace: NAMESPACE, workflowId, requestId: randomUUID(), taskQueue },
      workflowType: { name: 'topUp' },
      ...(status && { searchAttributes: { indexedFields: { JourneyStatus: KEYWORD(status) } } }),
    });
    const { taskToken } = await stack.client.withDeadline(Date.now() + 60_000, () =>
      workflowService.pollWorkflowTaskQueue({ namespace: NAMESPACE, taskQueue }),
    );
    await workflowService.respondWorkflowTaskCompleted({
      ...{ namespace: NAMESPACE, taskToken, commands: [command] },
    });
    return partnerReferenceNo;
  };

  test('a journey that ended with nothing has no result', async () => {
    const partnerReferenceNo = await endedByNobody({
      commandType: COMPLETE,
      completeWorkflowExecutionCommandAttributes: {},
    });
    const { topUp } = shop.journeys;
    const isTold = { name: 'UnexpectedAnswerError', message: /has ended without a result/ };
    await assert.rejects(topUp.result(partnerReferenceNo), isTold);
    // It is no history of ours.
    await forget(stack.client, topUpWorkflowId(partnerReferenceNo));
  });

  test('a row whose number nobody with a key has completed is in doubt, and keeps no batch open', async () => {
    const partnerReferenceNo = await endedByNobody(
      {
        commandType: COMPLETE,
        completeWorkflowExecutionCommandAttributes: {
          result: { payloads: [IN_THE_CLEAR({ outcome: 'completed' })] },
        },
      },
      'completed',
    );
    const { customerId } = await shop.boundCustomer({ balance: '0.00' });
    const batchReference = `batch-${randomUUID().slice(0, 8)}`;
    const { topUpBatch } = shop.journeys;
    const rows = [{ partnerReferenceNo, customerId, amount: idr('100.00') }];
    await topUpBatch.start({ batchReference, rows });
    const { counts } = await topUpBatch.result(batchReference, { deadline: Date.now() + 60_000 });
    assert.deepEqual([counts.completed, counts.inDoubt], [0, 1]);
    await forget(stack.client, topUpWorkflowId(partnerReferenceNo));
  });

  const INFOS: Readonly<Record<string, object>> = {
    InvalidInput: { applicationFailureInfo: { type: 'InvalidInput', nonRetryable: true } },
    NotNow: { applicationFailureInfo: { type: 'NotNow', nonRetryable: true } },
    PayloadKey: { applicationFailureInfo: { type: 'PayloadKey', nonRetryable: true } },
    cancelled: { canceledFailureInfo: {} },
    terminated: { terminatedFailureInfo: {} },
    'of a time-out': { timeoutFailureInfo: { timeoutType: 1 } },
    'of the server': { serverFailureInfo: {} },
    'of nothing': {},
  };
  for (const [name, info] of Object.entries(INFOS))
    test(`a failure ${name} in the clear has no word of its own passed on`, async () => {
      const message = 'refund Rp 10,000 to 0812-3456-7890 by hand';
      const partnerReferenceNo = await endedByNobody({
        commandType: FAIL,
        failWorkflowExecutionCommandAttributes: { failure: { message, ...info } },
      });
      const isHarmless = (error: unknown) => {
        assert.ok(error instanceof DokuJourneysError);
        assert.ok(!error.message.includes('by hand') && !reasonOf(error).includes('by hand'));
        return true;
      };
      await assert.rejects(shop.journeys.topUp.result(partnerReferenceNo), isHarmless);
      await forget(stack.client, topUpWorkflowId(partnerReferenceNo));
    });

  test('a signal between journeys that says nothing stops none', async () => {
    const batchReference = `batch-${randomUUID().slice(0, 8)}`;
    const { customerId } = await shop.boundCustomer();
    const row = { partnerReferenceNo: `ROW-${randomUUID()}`, customerId, amount: idr('100.00') };
    const { topUpBatch } = shop.journeys;
    const match = { partnerReferenceNo: row.partnerReferenceNo };
    const slow = { fault: 'slow', when: 'before', delayMs: 2_000 } as const;
    await shop.doku.fault({ operation: 'topUp', ...slow, match });
    await topUpBatch.start({ batchReference, rows: [row] });
    await stack.client.workflowService.signalWorkflowExecution({
      namespace: NAMESPACE,
      workflowExecution: { workflowId: `top-up-batch/${batchReference}` },
      signalName: partProgressSignal.name,
    });
    assert.equal((await topUpBatch.result(batchReference)).counts.completed, 1);
  });
});
