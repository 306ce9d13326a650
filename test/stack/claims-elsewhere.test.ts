import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { Client } from '@temporalio/client';
import { keptClaimsQuery } from '../../contract/claimed-numbers.js';
import { claimedNumbersWorkflowId, merchantSessionWorkflowId } from '../../contract/identity.js';
import type { Stack } from '../../worker/local/stack.js';
import { clientWith, newPayloadKey } from '../setting/payload-keys.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

/** Of the entity that says which part of a batch sends which number: every batch asks it, and every top-up. */
describe('claims of numbers that nobody answers for', () => {
  let stack: Stack;
  let shop: Shop;
  let workflowId: string;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
    // Whose key no worker has: the token's entity would keep everything else from going on, too.
    const strange = clientWith(stack.temporal.connection, newPayloadKey('strange'));
    await strange.workflow.start('merchantSession', {
      workflowId: merchantSessionWorkflowId(stack.sandbox.clientId),
      taskQueue: 'doku-journeys',
      args: [{ clientId: stack.sandbox.clientId }],
    });
    workflowId = claimedNumbersWorkflowId(stack.sandbox.clientId);
  });
  after(() => stack?.stop());

  const begun = (client: Client, taskQueue: string, args: readonly unknown[]) =>
    client.workflow.start('claimedNumbers', {
      ...{ workflowId, taskQueue, args: [...args] },
      workflowIdConflictPolicy: 'TERMINATE_EXISTING',
    });

  const topUp = async () => {
    const { customerId } = await shop.boundCustomer();
    const partnerReferenceNo = `TOP-${randomUUID()}`;
    return { partnerReferenceNo, customerId, amount: idr('100.00') };
  };

  /** Long enough for a machine with much to do, and far from for ever. */
  const soon = () => ({ deadline: Date.now() + 60_000 });

  async function assertGoesOn() {
    const single = await topUp();
    await shop.journeys.topUp.start(single);
    const { outcome } = await shop.journeys.topUp.result(single.partnerReferenceNo, soon());
    assert.equal(outcome, 'completed');
    const batchReference = `batch-${randomUUID().slice(0, 8)}`;
    await shop.journeys.topUpBatch.start({ batchReference, rows: [await topUp()] });
    const { counts } = await shop.journeys.topUpBatch.result(batchReference, soon());
    assert.equal(counts.completed, 1);
  }

  const kept = () =>
    eventually(
      () => stack.client.workflow.getHandle(workflowId).query(keptClaimsQuery.name),
      (claims) => claims !== null,
    );
  /** Of a part that has long gone. */
  const claims = [{ part: 'top-up-batch/of-the-rehearsal/0', digests: 'abcdefgh12345678' }];

  test('hold up no top-up and no batch, where nobody with a key has begun them', async () => {
    const plain = new Client({ connection: stack.temporal.connection });
    await begun(plain, 'of-nobody', []);
    await assertGoesOn();
  });

  test('hold up none where no worker here can read how they began', async () => {
    const strange = clientWith(stack.temporal.connection, newPayloadKey('strange'));
    await begun(strange, 'doku-journeys', [{}]);
    await assertGoesOn();
  });

  test('are kept where they are begun anew, as their workers have gone', async () => {
    await begun(stack.client, 'rehearsal', [{ claims }]);
    const single = await topUp();
    await shop.journeys.topUp.start(single);
    await shop.journeys.topUp.result(single.partnerReferenceNo, soon());
    assert.deepEqual(await kept(), claims);
    const { taskQueue } = await stack.client.workflow.getHandle(workflowId).describe();
    assert.equal(taskQueue, 'doku-journeys');
  });

  test('are kept, too, where somebody has ended them', async () => {
    await begun(stack.client, 'doku-journeys', [{ claims }]);
    await stack.client.workflow.getHandle(workflowId).terminate();
    const single = await topUp();
    await shop.journeys.topUp.start(single);
    await shop.journeys.topUp.result(single.partnerReferenceNo, soon());
    assert.deepEqual(await kept(), claims);
    await assertGoesOn();
  });
});
