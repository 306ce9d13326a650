import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { authorizedPurchaseWorkflowId, topUpWorkflowId } from '../../contract/identity.js';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { reset } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

/** So late after we hung up, and within the quiet time of 3 s all the same, DOKU carries it out. */
const LATE_MS = 2_800;
/** Within the quiet time of when we hung up, and not of when the activity was ended from outside, before that. */
const LATER_MS = 5_000;

/** Temporal's number of the policy. */
const TERMINATE_EXISTING = 3;

describe('a call that is under way as its run is reset', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack({ ABSENT_AFTER: '3 seconds' });
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  const carriesOutLate = (
    operation: 'topUp' | 'authPayment' | 'authCapture' | 'authVoid',
    reference: string,
    delayMs = LATE_MS,
  ) =>
    shop.doku.temperament({
      temperament: 'worksOn',
      delayMs,
      ends: 'hang',
      repeat: 'carriedOutTwice',
      operation,
      reference,
    });
  const whenSent = (operation: 'topUp' | 'authPayment' | 'authCapture' | 'authVoid', no: string) =>
    eventually(
      () => shop.doku.requests(operation, no),
      ({ length }) => length > 0,
    );
  const cancel = (workflowId: string) => stack.client.workflow.getHandle(workflowId).cancel();

  test('a top-up that is then cancelled ends as DOKU does in the end', async () => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const partnerReferenceNo = `TOP-${randomUUID()}`;
    await carriesOutLate('topUp', partnerReferenceNo);
    const { topUp } = shop.journeys;
    await topUp.start({ partnerReferenceNo, customerId, amount: idr('100.00') });
    await whenSent('topUp', partnerReferenceNo);
    const workflowId = topUpWorkflowId(partnerReferenceNo);
    await reset(stack.client, workflowId);
    await cancel(workflowId);
    assert.equal((await topUp.result(partnerReferenceNo)).outcome, 'completed');
    assert.equal(await shop.doku.balance(accountId), '100.00');
  });

  for (const isCancelled of [false, true])
    test(`a row of a batch is paid once${isCancelled ? ', and told as paid where the batch is cancelled' : ''}`, async () => {
      const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
      const partnerReferenceNo = `ROW-${randomUUID()}`;
      const batchReference = `batch-${randomUUID().slice(0, 8)}`;
      await carriesOutLate('topUp', partnerReferenceNo);
      const { topUpBatch } = shop.journeys;
      const rows = [{ partnerReferenceNo, customerId, amount: idr('100.00') }];
      await topUpBatch.start({ batchReference, rows });
      await whenSent('topUp', partnerReferenceNo);
      const workflowId = `top-up-batch/${batchReference}`;
      await reset(stack.client, `${workflowId}/0`, { task: isCancelled ? 0 : -1 });
      if (isCancelled) await cancel(workflowId);
      assert.equal((await topUpBatch.result(batchReference)).counts.completed, 1);
      await shop.doku.idle();
      assert.equal(await shop.doku.balance(accountId), '100.00');
    });

  for (const kind of ['capture', 'void'] as const)
    test(`a ${kind} counts once DOKU has made it`, async () => {
      const { customerId } = await shop.boundCustomer({ balance: '100000.00' });
      const partnerReferenceNo = `AUT-${randomUUID()}`;
      const { authorizedPurchase } = shop.journeys;
      const amount = idr('50000.00');
      await authorizedPurchase.authorize({ partnerReferenceNo, customerId, amount, title: 'H' });
      const number = `STEP-${randomUUID()}`;
      const operation = kind === 'capture' ? 'authCapture' : 'authVoid';
      await carriesOutLate(operation, number);
      const part = { amount: idr('20000.00') };
      const asked =
        kind === 'capture'
          ? authorizedPurchase.capture(partnerReferenceNo, { partnerCaptureNo: number, ...part })
          : authorizedPurchase.void(partnerReferenceNo, { partnerVoidNo: number, ...part });
      const broken = asked.catch(() => undefined);
      await whenSent(operation, partnerReferenceNo);
      await reset(stack.client, authorizedPurchaseWorkflowId(partnerReferenceNo), { task: 2 });
      await broken;
      const { remaining } = await eventually(
        () => authorizedPurchase.status(partnerReferenceNo),
        ({ status, unknownSince }) => status === 'authorized' && unknownSince === undefined,
      );
      assert.equal(remaining, '30000.00');
    });

  test('a capture that DOKU has accepted, and does not show yet, is not taken for absent', async () => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '100000.00' });
    const partnerReferenceNo = `AUT-${randomUUID()}`;
    const { authorizedPurchase } = shop.journeys;
    const amount = idr('50000.00');
    await authorizedPurchase.authorize({ partnerReferenceNo, customerId, amount, title: 'H' });
    const lags = await Promise.all(
      (['historyDetail', 'historyList'] as const).map((of) =>
        shop.doku.temperament({ temperament: 'lags', of, ms: 60_000, accountId }),
      ),
    );
    const capture = { partnerCaptureNo: `CAP-${randomUUID()}`, amount: idr('20000.00') };
    const caller = new AbortController();
    const broken = authorizedPurchase
      .capture(partnerReferenceNo, capture, { signal: caller.signal })
      .catch(() => undefined);
    const workflowId = authorizedPurchaseWorkflowId(partnerReferenceNo);
    await eventually(
      () =>
        stack.client.workflow.getHandle(workflowId).query<string>('__temporal_workflow_metadata'),
      (told) =>
        JSON.stringify(told).includes('Capture') && JSON.stringify(told).includes('accepted'),
    );
    // Else its client would say it again, and DOKU that it knows it.
    caller.abort();
    await broken;
    await reset(stack.client, workflowId, { task: 2 });
    // Longer than an absence has to last where nothing was accepted.
    const until = Date.now() + 16_000;
    await eventually(
      () => authorizedPurchase.status(partnerReferenceNo),
      ({ unknownSince }) => {
        assert.ok(unknownSince !== undefined || Date.now() > until, 'it is not known yet');
        return Date.now() > until;
      },
    );
    for (const { id } of lags) await shop.doku.call('DELETE', `temperaments/${id}`);
    const { remaining } = await eventually(
      () => authorizedPurchase.status(partnerReferenceNo),
      ({ unknownSince }) => unknownSince === undefined,
    );
    assert.equal(remaining, '30000.00');
  });

  const namespace = 'default';
  const fail = async (workflowId: string, nonRetryable: boolean) => {
    const { workflowService } = stack.client;
    const { pendingActivities } = await workflowService.describeWorkflowExecution({
      namespace,
      execution: { workflowId },
    });
    const [{ activityId } = {}] = pendingActivities ?? [];
    assert.ok(activityId, 'it is sent by an activity');
    const failure = { message: 'lost', applicationFailureInfo: { type: 'Lost', nonRetryable } };
    await workflowService.respondActivityTaskFailedById({
      ...{ namespace, workflowId, activityId, failure },
    });
    return activityId;
  };
  /** As of a worker that was lost, which has the next attempt planned; then by `temporal activity reset`. */
  const loseAndReset = async (workflowId: string) => {
    const id = await fail(workflowId, false);
    await stack.client.workflowService.resetActivity({
      ...{ namespace, execution: { workflowId }, id, resetHeartbeat: true },
    });
  };

  for (const isRow of [false, true])
    for (const [what, end] of [
      ['failed by hand', (workflowId: string) => fail(workflowId, true)],
      ['lost, and reset', loseAndReset],
    ] as const)
      test(`a ${isRow ? 'row' : 'top-up'} whose activity is ${what} while its call is under way is paid once`, async () => {
        const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
        const partnerReferenceNo = `TOP-${randomUUID()}`;
        const batchReference = `batch-${randomUUID().slice(0, 8)}`;
        await carriesOutLate('topUp', partnerReferenceNo, LATER_MS);
        const { topUp, topUpBatch } = shop.journeys;
        const payout = { partnerReferenceNo, customerId, amount: idr('100.00') };
        if (isRow) await topUpBatch.start({ batchReference, rows: [payout] });
        else await topUp.start(payout);
        await whenSent('topUp', partnerReferenceNo);
        await end(isRow ? `top-up-batch/${batchReference}/0` : topUpWorkflowId(partnerReferenceNo));
        await (isRow ? topUpBatch.result(batchReference) : topUp.result(partnerReferenceNo));
        await shop.doku.idle();
        assert.equal(await shop.doku.balance(accountId), '100.00');
      });

  test('a top-up that a copy of its own input terminates while its call is under way is paid once', async () => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const partnerReferenceNo = `TOP-${randomUUID()}`;
    await carriesOutLate('topUp', partnerReferenceNo, LATER_MS);
    const { topUp } = shop.journeys;
    await topUp.start({ partnerReferenceNo, customerId, amount: idr('100.00') });
    await whenSent('topUp', partnerReferenceNo);
    const workflowId = topUpWorkflowId(partnerReferenceNo);
    const { workflowService } = stack.client;
    const { history } = await workflowService.getWorkflowExecutionHistory({
      ...{ namespace, execution: { workflowId } },
    });
    const begun = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
    await workflowService.startWorkflowExecution({
      ...{ namespace, workflowId, requestId: randomUUID(), workflowType: { name: 'topUp' } },
      ...{ taskQueue: { name: 'doku-journeys' }, input: begun?.input ?? null },
      workflowIdConflictPolicy: TERMINATE_EXISTING,
    });
    assert.equal((await topUp.result(partnerReferenceNo)).outcome, 'completed');
    await shop.doku.idle();
    assert.equal(await shop.doku.balance(accountId), '100.00');
  });

  test('an activity whose attempt was lost, and that somebody resets, sends nothing again', async () => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const partnerReferenceNo = `TOP-${randomUUID()}`;
    await carriesOutLate('topUp', partnerReferenceNo);
    const { topUp } = shop.journeys;
    await topUp.start({ partnerReferenceNo, customerId, amount: idr('100.00') });
    await whenSent('topUp', partnerReferenceNo);
    await loseAndReset(topUpWorkflowId(partnerReferenceNo));
    assert.equal((await topUp.result(partnerReferenceNo)).outcome, 'completed');
    await shop.doku.idle();
    assert.equal(await shop.doku.balance(accountId), '100.00');
  });

  test('a row whose attempt was lost, and that somebody resets, is no row that was refused', async () => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const partnerReferenceNo = `ROW-${randomUUID()}`;
    const batchReference = `batch-${randomUUID().slice(0, 8)}`;
    await carriesOutLate('topUp', partnerReferenceNo);
    const { topUpBatch } = shop.journeys;
    const row = { partnerReferenceNo, customerId, amount: idr('100.00') };
    await topUpBatch.start({ batchReference, rows: [row] });
    await whenSent('topUp', partnerReferenceNo);
    // The wallet is full by now, by this very payout.
    await shop.doku.temperament({
      ...{ temperament: 'refuses', code: '403xx18', when: 'before', on: 'any' },
      ...{ operation: 'topUpInquiry', accountId },
    });
    await loseAndReset(`top-up-batch/${batchReference}/0`);
    assert.equal((await topUpBatch.result(batchReference)).counts.completed, 1);
    await shop.doku.idle();
    assert.equal(await shop.doku.balance(accountId), '100.00');
  });
});
