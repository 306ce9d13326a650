import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import { Worker } from '@temporalio/worker';
import { createEventActivities } from '../../activities/events/index.js';
import type { EventDeliveryResult, EventDeliveryView, JourneyEvent } from '../../contract/event.js';
import { eventDeliveryWorkflowId } from '../../contract/identity.js';
import { checkoutWorkflowBundle } from '../../worker/temporal/workflow-bundle.js';
import { startEventReceiver, type TestReceiver } from '../setting/event-receiver.js';
import { SCRIPTED_QUEUE, type ScriptedDoku, startScriptedDoku } from '../setting/scripted-doku.js';

const DAY_MS = 86_400_000;

describe('a receiver that is down', () => {
  let doku: ScriptedDoku;
  let receiver: TestReceiver;
  before(async () => {
    doku = await startScriptedDoku();
    receiver = await startEventReceiver();
    const settings = { url: receiver.url, secrets: [receiver.secret] };
    doku.says({ ...createEventActivities({ settings, now: () => new Date() }) });
  });
  beforeEach(() => receiver.answers(() => 503));
  after(async () => {
    await doku?.stop();
    await receiver?.close();
  });

  /** Two of one journey. */
  function eventsOf(workflowId: string): JourneyEvent[] {
    return ['awaiting-acknowledgement', 'paid'].map((status, index) => ({
      id: `evt_${randomUUID().replaceAll('-', '')}`,
      type: `purchase.${status}`,
      timestamp: new Date().toISOString(),
      data: { journey: 'purchase', workflowId, sequence: index + 1, status },
    }));
  }

  async function begun() {
    const workflowId = `purchase/INV-${randomUUID()}`;
    const events = eventsOf(workflowId);
    const delivery = await doku.client.workflow.start('eventDelivery', {
      taskQueue: SCRIPTED_QUEUE,
      workflowId: eventDeliveryWorkflowId(workflowId),
      args: [events],
    });
    const view = () => delivery.query<EventDeliveryView>('status');
    const result = (): Promise<EventDeliveryResult> => delivery.result();
    const triesOf = ({ id }: JourneyEvent) =>
      receiver.deliveries.filter(({ event }) => event.id === id).length;
    return { delivery, workflowId, events, view, result, triesOf };
  }

  const resolve = (
    { delivery }: Awaited<ReturnType<typeof begun>>,
    decision: 'resend' | 'drop',
  ): Promise<unknown> =>
    delivery.executeUpdate('resolve', {
      args: [{ decision, operator: 'ani', note: 'the receiver was looked at' }],
    });

  test('is tried for three days, then an operator is asked and has it resent, in order', async () => {
    const one = await begun();
    const { events, view, triesOf, workflowId } = one;
    const [first, second] = events as [JourneyEvent, JourneyEvent];
    await doku.environment.sleep(2.5 * DAY_MS);
    assert.equal((await view()).status, 'delivering');
    await doku.environment.sleep(DAY_MS);
    const { status, waiting, attention } = await view();
    assert.equal(status, 'needs-attention');
    assert.deepEqual(waiting, events);
    assert.deepEqual(attention?.decisions, ['resend', 'drop']);
    assert.ok(triesOf(first) >= 20 && triesOf(first) <= 30, `${triesOf(first)} tries`);
    assert.equal(triesOf(second), 0);
    receiver.answers(() => 204);
    await resolve(one, 'resend');
    const { outcome, delivered } = await one.result();
    assert.deepEqual([outcome, delivered], ['delivered', 2]);
    assert.deepEqual(receiver.takenOf(workflowId), events);
    await Worker.runReplayHistory(
      { workflowBundle: await checkoutWorkflowBundle() },
      await one.delivery.fetchHistory(),
      one.delivery.workflowId,
    );
  });

  test('has its events dropped where an operator says so', async () => {
    const one = await begun();
    await doku.environment.sleep(3.5 * DAY_MS);
    // Those that it has already count once.
    await one.delivery.signal('deliver', one.events);
    await resolve(one, 'drop');
    const { outcome, delivered, dropped } = await one.result();
    assert.deepEqual([outcome, delivered], ['dropped', 0]);
    assert.deepEqual(
      dropped,
      one.events.map(({ id }) => id),
    );
  });

  test('is tried at once when it is said to be back', async () => {
    const one = await begun();
    await doku.environment.sleep(3.5 * DAY_MS);
    receiver.answers(() => 204);
    await one.delivery.signal('tryNow');
    assert.equal((await one.result()).outcome, 'delivered');
    assert.deepEqual(receiver.takenOf(one.workflowId), one.events);
  });

  test('that redirects is not followed', async () => {
    const one = await begun();
    receiver.answers(() => 307);
    await doku.environment.sleep(60_000);
    assert.equal((await one.view()).waiting.length, 2);
    await one.delivery.terminate('the test is over');
  });
});
