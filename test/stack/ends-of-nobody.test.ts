import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Payload } from '@temporalio/common';
import {
  authorizedPurchaseWorkflowId,
  purchaseWorkflowId,
  topUpWorkflowId,
} from '../../contract/identity.js';
import type { Stack } from '../../worker/local/stack.js';
import { startGatewayDoor } from '../setting/gateway-door.js';
import { calling, completing, failing, Nobody } from '../setting/nobody.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { forget } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

/** By a worker of one's own, on a queue of one's own, with what stands in Temporal (money rule 13). */
describe('what whoever has no key ends, or asks for, by a worker of his own', {
  concurrency: true,
}, () => {
  let stack: Stack;
  let shop: Shop;
  let nobody: Nobody;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
    nobody = new Nobody(stack);
    // With it the token is there that all go by.
    await shop.boundCustomer();
  });
  after(() => stack?.stop());

  const payout = async (balance = '0.00') => {
    const { customerId, accountId } = await shop.boundCustomer({ balance });
    const order = { partnerReferenceNo: `TOP-${randomUUID()}`, customerId, amount: idr('100.00') };
    await shop.journeys.topUp.start(order);
    assert.equal((await shop.journeys.topUp.result(order.partnerReferenceNo)).outcome, 'completed');
    return { order, accountId, workflowId: topUpWorkflowId(order.partnerReferenceNo) };
  };

  test('what an update was answered with is no result, nor is that of an earlier run', async () => {
    const { customerId } = await shop.boundCustomer({ balance: '100000.00' });
    const partnerReferenceNo = `AUT-${randomUUID()}`;
    const { authorizedPurchase } = shop.journeys;
    const order = { partnerReferenceNo, customerId, amount: idr('50000.00'), title: 'Hotel' };
    await authorizedPurchase.authorize(order);
    const partnerCaptureNo = `C-${randomUUID()}`;
    await authorizedPurchase.capture(partnerReferenceNo, {
      partnerCaptureNo,
      amount: idr('20000.00'),
    });
    await authorizedPurchase.void(partnerReferenceNo, { partnerVoidNo: `V-${randomUUID()}` });
    const { captured } = await authorizedPurchase.result(partnerReferenceNo);
    assert.equal(captured, '20000.00');
    const workflowId = authorizedPurchaseWorkflowId(partnerReferenceNo);
    const events = await nobody.eventsOf(workflowId);
    const answers = events.flatMap(
      (event) =>
        event.workflowExecutionUpdateCompletedEventAttributes?.outcome?.success?.payloads ?? [],
    );
    const result = events.at(-1)?.workflowExecutionCompletedEventAttributes?.result?.payloads?.[0];
    assert.ok(answers.length > 0 && result);
    for (const copied of [answers.at(-1) as Payload, result]) {
      const runId = await nobody.run(workflowId, 'authorizedPurchase', completing(copied));
      await assert.rejects(authorizedPurchase.result(partnerReferenceNo), {
        name: 'UnexpectedAnswerError',
        message: /no result of its own/,
      });
      await assert.rejects(authorizedPurchase.authorize(order), { name: 'UnexpectedAnswerError' });
      // It is no history of ours.
      await forget(stack.client, workflowId, runId);
    }
  });

  test('a row whose number has ended with what it answered to a query is asked about at DOKU, and paid once', async () => {
    const { order, accountId, workflowId } = await payout();
    const copied = await nobody.answerTo(workflowId, 'status');
    const runId = await nobody.run(workflowId, 'topUp', completing(copied));
    const batchReference = `batch-${randomUUID().slice(0, 8)}`;
    const { topUpBatch } = shop.journeys;
    await topUpBatch.start({ batchReference, rows: [order] });
    const { counts } = await topUpBatch.result(batchReference, { deadline: Date.now() + 60_000 });
    assert.deepEqual([counts.completed, counts.inDoubt], [1, undefined]);
    assert.equal(await shop.doku.balance(accountId), '100.00');
    await forget(stack.client, workflowId, runId);
  });

  test('a row whose number anybody has begun as another customer’s has DOKU asked', async () => {
    const { order, accountId, workflowId } = await payout();
    const runId = await nobody.begin(workflowId, 'topUp', { CustomerId: 'somebody-else' });
    const batchReference = `batch-${randomUUID().slice(0, 8)}`;
    const { topUpBatch } = shop.journeys;
    await topUpBatch.start({ batchReference, rows: [order] });
    // It waits for whoever has the number, as for any that is open.
    await eventually(
      () => topUpBatch.status(batchReference),
      ({ waitsFor }) => waitsFor?.includes(workflowId) === true,
    );
    await stack.client.workflow.getHandle(workflowId, runId).terminate();
    const { counts } = await topUpBatch.result(batchReference, { deadline: Date.now() + 60_000 });
    assert.deepEqual([counts.completed, counts.failed], [1, 0]);
    assert.equal(await shop.doku.balance(accountId), '100.00');
    await forget(stack.client, workflowId, runId);
  });

  test('a refund goes by whose its order is within what is encrypted', async () => {
    const { customerId } = await shop.boundCustomer({ balance: '100000.00' });
    const order = shop.order(customerId);
    await shop.paid(order);
    const { partnerReferenceNo, amount } = order;
    assert.equal((await shop.journeys.purchase.result(partnerReferenceNo)).outcome, 'paid');
    const workflowId = purchaseWorkflowId(partnerReferenceNo);
    const runId = await nobody.begin(workflowId, 'purchase', { CustomerId: 'somebody-else' });
    await stack.client.workflow.getHandle(workflowId, runId).terminate();
    const partnerRefundNo = `REF-${randomUUID()}`;
    await shop.journeys.refund.start({
      ...{ partnerReferenceNo, partnerRefundNo, customerId, amount, reason: 'damaged' },
    });
    await shop.doku.settle(partnerReferenceNo);
    assert.equal((await shop.journeys.refund.result(partnerRefundNo)).outcome, 'refunded');
    await forget(stack.client, workflowId, runId);
  });

  for (const [what, isEncoded] of [
    ['in the clear', false],
    ['with what was written as something else', true],
  ] as const)
    test(`a failure InvalidInput ${what} frees no number`, async () => {
      const { order, accountId, workflowId } = await payout();
      const copied = await nobody.answerTo(workflowId, 'status');
      const failure = {
        message: 'Encoded failure',
        applicationFailureInfo: { type: 'InvalidInput', nonRetryable: true },
        ...(isEncoded && { encodedAttributes: copied }),
      };
      const runId = await nobody.run(workflowId, 'topUp', failing(failure));
      const isBroken = { name: 'JourneyBrokenError', message: /has no payload key/ };
      await assert.rejects(shop.journeys.topUp.result(order.partnerReferenceNo), isBroken);
      await assert.rejects(shop.journeys.topUp.start(order), isBroken);
      const door = await startGatewayDoor(stack.client);
      const { partnerReferenceNo, ...body } = order;
      for (const [method, sent] of [['GET', {}] as const, ['PUT', { body }] as const]) {
        const said = await door.ask(method, `/v1/top-ups/${partnerReferenceNo}`, sent);
        assert.deepEqual([said.status, said.body.error], [409, 'JourneyBroken']);
      }
      await door.close();
      assert.equal((await shop.doku.requests('topUp', partnerReferenceNo)).length, 1);
      assert.equal(await shop.doku.balance(accountId), '100.00');
      await forget(stack.client, workflowId, runId);
    });

  test('a true refusal of an earlier run frees no number that was used since', async () => {
    const { customerId } = await shop.boundCustomer({ balance: '0.00' });
    const order = { partnerReferenceNo: `TOP-${randomUUID()}`, customerId, amount: idr('100.00') };
    const workflowId = topUpWorkflowId(order.partnerReferenceNo);
    const args = [{ ...order, amount: 1 }];
    await stack.client.workflow.start('topUp', { workflowId, taskQueue: 'doku-journeys', args });
    const { topUp } = shop.journeys;
    await assert.rejects(topUp.result(order.partnerReferenceNo), { name: 'InvalidInputError' });
    const refused = (await nobody.eventsOf(workflowId)).at(-1);
    const { failure } = refused?.workflowExecutionFailedEventAttributes ?? {};
    assert.ok(failure?.encodedAttributes);
    await topUp.start(order);
    assert.equal((await topUp.result(order.partnerReferenceNo)).outcome, 'completed');
    const runId = await nobody.run(workflowId, 'topUp', failing(failure));
    await assert.rejects(topUp.result(order.partnerReferenceNo), { name: 'JourneyBrokenError' });
    await assert.rejects(topUp.start(order), { name: 'JourneyBrokenError' });
    assert.equal((await shop.doku.requests('topUp', order.partnerReferenceNo)).length, 1);
    await forget(stack.client, workflowId, runId);
  });

  /** @returns what became of the one activity of a run. */
  const endOfCall = async (workflowId: string, runId: string) => {
    const done = await eventually(
      async () =>
        (await nobody.eventsOf(workflowId, runId)).find(
          (event) =>
            event.activityTaskCompletedEventAttributes ||
            event.activityTaskFailedEventAttributes ||
            event.activityTaskTimedOutEventAttributes,
        ),
      Boolean,
    );
    const { failure } = done?.activityTaskFailedEventAttributes ?? {};
    return failure?.applicationFailureInfo?.type;
  };

  test('an activity without an argument does nothing for it', async () => {
    const workflowId = `anything/${randomUUID()}`;
    const asked = (await shop.doku.requests('tokenB2B')).length;
    const runId = await nobody.run(workflowId, 'mine', calling('1', 'issueB2BToken', []));
    assert.equal(await endOfCall(workflowId, runId), 'UnnamedCall');
    assert.equal((await shop.doku.requests('tokenB2B')).length, asked);
    await stack.client.workflow.getHandle(workflowId, runId).terminate();
    await forget(stack.client, workflowId, runId);
  });

  test('an activity does nothing with what another, or its own in another run, was asked with', async () => {
    const { customerId } = await shop.boundCustomer({ balance: '100000.00' });
    const order = shop.order(customerId);
    await shop.paid(order);
    await shop.journeys.purchase.result(order.partnerReferenceNo);
    const workflowId = purchaseWorkflowId(order.partnerReferenceNo);
    const scheduled = (await nobody.eventsOf(workflowId))
      .map((event) => event.activityTaskScheduledEventAttributes)
      .find((call) => call?.activityType?.name === 'queryPurchase');
    const { activityId, input } = scheduled ?? {};
    assert.ok(activityId && input?.payloads);
    for (const type of ['endWallet', 'queryPurchase']) {
      const call = calling(activityId, type, input.payloads as Payload[]);
      const runId = await nobody.run(workflowId, 'mine', call);
      assert.equal(await endOfCall(workflowId, runId), 'NoJourney');
      await stack.client.workflow.getHandle(workflowId, runId).terminate();
      await forget(stack.client, workflowId, runId);
    }
    assert.ok((await shop.journeys.purchase.redirect(shop.order(customerId))).webRedirectUrl);
  });

  describe('as a run of the workers’ queue, by Temporal’s eager start', () => {
    test('an activity does nothing without an argument, nor with what another has answered', async () => {
      const { order, workflowId } = await payout();
      const answered = (await nobody.eventsOf(workflowId))
        .map((event) => event.activityTaskCompletedEventAttributes?.result?.payloads?.[0])
        .find(Boolean) as Payload;
      const asked = (await shop.doku.requests('tokenB2B')).length;
      for (const [name, payloads] of [
        ['issueB2BToken', []],
        ['sendTopUp', [answered]],
      ] as const) {
        const commands = [calling('1', name, payloads)];
        const runId = await nobody.runEagerly(workflowId, 'mine', { commands });
        assert.equal(await endOfCall(workflowId, runId), 'UnnamedCall');
        await stack.client.workflow.getHandle(workflowId, runId).terminate();
        await forget(stack.client, workflowId, runId);
      }
      assert.equal((await shop.doku.requests('tokenB2B')).length, asked);
      assert.equal((await shop.doku.requests('topUp', order.partnerReferenceNo)).length, 1);
    });

    test('nor with what another run has asked for', async () => {
      const { order, workflowId } = await payout();
      const call = (await nobody.eventsOf(workflowId))
        .map((event) => event.activityTaskScheduledEventAttributes)
        .find((each) => each?.activityType?.name === 'sendTopUp');
      assert.ok(call?.activityId && call.input?.payloads);
      const commands = [calling(call.activityId, 'sendTopUp', call.input.payloads as Payload[])];
      const runId = await nobody.runEagerly(workflowId, 'mine', { commands });
      assert.equal(await endOfCall(workflowId, runId), 'NoJourney');
      assert.equal((await shop.doku.requests('topUp', order.partnerReferenceNo)).length, 1);
      await stack.client.workflow.getHandle(workflowId, runId).terminate();
      await forget(stack.client, workflowId, runId);
    });

    test('what he answers with is no answer, and keeps nobody from the events of the others', async () => {
      const { order, workflowId } = await payout();
      const [begun] = await nobody.eventsOf(workflowId);
      const input = begun?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0] as Payload;
      const copied = await nobody.answerTo(workflowId, 'status');
      const own = `own-${randomUUID()}`;
      const runId = await nobody.runEagerly(workflowId, 'topUp', { commands: [], own });
      for (const payload of [input, copied]) {
        const silenced = new AbortController();
        const answering = nobody.answerAll(own, payload, silenced.signal);
        // Events come ten seconds late.
        const { unread } = await eventually(
          () => shop.journeys.events.list({ limit: 500 }),
          (page) => page.unread.length > 0,
        );
        assert.deepEqual(
          unread.map((run) => run.runId),
          [runId],
        );
        // What the same question was answered with before still passes for the answer.
        if (payload === input)
          await assert.rejects(shop.journeys.topUp.status(order.partnerReferenceNo), {
            name: 'UnexpectedAnswerError',
          });
        silenced.abort();
        await answering;
      }
      await stack.client.workflow.getHandle(workflowId, runId).terminate();
      await forget(stack.client, workflowId, runId);
    });
  });
});
