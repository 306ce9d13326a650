import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client, WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure, defaultPayloadConverter, type Payload } from '@temporalio/common';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { eventually, type Shop } from '../setting/shop.js';

const TASK_QUEUE = 'doku-journeys';

const isRefused = (error: unknown, message: RegExp) => {
  assert.ok(
    (error instanceof WorkflowFailedError || error instanceof WorkflowUpdateFailedError) &&
      error.cause instanceof ApplicationFailure,
    String(error),
  );
  assert.equal(error.cause.type, 'InvalidInput');
  assert.match(error.cause.message, message);
  return true;
};

describe('who can write to Temporal but has no payload key', () => {
  let stack: Stack & { shop: Shop };
  let shop: Shop;
  /** As Temporal's stock command line: it encrypts nothing. */
  let outsider: Client;
  let customerId: string;
  before(async () => {
    stack = await startQuickStack();
    shop = stack.shop;
    outsider = new Client({ connection: stack.temporal.connection });
    ({ customerId } = await shop.boundCustomer({ balance: '9000000.00' }));
  });
  after(() => stack?.stop());

  const inTemporal = (workflowId: string) => stack.client.workflow.getHandle(workflowId);
  const [codec] = [() => stack.client.options.loadedDataConverter.payloadCodecs[0]];
  const encryptedFor = async (workflowId: string, value: unknown): Promise<Payload[]> => {
    const context = { type: 'workflow', namespace: 'default', workflowId } as const;
    const payload = defaultPayloadConverter.toPayload(value);
    return (await codec()?.encode([payload], context)) ?? [];
  };

  test('begins no journey', async () => {
    const transfer = {
      partnerReferenceNo: 'PLAIN-1',
      customerId,
      amount: { value: '10000.00', currency: 'IDR' },
      beneficiaryAccountNumber: '8377388292',
      beneficiaryBankCode: '014',
    };
    const workflowId = 'transfer/PLAIN-1';
    await outsider.workflow.start('bankTransfer', {
      workflowId,
      taskQueue: TASK_QUEUE,
      args: [transfer],
    });
    await assert.rejects(inTemporal(workflowId).result(), (error) =>
      isRefused(error, /^input: is not encrypted$/),
    );
  });

  test('begins none by a memo or a header beside what it has copied', async () => {
    const { workflowService } = stack.client;
    const plain = defaultPayloadConverter.toPayload('plain');
    const order = shop.order(customerId);
    const workflowId = `purchase/${order.partnerReferenceNo}`;
    for (const [more, message] of [
      [{ memo: { fields: { inputDigest: plain } } }, /^memo: is not encrypted$/],
      [{ header: { fields: { tenant: plain } } }, /^input: its headers are not encrypted$/],
    ] as const) {
      await workflowService.startWorkflowExecution({
        namespace: 'default',
        workflowId,
        requestId: String(message),
        workflowType: { name: 'purchase' },
        taskQueue: { name: TASK_QUEUE },
        input: { payloads: await encryptedFor(workflowId, order) },
        ...more,
      });
      await assert.rejects(inTemporal(workflowId).result(), (error) => isRefused(error, message));
    }
  });

  test('cannot have a wallet take what was encrypted for another', async () => {
    const other = await shop.boundCustomer();
    const binding = { accountId: '1', authCode: 'a' };
    const before = await inTemporal(`wallet/${customerId}`).query('status');
    const { outcome } = await stack.client.workflowService.updateWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId: `wallet/${customerId}` },
      waitPolicy: { lifecycleStage: 3 },
      request: {
        meta: { updateId: 'copied' },
        input: {
          name: 'bind',
          args: { payloads: await encryptedFor(`wallet/${other.customerId}`, binding) },
        },
      },
    });
    assert.ok(outcome?.failure, 'the update was refused');
    assert.deepEqual(await inTemporal(`wallet/${customerId}`).query('status'), before);
  });

  test('steers no journey, and stops none', async () => {
    const order = shop.order(customerId);
    await shop.journeys.purchase.redirect(order);
    const handle = outsider.workflow.getHandle(`purchase/${order.partnerReferenceNo}`);
    const lengthOf = async () => (await inTemporal(handle.workflowId).describe()).historyLength;
    const before = await lengthOf();
    // Not even the refusal can be read without a key.
    await assert.rejects(handle.executeUpdate('cancel', { args: [{ reason: 'mine' }] }));
    assert.equal(await lengthOf(), before, 'the update left no event');
    await handle.signal('notified', { latestTransactionStatus: '00' });
    await shop.paid(order);
    const { outcome } = await shop.journeys.purchase.result(order.partnerReferenceNo);
    assert.equal(outcome, 'paid');
  });

  test('ends no journey with a result that anybody believes', async () => {
    const workflowId = 'transfer/NOBODYS';
    await outsider.workflow.start('bankTransfer', {
      workflowId,
      taskQueue: 'of-an-outsider',
      args: [{}],
    });
    const { workflowService } = outsider;
    const { taskToken } = await outsider.withDeadline(Date.now() + 60_000, () =>
      workflowService.pollWorkflowTaskQueue({
        namespace: 'default',
        taskQueue: { name: 'of-an-outsider' },
        identity: 'outsider',
      }),
    );
    const plain = defaultPayloadConverter.toPayload({ outcome: 'completed' });
    await workflowService.respondWorkflowTaskCompleted({
      namespace: 'default',
      taskToken,
      commands: [
        {
          // COMPLETE_WORKFLOW_EXECUTION.
          commandType: 4,
          completeWorkflowExecutionCommandAttributes: { result: { payloads: [plain] } },
        },
      ],
    });
    await assert.rejects(inTemporal(workflowId).result(), { name: 'RefusedPayloadError' });
    // It is no history of ours.
    await workflowService.deleteWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId },
    });
    await eventually(
      () => stack.client.workflow.count(`WorkflowId = '${workflowId}'`),
      ({ count }) => count === 0,
    );
  });
});
