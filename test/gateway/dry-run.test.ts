import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { topUpWorkflowId } from '../../contract/identity.js';
import { searchAttributesOf } from '../../contract/search-attributes.js';
import type { Stack } from '../../worker/local/stack.js';
import { type GatewayDoor, startGatewayDoor } from '../setting/gateway-door.js';
import { clientWith, newPayloadKey } from '../setting/payload-keys.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { forget } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

const NAMESPACE = 'default';
const COMPLETE = 4;
const KEYWORD = (value: string): Payload => {
  const payload = defaultPayloadConverter.toPayload(value);
  return { ...payload, metadata: { ...payload.metadata, type: Buffer.from('Keyword') } };
};

interface Dry {
  readonly unread: readonly string[];
  readonly [kind: string]: unknown;
}

describe('a dry run where somebody without a payload key has begun journeys', () => {
  let stack: Stack & { shop: Shop };
  let shop: Shop;
  let door: GatewayDoor;
  let customerId: string;
  before(async () => {
    stack = await startQuickStack();
    shop = stack.shop;
    door = await startGatewayDoor(stack.client);
    ({ customerId } = await shop.boundCustomer({ balance: '0.00' }));
  });
  after(async () => {
    await door?.close();
    await stack?.stop();
  });

  /** Which kind a row of the number is, and what could not be read. */
  const dry = async (partnerReferenceNo: string) => {
    const rows = [{ partnerReferenceNo, customerId, amount: idr('100.00') }];
    const { status, body } = await door.ask<Dry>('POST', '/v1/top-up-batches/B1/dry-run', {
      body: { rows },
    });
    assert.equal(status, 200, JSON.stringify(body));
    const isOne = (group: unknown) => (group as { rows?: unknown }).rows === 1;
    const [kind] = Object.entries(body).find(([, group]) => isOne(group)) ?? [];
    return { kind, unread: body.unread };
  };

  /** By a worker of one's own, that ends it with nothing. */
  const endedByNobody = async (type: string, workflowId: string, more: object = {}) => {
    const { workflowService } = stack.client;
    const taskQueue = { name: `own-${randomUUID()}` };
    const { runId } = await workflowService.startWorkflowExecution({
      ...{ namespace: NAMESPACE, workflowId, requestId: randomUUID(), taskQueue },
      ...{ workflowType: { name: type }, workflowIdReusePolicy: 1 },
      ...more,
    });
    const { taskToken } = await stack.client.withDeadline(Date.now() + 60_000, () =>
      workflowService.pollWorkflowTaskQueue({ namespace: NAMESPACE, taskQueue }),
    );
    await workflowService.respondWorkflowTaskCompleted({
      ...{ namespace: NAMESPACE, taskToken },
      commands: [{ commandType: COMPLETE, completeWorkflowExecutionCommandAttributes: {} }],
    });
    return runId;
  };
  const listedAs = (partnerReferenceNo: string) => ({
    searchAttributes: {
      indexedFields: {
        JourneyStatus: KEYWORD('completed'),
        PartnerReferenceNo: KEYWORD(partnerReferenceNo),
        CustomerId: KEYWORD(customerId),
      },
    },
  });

  test('says nothing was paid that only the list calls so', async () => {
    const partnerReferenceNo = `TOP-${randomUUID()}`;
    const workflowId = topUpWorkflowId(partnerReferenceNo);
    await shop.doku.call('POST', 'corporate/balance', { set: '50.00' });
    await shop.journeys.topUp.start({ partnerReferenceNo, customerId, amount: idr('100.00') });
    const { outcome } = await shop.journeys.topUp.result(partnerReferenceNo);
    assert.equal(outcome, 'insufficient-funds');
    await eventually(
      () => dry(partnerReferenceNo),
      ({ kind }) => kind === 'failedBefore',
    );
    const { events } = await stack.client.workflow.getHandle(workflowId).fetchHistory();
    const input = events?.[0]?.workflowExecutionStartedEventAttributes?.input;
    const more = { input, ...listedAs(partnerReferenceNo) };
    const runId = await endedByNobody('topUp', workflowId, more);
    const told = await eventually(
      () => dry(partnerReferenceNo),
      ({ unread }) => unread.includes(workflowId),
    );
    assert.equal(told.kind, 'failedBefore');
    await forget(stack.client, workflowId, runId ?? '');
  });

  test('names what nobody has encrypted, and answers', async () => {
    const partnerReferenceNo = `TOP-${randomUUID()}`;
    const workflowId = topUpWorkflowId(partnerReferenceNo);
    const clear = { payloads: [defaultPayloadConverter.toPayload({})] };
    await endedByNobody('topUp', workflowId, { input: clear, ...listedAs(partnerReferenceNo) });
    const told = await eventually(
      () => dry(partnerReferenceNo),
      ({ unread }) => unread.includes(workflowId),
    );
    assert.equal(told.kind, 'new');
    await forget(stack.client, workflowId);
  });

  test('names a part of a batch that ended with nothing, and answers', async () => {
    const workflowId = `top-up-batch/nobodys-${randomUUID()}/0`;
    await endedByNobody('topUpBatchPart', workflowId);
    const told = await eventually(
      () => dry(`TOP-${randomUUID()}`),
      ({ unread }) => unread.includes(workflowId),
    );
    assert.equal(told.kind, 'new');
    await forget(stack.client, workflowId);
  });

  test('calls a number conflicting whose top-up another payload key has encrypted', async () => {
    const partnerReferenceNo = `TOP-${randomUUID()}`;
    const workflowId = topUpWorkflowId(partnerReferenceNo);
    const other = clientWith(stack.client.connection, newPayloadKey('theirs'));
    await other.workflow.start('topUp', {
      ...{ workflowId, taskQueue: `own-${randomUUID()}` },
      args: [{ partnerReferenceNo, customerId, amount: idr('100.00') }],
      typedSearchAttributes: searchAttributesOf({
        ...{ status: 'sending', partnerReferenceNo, customerId },
      }),
    });
    await other.workflow.getHandle(workflowId).terminate();
    const told = await eventually(
      () => dry(partnerReferenceNo),
      ({ unread }) => unread.includes(workflowId),
    );
    assert.equal(told.kind, 'conflicting');
    await forget(stack.client, workflowId);
  });
});
