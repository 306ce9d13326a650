import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { EventDeliveryResult, JourneyEvent } from '../../contract/event.js';
import { eventDeliveryWorkflowId } from '../../contract/identity.js';
import { startDevServer } from '../../worker/local/dev-server.js';
import { checkoutWorkflowBundle } from '../../worker/temporal/workflow-bundle.js';

const TASK_QUEUE = 'flooded';
/** As Temporal's own, of which a run takes 10,000 signals, and is long at 4,096 events: in less time. */
const SIGNALS_A_RUN = 400;
const LONG_AT = 200;
const SENDERS = 40;
/** While they come. */
const TO_TAKE = 20;

describe('signals to a delivery, without a pause,', () => {
  let temporal: TestWorkflowEnvironment;
  let worker: Worker;
  let running: Promise<void>;
  const taken: string[] = [];
  before(async () => {
    temporal = await startDevServer({
      logLevel: 'never',
      dynamicConfig: [
        `history.maximumSignalsPerExecution=${SIGNALS_A_RUN}`,
        `limit.historyCount.suggestContinueAsNew=${LONG_AT}`,
      ],
    });
    worker = await Worker.create({
      connection: temporal.nativeConnection,
      taskQueue: TASK_QUEUE,
      workflowBundle: await checkoutWorkflowBundle(),
      activities: {
        deliverEvent: async ({ id }: JourneyEvent) => {
          taken.push(id);
        },
      },
    });
    running = worker.run();
  });
  after(async () => {
    worker?.shutdown();
    await running;
    await temporal?.teardown();
  });

  const eventOf = (workflowId: string, sequence: number): JourneyEvent => ({
    id: `evt_${randomUUID().replaceAll('-', '')}`,
    type: 'purchase.paid',
    timestamp: new Date().toISOString(),
    data: { journey: 'purchase', workflowId, sequence, status: 'paid' },
  });

  test('hold up no event, and lose none that Temporal has taken', async () => {
    const { workflow } = temporal.client;
    const workflowId = `purchase/INV-${randomUUID()}`;
    const first = [eventOf(workflowId, 1), eventOf(workflowId, 2)];
    const delivery = await workflow.start('eventDelivery', {
      taskQueue: TASK_QUEUE,
      workflowId: eventDeliveryWorkflowId(workflowId),
      args: [first],
    });
    const latest = workflow.getHandle(delivery.workflowId);
    const sent: JourneyEvent[] = [...first];
    let isToEnd = false;
    const send = async () => {
      while (!isToEnd) {
        const event = eventOf(workflowId, sent.length + 1);
        await latest.signal('deliver', [event]).then(
          () => sent.push(event),
          // Of all that a run takes.
          () => pause(20),
        );
      }
    };
    const flood = Array.from({ length: SENDERS }, send);
    const until = Date.now() + 90_000;
    while (Date.now() < until && taken.length < TO_TAKE) await pause(200);
    const takenMeanwhile = new Set(taken);
    isToEnd = true;
    await Promise.all(flood);
    assert.ok(
      takenMeanwhile.size >= TO_TAKE,
      `${takenMeanwhile.size} of ${sent.length} were taken`,
    );
    assert.deepEqual(
      taken.slice(0, 2),
      first.map(({ id }) => id),
      'the oldest first',
    );
    const { dropped }: EventDeliveryResult = await latest.result();
    const known = new Set([...taken, ...dropped]);
    assert.deepEqual(
      sent.filter(({ id }) => !known.has(id)),
      [],
      'each one was delivered, or is told as given up',
    );
    const runs = workflow.list({ query: `WorkflowId = '${delivery.workflowId}'` });
    for await (const { runId, historyLength } of runs) {
      assert.ok(historyLength < 2_500, `a run of ${historyLength} events`);
      await Worker.runReplayHistory(
        { workflowBundle: await checkoutWorkflowBundle() },
        await workflow.getHandle(delivery.workflowId, runId).fetchHistory(),
        delivery.workflowId,
      );
    }
  });
});
