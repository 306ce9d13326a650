import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { Payload } from '@temporalio/common';
import {
  partPausedSignal,
  partProgressSignal,
  partResultsQuery,
  toBeSentQuery,
} from '../../contract/top-up-batch.js';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

const NAMESPACE = 'default';

/** Anybody who reaches Temporal may ask, and is answered by what is encrypted for the very workflow that he asks. */
describe('what a workflow has answered is believed by none as a signal', () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  const answerOf = async (workflowId: string, queryType: string) => {
    const { queryResult } = await stack.client.workflowService.queryWorkflow({
      ...{ namespace: NAMESPACE, execution: { workflowId }, query: { queryType } },
    });
    assert.ok(queryResult?.payloads?.length);
    return queryResult.payloads;
  };
  const signal = (workflowId: string, signalName: string, payloads: Payload[]) =>
    stack.client.workflowService.signalWorkflowExecution({
      ...{ namespace: NAMESPACE, workflowExecution: { workflowId }, signalName },
      ...{ input: { payloads }, requestId: randomUUID() },
    });

  test('no batch goes on or pauses by it, and none counts by it', async () => {
    const { customerId } = await shop.boundCustomer({ balance: '0.00' });
    const batchReference = `batch-${randomUUID().slice(0, 8)}`;
    const whole = `top-up-batch/${batchReference}`;
    const part = `${whole}/0`;
    const { topUpBatch } = shop.journeys;
    const rows = Array.from({ length: 100 }, () => ({
      ...{ partnerReferenceNo: `ROW-${randomUUID()}`, customerId, amount: idr('1.00') },
    }));
    await topUpBatch.start({ batchReference, rows, inFlight: 1 });
    await eventually(
      () => topUpBatch.status(batchReference),
      ({ counts }) => counts.completed > 0,
    );
    await topUpBatch.pause(batchReference);
    const notPaused = await answerOf(part, toBeSentQuery.name);
    // What was on its way as it was paused.
    await setTimeout(3_000);
    const asPaused = await topUpBatch.status(batchReference);
    await signal(part, partPausedSignal.name, notPaused);
    await signal(whole, partProgressSignal.name, await answerOf(whole, 'status'));
    await setTimeout(2_000);
    assert.deepEqual(await topUpBatch.status(batchReference), asPaused);
    await topUpBatch.goOn(batchReference);
    await signal(part, partPausedSignal.name, await answerOf(part, partResultsQuery.name));
    const { counts } = await topUpBatch.result(batchReference);
    assert.equal(counts.completed, rows.length);
  });
});
