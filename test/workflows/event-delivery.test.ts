import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { createEventActivities, type EventActivities } from '../../activities/events/index.js';
import type { EventDeliveryResult, EventDeliveryView, JourneyEvent } from '../../contract/event.js';
import { eventDeliveryWorkflowId } from '../../contract/identity.js';
import { checkoutWorkflowBundle } from '../../worker/temporal/workflow-bundle.js';
import { startEventReceiver, type TestReceiver } from '../setting/event-receiver.js';
import { SCRIPTED_QUEUE, type ScriptedDoku, startScriptedDoku } from '../setting/scripted-doku.js';
import { eventually, idr } from '../setting/shop.js';

const DAY_MS = 86_400_000;

describe('a receiver that is down', () => {
  let doku: ScriptedDoku;
  let receiver: TestReceiver;
  let activities: EventActivities;
  before(async () => {
    doku = await startScriptedDoku();
    receiver = await startEventReceiver();
    activities = activitiesWith();
  });
  const activitiesWith = (longestPauseMs?: number) =>
    createEventActivities({
      settings: {
        url: receiver.url,
        secrets: [receiver.secret],
        ...(longestPauseMs && { longestPauseMs }),
      },
      now: () => new Date(),
      hasWaiting: async () => false,
    });
  beforeEach(() => {
    receiver.answers(() => 503);
    doku.says({ ...activities });
  });
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

  test('is tried again no later than the longest pause says', async () => {
    doku.says({ ...activitiesWith(5_000) });
    const { events, triesOf, result } = await begun();
    await doku.environment.sleep(120_000);
    assert.ok(triesOf(events[0] as JourneyEvent) >= 15);
    receiver.answers(() => 204);
    assert.equal((await result()).outcome, 'delivered');
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

  test('is left alone between tries, however often it is said to be back, and tried then', async () => {
    let tries = 0;
    let isBack = false;
    doku.says({
      deliverEvent: async () => {
        tries += 1;
        if (!isBack) throw ApplicationFailure.create({ message: 'away', nextRetryDelay: '2 days' });
      },
    });
    const { delivery, result } = await begun();
    for (let said = 0; said < 10; said++)
      await Promise.all(Array.from({ length: 30 }, () => delivery.signal('tryNow')));
    assert.ok(tries <= 30, `${tries} tries`);
    isBack = true;
    assert.equal((await result()).delivered, 2);
    const { startTime, closeTime } = await delivery.describe();
    assert.ok(Number(closeTime) - Number(startTime) < DAY_MS, `${closeTime}`);
  });

  for (const isParked of [false, true]) {
    test(`has its delivery go on in another run, ${isParked ? 'parked' : 'under way'}`, async () => {
      const workflowId = `purchase/INV-${randomUUID()}`;
      const events = eventsOf(workflowId);
      const delivery = await doku.client.workflow.start('eventDelivery', {
        taskQueue: SCRIPTED_QUEUE,
        workflowId: eventDeliveryWorkflowId(workflowId),
        args: [
          events,
          {
            journey: { known: [{ at: new Date().toISOString(), fact: 'told before' }] },
            tries: { restMs: 40_000, restsUntil: Date.now() + DAY_MS, isWished: false },
            triedUntil: Date.now() + DAY_MS,
            isParked,
            delivered: 3,
            dropped: ['evt_before'],
          },
        ],
      });
      const { status, waiting } = await delivery.query<EventDeliveryView>('status');
      assert.equal(status, isParked ? 'needs-attention' : 'delivering');
      assert.deepEqual(waiting, events);
      receiver.answers(() => 204);
      if (isParked) await delivery.signal('tryNow');
      const result: EventDeliveryResult = await delivery.result();
      assert.deepEqual(result, { outcome: 'dropped', delivered: 5, dropped: ['evt_before'] });
      assert.deepEqual(receiver.takenOf(workflowId), events);
    });
  }

  test('has an operator asked after three days, however often it is said to be back', async () => {
    const { delivery, view } = await begun();
    for (let day = 0; day < 3; day++) {
      await doku.environment.sleep(DAY_MS);
      await delivery.signal('tryNow');
    }
    await doku.environment.sleep(DAY_MS / 24);
    assert.equal((await view()).status, 'needs-attention');
    await delivery.terminate('the test is over');
  });

  test('takes no decision while nobody is asked for one', async () => {
    const one = await begun();
    await doku.environment.sleep(3.5 * DAY_MS);
    await one.delivery.signal('tryNow');
    await eventually(one.view, ({ status }) => status === 'delivering');
    assert.equal((await one.view()).attention, undefined);
    await assert.rejects(resolve(one, 'drop'));
    await one.delivery.terminate('the test is over');
  });

  test('that redirects is not followed', async () => {
    const one = await begun();
    receiver.answers(() => 307);
    await doku.environment.sleep(60_000);
    assert.equal((await one.view()).waiting.length, 2);
    await one.delivery.terminate('the test is over');
  });

  test('a top-up that goes on in another run counts what it tells on, and remembers it', async () => {
    const partnerReferenceNo = `TOP-${randomUUID()}`;
    const before = eventsOf(`top-up/${partnerReferenceNo}`);
    const told = { sequence: 3, isReceiverKnown: false, isBehind: false, events: before };
    let firstRunId: string | undefined;
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    doku.says({
      queryTopUp: async () => {
        const { runId } = Context.current().info.workflowExecution ?? {};
        firstRunId ??= runId;
        return { status: runId === firstRunId ? 'open' : 'success', amount: '100.00' };
      },
      awaitTopUpEnd: () => ended,
    });
    const topUp = await doku.client.workflow.start('topUp', {
      taskQueue: SCRIPTED_QUEUE,
      workflowId: `top-up/${partnerReferenceNo}`,
      args: [
        { partnerReferenceNo, customerId: 'customer-1', amount: idr('100.00') },
        {
          mayBeSent: true,
          lastSentAt: new Date().toISOString(),
          isAccepted: true,
          journey: { known: [], events: told },
        },
      ],
    });
    while ((await topUp.describe()).historyLength < 2_000)
      await Promise.all(Array.from({ length: 50 }, () => topUp.signal('notified')));
    end();
    assert.equal((await topUp.result()).outcome, 'completed');
    const events = await doku.client.workflow
      .getHandle(topUp.workflowId)
      .query<JourneyEvent[]>('events');
    assert.deepEqual(
      events.map(({ type, data }) => [type, data.sequence]),
      [...before.map(({ type, data }) => [type, data.sequence]), ['top-up.completed', 4]],
    );
  });

  // The last one: after so many messages the server has been seen to skip no time any more.
  test('goes on in another run once its history is long, with all that waits', async () => {
    doku.says({
      deliverEvent: async () => {
        throw ApplicationFailure.create({ message: 'away', nextRetryDelay: '2 days' });
      },
    });
    const { delivery, events, workflowId } = await begun();
    const latest = doku.client.workflow.getHandle(delivery.workflowId);
    const { runId } = await latest.describe();
    while ((await latest.describe()).historyLength <= 3_000)
      await Promise.all(Array.from({ length: 100 }, () => latest.signal('tryNow')));
    await eventually(
      () => latest.describe(),
      (now) => now.runId !== runId,
      60_000,
    );
    assert.deepEqual((await latest.query<EventDeliveryView>('status')).waiting, events);
    doku.says({ ...activities });
    receiver.answers(() => 204);
    await latest.signal('tryNow');
    const result: EventDeliveryResult = await latest.result();
    assert.deepEqual([result.outcome, result.delivered], ['delivered', 2]);
    assert.deepEqual(receiver.takenOf(workflowId), events);
  });
});
