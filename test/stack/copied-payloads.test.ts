import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { Client, WorkflowUpdateFailedError } from '@temporalio/client';
import type { ApplicationFailure, Payload } from '@temporalio/common';
import { DokuJourneys, InvalidInputError } from '../../client/index.js';
import type { Stack } from '../../worker/local/stack.js';
import { createDataConverter, payloadKeysOf } from '../../worker/temporal/encryption.js';
import { newPayloadKey } from '../setting/payload-keys.js';
import { QUICK } from '../setting/quick-stack.js';
import { forget, reset } from '../setting/resets.js';
import { eventually, idr, Shop } from '../setting/shop.js';
import { startTestStack } from '../setting/stack.js';

const NAMESPACE = 'default';
const TASK_QUEUE = 'doku-journeys';
const ALLOW_DUPLICATE = 1;
const COMPLETED = 3;
/** Temporal's number of the command. */
const START_CHILD = 11;

/** Temporal's API alone, without a payload key: it takes what it finds there, and sends it once more. */
describe('who reaches Temporal without a key moves nothing by a copy', {
  concurrency: true,
}, () => {
  const payloadKeys = newPayloadKey();
  let stack: Stack;
  let shop: Shop;
  /** Whose clock is an hour behind: what it sends is as old as what was found in a history. */
  let late: Client;
  before(async () => {
    stack = await startTestStack({ environment: { ...QUICK, PAYLOAD_KEYS: payloadKeys } });
    shop = new Shop(stack.client, stack.sandbox.url);
    const now = () => Date.now() - 3_600_000;
    const dataConverter = createDataConverter(payloadKeysOf(payloadKeys), { now });
    late = new Client({ connection: stack.temporal.connection, dataConverter });
  });
  after(() => stack?.stop());

  const inTemporal = (workflowId: string) => stack.client.workflow.getHandle(workflowId);
  const lengthOf = async (workflowId: string) =>
    (await inTemporal(workflowId).describe()).historyLength;

  /** As they stand in Temporal. */
  const eventsOf = async (workflowId: string) => {
    const { history } = await stack.client.workflowService.getWorkflowExecutionHistory({
      namespace: NAMESPACE,
      execution: { workflowId },
    });
    return history?.events ?? [];
  };
  const inputOf = async (workflowId: string): Promise<Payload[]> => {
    const [begun] = await eventsOf(workflowId);
    return begun?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  };
  const sentTo = async (workflowId: string, name: string): Promise<Payload[]> => {
    const events = await eventsOf(workflowId);
    const accepted = events
      .map((event) => event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input)
      .find((input) => input?.name === name);
    return accepted?.args?.payloads ?? [];
  };
  const begin = (
    workflowType: string,
    workflowId: string,
    payloads: Payload[],
    cronSchedule = '',
  ) =>
    stack.client.workflowService.startWorkflowExecution({
      namespace: NAMESPACE,
      workflowId,
      requestId: randomUUID(),
      workflowType: { name: workflowType },
      taskQueue: { name: TASK_QUEUE },
      input: { payloads },
      workflowIdReusePolicy: ALLOW_DUPLICATE,
      cronSchedule,
    });
  /** By a worker of one's own, for a queue of one's own. */
  const asChild = async (workflowType: string, workflowId: string, payloads: Payload[]) => {
    const { workflowService } = stack.client;
    const outsiders = `outsiders/${randomUUID()}`;
    // Tests run side by side, and none may take another's task.
    const taskQueue = { name: outsiders };
    await workflowService.startWorkflowExecution({
      namespace: NAMESPACE,
      workflowId: outsiders,
      requestId: randomUUID(),
      workflowType: { name: 'any' },
      taskQueue,
    });
    const { taskToken } = await stack.client.withDeadline(Date.now() + 60_000, () =>
      workflowService.pollWorkflowTaskQueue({
        namespace: NAMESPACE,
        taskQueue,
        identity: 'outsider',
      }),
    );
    await workflowService.respondWorkflowTaskCompleted({
      namespace: NAMESPACE,
      taskToken,
      commands: [
        {
          commandType: START_CHILD,
          startChildWorkflowExecutionCommandAttributes: {
            workflowId,
            workflowType: { name: workflowType },
            taskQueue: { name: TASK_QUEUE },
            input: { payloads },
            workflowIdReusePolicy: ALLOW_DUPLICATE,
          },
        },
      ],
    });
    const begun = await eventually(
      () => inTemporal(workflowId).describe(),
      ({ status, raw }) =>
        status.name !== 'RUNNING' &&
        raw.workflowExecutionInfo?.parentExecution?.workflowId === outsiders,
    );
    assert.equal(begun.type, workflowType);
    await inTemporal(outsiders).terminate('test');
    // It is no history of ours.
    await forget(stack.client, outsiders);
  };
  /** @returns what it was refused with, encrypted as it is. */
  const send = async (workflowId: string, name: string, payloads: Payload[]) => {
    const { outcome } = await stack.client.workflowService.updateWorkflowExecution({
      namespace: NAMESPACE,
      workflowExecution: { workflowId },
      waitPolicy: { lifecycleStage: COMPLETED },
      request: { meta: { updateId: randomUUID() }, input: { name, args: { payloads } } },
    });
    return outcome?.failure?.applicationFailureInfo?.type;
  };
  const isRefused =
    (message: RegExp, expected = 'InvalidInput') =>
    (error: unknown) => {
      assert.ok(error instanceof WorkflowUpdateFailedError, String(error));
      const { type, message: said } = error.cause as ApplicationFailure;
      assert.equal(type, expected);
      assert.match(said, message);
      return true;
    };

  const bound = async (customerId: string) => {
    const { accountId, linkId, authCode } = await shop.doku.account({ bound: true });
    const workflowId = `wallet/${customerId}`;
    await stack.client.workflow.start('wallet', {
      workflowId,
      taskQueue: TASK_QUEUE,
      args: [{ customerId }],
    });
    await inTemporal(workflowId).executeUpdate('bind', {
      args: [{ accountId, linkId, authCode }],
    });
  };
  const backendOff = (offMs: number) => {
    const now = () => Date.now() + offMs;
    const dataConverter = createDataConverter(payloadKeysOf(payloadKeys), { now });
    const { connection } = stack.temporal;
    return new DokuJourneys({ client: new Client({ connection, dataConverter }) });
  };

  test('a number that has ended ends as before, however it is begun again', async () => {
    const customer = await shop.boundCustomer({ balance: '5000.00' });
    const { accountId, customerId } = customer;
    const partnerReferenceNo = `HOLD-${randomUUID()}`;
    const hold = { partnerReferenceNo, customerId, amount: idr('10000.00'), title: 'Room 12' };
    const workflowId = `authorized-purchase/${partnerReferenceNo}`;
    await assert.rejects(shop.journeys.authorizedPurchase.authorize(hold), {
      name: 'JourneyEndedError',
    });
    const before = await shop.journeys.authorizedPurchase.result(partnerReferenceNo);
    assert.equal(before.outcome, 'declined');
    const copied = await inputOf(workflowId);
    // By now it would go through.
    await shop.doku.call('POST', `accounts/${accountId}/balance`, { add: '85000.00' });
    await setTimeout(1_500);
    const { runId = '' } = await begin('authorizedPurchase', workflowId, copied);
    const again = stack.client.workflow.getHandle(workflowId, runId);
    assert.deepEqual(await again.result(), before);
    assert.deepEqual(await shop.doku.entries(partnerReferenceNo), []);
    assert.equal(await shop.doku.balance(accountId), '90000.00');
  });

  test('a backend whose clock is off by a minute is answered at its first call', async () => {
    const { customerId } = await shop.boundCustomer();
    for (const offMs of [-60_000, -2_000, 2_000, 60_000]) {
      const order = shop.order(customerId);
      const { webRedirectUrl } = await backendOff(offMs).purchase.redirect(order);
      assert.ok(webRedirectUrl, `off by ${offMs} ms`);
      await shop.journeys.purchase.cancel(order.partnerReferenceNo, 'test');
    }
  });

  test('a copy that is begun by cron, or as a child of whatever, begins nothing', async () => {
    const customerId = `customer-${randomUUID()}`;
    const partnerReferenceNo = `TOP-${randomUUID()}`;
    const workflowId = `top-up/${partnerReferenceNo}`;
    const { topUp } = shop.journeys;
    await topUp.start({ partnerReferenceNo, customerId, amount: idr('10000.00') });
    const before = await topUp.result(partnerReferenceNo);
    assert.equal(before.refusal, 'not-bound');
    const copied = await inputOf(workflowId);
    await bound(customerId);
    const { runId = '' } = await begin('topUp', workflowId, copied, '@every 1s');
    const history = await stack.client.workflow.getHandle(workflowId, runId).fetchHistory();
    assert.ok(history.events?.length);
    await setTimeout(5_000);
    assert.deepEqual(await shop.doku.entries(partnerReferenceNo), []);
    await stack.client.workflow.getHandle(workflowId).terminate('test');
    await asChild('topUp', workflowId, copied);
    assert.deepEqual(await shop.doku.entries(partnerReferenceNo), []);
  });

  test('a part of a batch that was cancelled is not begun again as a child of whatever', async () => {
    const { accountId, customerId } = await shop.boundCustomer({ balance: '0.00' });
    const batchReference = `batch-${randomUUID().slice(0, 8)}`;
    const rows = Array.from({ length: 40 }, () => ({
      ...{ partnerReferenceNo: `ROW-${randomUUID()}`, customerId, amount: idr('100.00') },
    }));
    const { topUpBatch } = shop.journeys;
    await topUpBatch.start({ batchReference, rows, inFlight: 1 });
    const isPaying = (balance: string) => Number(balance) > 0;
    await eventually(() => shop.doku.balance(accountId), isPaying);
    await inTemporal(`top-up-batch/${batchReference}`).cancel();
    const { counts } = await topUpBatch.result(batchReference);
    assert.ok(counts.cancelled > 0, 'it was cancelled in time');
    const paid = await shop.doku.balance(accountId);
    // Later than an honest start comes.
    await setTimeout(1_500);
    const part = `top-up-batch/${batchReference}/0`;
    await asChild('topUpBatchPart', part, await inputOf(part));
    assert.equal(await shop.doku.balance(accountId), paid);
  });

  test('an input that was encrypted long ago begins nothing, also where Temporal has forgotten its run', async () => {
    const { customerId } = await shop.boundCustomer();
    const topUp = {
      partnerReferenceNo: `TOP-${randomUUID()}`,
      customerId,
      amount: idr('10000.00'),
    };
    const workflowId = `top-up/${topUp.partnerReferenceNo}`;
    const { workflow } = late;
    await workflow.start('topUp', { workflowId, taskQueue: TASK_QUEUE, args: [topUp] });
    await assert.rejects(shop.journeys.topUp.result(topUp.partnerReferenceNo), (error) => {
      assert.ok(error instanceof InvalidInputError, String(error));
      assert.match(error.message, /^input: was encrypted more than five minutes before/);
      return true;
    });
    assert.deepEqual(await shop.doku.entries(topUp.partnerReferenceNo), []);
    // Its own backend may use the number.
    await shop.journeys.topUp.start(topUp);
    assert.equal((await shop.journeys.topUp.result(topUp.partnerReferenceNo)).outcome, 'completed');
    await forget(stack.client, workflowId);
  });

  test('what a wallet was told is not told it again', async () => {
    const { customerId } = await shop.boundCustomer();
    const workflowId = `wallet/${customerId}`;
    const bind = await sentTo(workflowId, 'bind');
    assert.equal(bind.length, 1);
    const [view, length] = [
      await inTemporal(workflowId).query('status'),
      await lengthOf(workflowId),
    ];
    assert.equal(await send(workflowId, 'bind', bind), 'InvalidInput');
    // What was meant for one thing does for no other.
    assert.equal(await send(workflowId, 'unbind', bind), 'InvalidInput');
    assert.deepEqual(await inTemporal(workflowId).query('status'), view);
    assert.equal(await lengthOf(workflowId), length, 'it left no event');
  });

  test('an update that has nothing to say is believed by its name alone, encrypted', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '10 minutes' });
    const workflowId = `purchase/${order.partnerReferenceNo}`;
    await shop.paid(order);
    const { purchase } = shop.journeys;
    await purchase.until(order.partnerReferenceNo, ['awaiting-acknowledgement']);
    const { queryResult } = await stack.client.workflowService.queryWorkflow({
      namespace: NAMESPACE,
      execution: { workflowId },
      query: { queryType: 'status' },
    });
    const told = queryResult?.payloads ?? [];
    assert.equal(told.length, 1);
    const length = await lengthOf(workflowId);
    const handle = inTemporal(workflowId);
    for (const payloads of [[], told, await inputOf(workflowId)])
      assert.equal(await send(workflowId, 'acknowledge', payloads), 'InvalidInput');
    await assert.rejects(
      handle.executeUpdate('acknowledge'),
      isRefused(/^acknowledge: needs an argument, so that it is encrypted/),
    );
    await assert.rejects(
      handle.executeUpdate('acknowledge', { args: ['nudge'] }),
      isRefused(/^acknowledge: takes nothing but its own name/),
    );
    assert.equal(await lengthOf(workflowId), length, 'it left no event');
    await purchase.acknowledge(order.partnerReferenceNo);
    assert.equal((await purchase.result(order.partnerReferenceNo)).outcome, 'paid');
  });

  test('what was sent long ago is refused, but for what a reset has told again', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    const { partnerReferenceNo } = order;
    const workflowId = `purchase/${partnerReferenceNo}`;
    await shop.journeys.purchase.redirect(order);
    const length = await lengthOf(workflowId);
    const cancel = () =>
      late.workflow
        .getHandle(workflowId)
        .executeUpdate('cancel', { args: [{ reason: 'out of stock' }] });
    await assert.rejects(
      cancel(),
      isRefused(/^cancel: was encrypted more than five minutes before or ahead/, 'Stale'),
    );
    assert.equal(await lengthOf(workflowId), length, 'it left no event');
    await assert.rejects(
      new DokuJourneys({ client: late }).purchase.cancel(partnerReferenceNo, 'out of stock'),
      { name: 'NotNowError', message: /a clock is wrong/ },
    );
    await reset(stack.client, workflowId, { task: -1 });
    await eventually(
      () => shop.journeys.purchase.status(partnerReferenceNo),
      ({ status }) => status === 'awaiting-payment',
    );
    await cancel();
    assert.equal((await shop.journeys.purchase.result(partnerReferenceNo)).outcome, 'cancelled');
  });
});
