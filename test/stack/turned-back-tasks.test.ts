import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { purchaseWorkflowId } from '../../contract/identity.js';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { Shop } from '../setting/shop.js';

/** Temporal's number for a command. */
const COMPLETE_WORKFLOW_EXECUTION = 4;

/** Workers that answer, and whose answer Temporal does not take as there is news, fail on nothing. */
describe('a workflow task that Temporal itself has turned back', () => {
  let stack: Stack & { shop: Shop };
  before(async () => {
    stack = await startQuickStack();
  });
  after(() => stack?.stop());

  test('is not told as a failure of its workers', async () => {
    const { client, sandbox } = stack;
    const { namespace } = client.options;
    const taskQueue = `busy-${randomUUID()}`;
    const shop = new Shop(client, sandbox.url, taskQueue);
    const order = shop.order(`customer-${randomUUID()}`);
    const workflowId = purchaseWorkflowId(order.partnerReferenceNo);
    const handle = await client.workflow.start('purchase', {
      ...{ workflowId, taskQueue, args: [order] },
    });
    // A busy worker: it has taken the task, and answers once something else has come.
    const asked = { namespace, taskQueue: { name: taskQueue }, identity: 'busy' };
    const { taskToken } = await client.withDeadline(Date.now() + 20_000, () =>
      client.workflowService.pollWorkflowTaskQueue(asked),
    );
    await handle.signal('notified', {});
    await assert.rejects(
      client.workflowService.respondWorkflowTaskCompleted({
        ...{ namespace, taskToken, identity: 'busy' },
        commands: [
          {
            commandType: COMPLETE_WORKFLOW_EXECUTION,
            completeWorkflowExecutionCommandAttributes: {},
          },
        ],
      }),
      /UnhandledCommand/,
    );
    const failed = await shop.journeys.purchase
      .status(order.partnerReferenceNo, { deadline: Date.now() + 3_000 })
      .catch((error: unknown) => error);
    assert.ok(failed instanceof Error);
    assert.doesNotMatch(failed.message, /fail on it/);
    await handle.terminate();
  });
});
