import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { Client } from '@temporalio/client';
import { raiseFinding } from '../../activities/journeys/findings.js';
import { InvalidInputError } from '../../client/index.js';
import {
  type EventDeliveryView,
  type EventPage,
  eventDeliveryStatusQuery,
  eventsQuery,
  type JourneyEvent,
} from '../../contract/event.js';
import {
  eventDeliveryWorkflowId,
  findingWorkflowId,
  purchaseWorkflowId,
  reconciliationWorkflowId,
  refundWorkflowId,
  topUpBatchWorkflowId,
  topUpWorkflowId,
} from '../../contract/identity.js';
import type { Stack } from '../../worker/local/stack.js';
import { tellingDataConverter } from '../../worker/temporal/encryption.js';
import { Cli } from '../setting/cli.js';
import { startEventReceiver, type TestReceiver, toldTo } from '../setting/event-receiver.js';
import { startGatewayDoor } from '../setting/gateway-door.js';
import { clientWith, newPayloadKey } from '../setting/payload-keys.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { reset } from '../setting/resets.js';
import { eventually, idr, Shop } from '../setting/shop.js';
import { COSTS, type Cost, EVENT_COST, TELLING_COST } from './costs.js';
import { DRIVES, type Drive } from './driven-journeys.js';
import { assertCost, costOf } from './measured-cost.js';

/** Of a top-up that its workers cannot read. */
const STRANGE = 'TOP-STRANGE';

const typesOf = (events: readonly JourneyEvent[]) => events.map(({ type }) => type);

describe('events to a receiver that fails a third of the time', () => {
  let receiver: TestReceiver;
  let stack: Stack & { shop: Shop };
  let shop: Shop;
  let cli: Cli;
  before(async () => {
    receiver = await startEventReceiver((nth) => (nth % 3 === 1 ? 503 : 204));
    stack = await startQuickStack(toldTo(receiver));
    shop = stack.shop;
    cli = new Cli({
      TEMPORAL_ADDRESS: stack.temporal.address,
      PAYLOAD_KEYS: stack.configuration.PAYLOAD_KEYS.text,
    });
    // Nobody can ask one whose workers cannot read it.
    const strange = clientWith(stack.temporal.connection, newPayloadKey('strange'));
    await new Shop(strange, stack.sandbox.url).journeys.topUp.start({
      partnerReferenceNo: STRANGE,
      customerId: 'customer-1',
      amount: idr('100.00'),
    });
  });
  after(async () => {
    await stack?.stop();
    await receiver?.close();
  });

  /** Once the receiver has taken them. */
  const taken = (workflowId: string, types: readonly string[]) =>
    eventually(
      async () => receiver.takenOf(workflowId),
      (events) => events.length >= types.length,
      60_000,
    );

  test('every purchase tells each of its stops and its end, in order, verified', async () => {
    const expected = new Map<string, string[]>();
    const orders = await Promise.all(
      Array.from({ length: 6 }, async (_, nth) => {
        const isAcknowledged = nth % 2 === 0;
        const order = shop.order((await shop.boundCustomer()).customerId, {
          acknowledgeWithin: isAcknowledged ? '1 hour' : '1 second',
        });
        const { partnerReferenceNo } = order;
        expected.set(purchaseWorkflowId(partnerReferenceNo), [
          'purchase.awaiting-acknowledgement',
          isAcknowledged ? 'purchase.paid' : 'purchase.cancelled',
        ]);
        await shop.paid(order);
        if (isAcknowledged) {
          await eventually(
            () => shop.journeys.purchase.status(partnerReferenceNo),
            ({ status }) => status === 'awaiting-acknowledgement',
          );
          await shop.journeys.purchase.acknowledge(partnerReferenceNo);
        }
        await shop.journeys.purchase.result(partnerReferenceNo);
        return order;
      }),
    );
    for (const [workflowId, types] of expected)
      assert.deepEqual(typesOf(await taken(workflowId, types)), types);
    assert.deepEqual(receiver.refused, []);
    assert.ok(receiver.deliveries.some(({ status }) => status === 503));
    const [{ partnerReferenceNo, customerId, amount }] = orders as [(typeof orders)[number]];
    const [stop, end] = receiver.takenOf(purchaseWorkflowId(partnerReferenceNo));
    const known = { partnerReferenceNo, customerId, amount, journey: 'purchase' };
    const { data: atStop } = stop as JourneyEvent;
    assert.deepEqual({ ...atStop, ...known }, atStop);
    assert.deepEqual([atStop.sequence, atStop.status], [1, 'awaiting-acknowledgement']);
    const { data: atEnd } = end as JourneyEvent;
    assert.deepEqual({ ...atEnd, ...known }, atEnd);
    assert.deepEqual(
      [atEnd.sequence, atEnd.outcome, atEnd.reason],
      [2, 'paid', 'merchant-acknowledged'],
    );
    const told = await stack.client.workflow
      .getHandle(purchaseWorkflowId(partnerReferenceNo))
      .query(eventsQuery.name);
    assert.deepEqual(told, [stop, end]);
  });

  test('an event costs what the table says', async (context) => {
    receiver.answers(() => 204);
    const order = shop.order((await shop.boundCustomer()).customerId, {
      acknowledgeWithin: '1 hour',
    });
    const { partnerReferenceNo } = order;
    const workflowId = purchaseWorkflowId(partnerReferenceNo);
    await shop.paid(order);
    await taken(workflowId, ['purchase.awaiting-acknowledgement']);
    await shop.journeys.purchase.acknowledge(partnerReferenceNo);
    await shop.journeys.purchase.result(partnerReferenceNo);
    const seen = await costOf(stack, {
      workflowIds: [workflowId],
      references: [partnerReferenceNo],
    });
    context.diagnostic(Object.values(seen).join(', '));
    assertCost(seen, withEvents(COSTS['purchase, acknowledged'] as Cost, 2));
  });

  const ENDS: Readonly<Record<string, string>> = {
    'purchase, refunded, settled': 'purchase.refunded',
    'refund, once settled': 'refund.refunded',
    topUp: 'top-up.completed',
    bankTransfer: 'bank-transfer.completed',
    'authorizedPurchase, captured': 'authorized-purchase.captured',
    closeAccount: 'close-account.unbound',
  };
  for (const [name, end] of Object.entries(ENDS)) {
    test(`${name}: its end is told`, async () => {
      receiver.answers(() => 204);
      const { workflowIds } = await (DRIVES[name] as Drive)(shop);
      const [workflowId = ''] = workflowIds;
      const events = await eventually(
        async () => receiver.takenOf(workflowId),
        (seen) => seen.at(-1)?.type === end,
      );
      assert.deepEqual(
        events.map(({ data }) => data.sequence),
        events.map((_, index) => index + 1),
      );
    });
  }

  test('what is stopped before any worker has answered it is told all the same', async () => {
    const { customerId } = await shop.boundCustomer();
    const partnerReferenceNo = `TOP-${randomUUID()}`;
    const slow = { fault: 'slow', when: 'before', delayMs: 4_000 } as const;
    await shop.doku.fault({ operation: 'topUpInquiry', ...slow, match: { partnerReferenceNo } });
    const input = { partnerReferenceNo, customerId, amount: idr('100.00') };
    await shop.journeys.topUp.start(input);
    const workflowId = topUpWorkflowId(partnerReferenceNo);
    await stack.client.workflow.getHandle(workflowId).cancel();
    const { refusal } = await shop.journeys.topUp.result(partnerReferenceNo);
    assert.equal(refusal, 'cancelled');
    assert.deepEqual(typesOf(await taken(workflowId, ['top-up.failed'])), ['top-up.failed']);
  });

  test('batches and reconciliations tell what they counted', async () => {
    const { customerId } = await shop.boundCustomer();
    const batchReference = `batch-${randomUUID().slice(0, 8)}`;
    const rows = [{ partnerReferenceNo: `TOP-${randomUUID()}`, customerId, amount: idr('100.00') }];
    await shop.journeys.topUpBatch.start({ batchReference, rows });
    const [batch] = await taken(topUpBatchWorkflowId(batchReference), ['']);
    assert.deepEqual(batch?.data.counts, {
      completed: 1,
      failed: 0,
      insufficientFunds: 0,
      cancelled: 0,
    });
    const range = { from: new Date(Date.now() - 60_000), to: new Date() };
    await shop.journeys.reconciliation.start(range);
    const { counts } = await shop.journeys.reconciliation.result(range);
    const [report] = await taken(
      reconciliationWorkflowId(`${range.from.toISOString()}_${range.to.toISOString()}`),
      [''],
    );
    assert.deepEqual(report?.data.counts, counts);
  });

  test('a finding is told as it is raised', async () => {
    const teller = new Client({
      connection: stack.temporal.connection,
      dataConverter: tellingDataConverter(stack.dataConverter),
    });
    const partnerReferenceNo = `INV-${randomUUID()}`;
    const facts = ['DOKU has it, and no journey does'];
    const finding = { kind: 'missing-here', partnerReferenceNo, facts, check: 'Look.' } as const;
    await raiseFinding(teller, stack.configuration.DOKU_TASK_QUEUE, finding);
    const [told] = await taken(findingWorkflowId('missing-here', partnerReferenceNo), ['']);
    assert.equal(told?.type, 'finding.needs-attention');
    assert.deepEqual(
      [told.data.kind, told.data.partnerReferenceNo],
      ['missing-here', partnerReferenceNo],
    );
  });

  test('whoever is told of a payment can refund it, though its journey waits for an answer', async () => {
    receiver.answers(() => 0);
    const order = shop.order((await shop.boundCustomer()).customerId);
    const { partnerReferenceNo, customerId, amount } = order;
    const workflowId = purchaseWorkflowId(partnerReferenceNo);
    await shop.paid(order);
    await eventually(
      async () => receiver.deliveries.some(({ event }) => event.data.workflowId === workflowId),
      (isTold) => isTold,
    );
    const partnerRefundNo = `REF-${randomUUID()}`;
    const refund = { partnerRefundNo, partnerReferenceNo, customerId, amount, reason: 'returned' };
    await shop.journeys.refund.start(refund);
    assert.equal((await shop.journeys.refund.result(partnerRefundNo)).outcome, 'refunded');
    assert.equal((await shop.journeys.purchase.result(partnerReferenceNo)).outcome, 'paid');
    receiver.answers(() => 204);
    assert.deepEqual(typesOf(await taken(workflowId, ['purchase.paid'])), ['purchase.paid']);
    const refunded = await taken(refundWorkflowId(partnerRefundNo), ['refund.refunded']);
    assert.deepEqual(typesOf(refunded), ['refund.refunded']);
  });

  describe('whoever acts on an end before it answers is answered as after it', () => {
    /** What these come to, called as an event of this type is told. */
    async function whenTold(
      type: string,
      begin: () => Promise<unknown>,
      calls: () => Readonly<Record<string, () => Promise<unknown>>>,
    ): Promise<Record<string, unknown>> {
      const seen: Record<string, unknown> = {};
      receiver.answers(async (_, event) => {
        if (event.type === type)
          for (const [name, call] of Object.entries(calls()))
            seen[name] ??= await call().then(
              () => 'taken',
              (error) => error.constructor.name,
            );
        return 204;
      });
      await begin();
      await eventually(
        async () => Object.keys(seen),
        (names) => names.length === Object.keys(calls()).length,
      );
      return seen;
    }
    const decision = { decision: 'ask-again', operator: 'ani', note: 'looked up' };

    test('a purchase', async () => {
      const order = shop.order((await shop.boundCustomer()).customerId);
      const { partnerReferenceNo } = order;
      const { purchase } = shop.journeys;
      const seen = await whenTold(
        'purchase.paid',
        () => shop.paid(order),
        () => ({
          acknowledge: () => purchase.acknowledge(partnerReferenceNo),
          redirect: () => purchase.redirect(order),
          resolve: () => purchase.resolve(partnerReferenceNo, decision),
          cancel: () => purchase.cancel(partnerReferenceNo, 'changed their mind'),
        }),
      );
      assert.deepEqual(seen, {
        acknowledge: 'taken',
        redirect: 'JourneyEndedError',
        resolve: 'JourneyEndedError',
        cancel: 'NotNowError',
      });
      assert.equal((await purchase.result(partnerReferenceNo)).reason, 'customer-paid');
    });

    test('a bank transfer', async () => {
      const { customerId } = await shop.boundCustomer();
      const { bankTransfer } = shop.journeys;
      const partnerReferenceNo = `TRF-${randomUUID()}`;
      const transfer = {
        partnerReferenceNo,
        customerId,
        amount: idr('25000.00'),
        beneficiaryAccountNumber: '8377388292',
        beneficiaryBankCode: '014',
      };
      let name = '';
      const seen = await whenTold(
        'bank-transfer.completed',
        async () => {
          name = (await bankTransfer.beneficiary(transfer)).beneficiaryAccountName;
          await bankTransfer.confirm(partnerReferenceNo, name);
        },
        () => ({
          beneficiary: () => bankTransfer.beneficiary(transfer),
          confirm: () => bankTransfer.confirm(partnerReferenceNo, name),
          abandon: () => bankTransfer.abandon(partnerReferenceNo),
        }),
      );
      assert.deepEqual(seen, {
        beneficiary: 'JourneyEndedError',
        confirm: 'taken',
        abandon: 'JourneyEndedError',
      });
    });

    test('an authorised purchase', async () => {
      const { customerId } = await shop.boundCustomer();
      const { authorizedPurchase } = shop.journeys;
      const partnerReferenceNo = `AUT-${randomUUID()}`;
      const held = {
        partnerReferenceNo,
        customerId,
        amount: idr('50000.00'),
        title: 'Hotel',
        captureWithin: '10 minutes',
      };
      const capture = () =>
        authorizedPurchase.capture(partnerReferenceNo, { partnerCaptureNo: `CAP-${randomUUID()}` });
      const seen = await whenTold(
        'authorized-purchase.captured',
        async () => {
          await authorizedPurchase.authorize(held);
          await capture();
        },
        () => ({ authorize: () => authorizedPurchase.authorize(held), capture }),
      );
      assert.deepEqual(seen, { authorize: 'JourneyEndedError', capture: 'JourneyEndedError' });
    });
  });

  test('what waits for the receiver is shown with its journey, and listed', async () => {
    receiver.answers(() => 503);
    const order = shop.order((await shop.boundCustomer()).customerId);
    const { partnerReferenceNo } = order;
    const workflowId = purchaseWorkflowId(partnerReferenceNo);
    await shop.paid(order);
    await shop.journeys.purchase.result(partnerReferenceNo);
    const { stdout } = await eventually(
      () => cli.run(['show', 'purchase', partnerReferenceNo]),
      (shown) => /HTTP 503/.test(shown.stdout),
    );
    assert.match(
      stdout,
      /^events +wait for their receiver \(not delivered: no success \(HTTP 503\)\): doku-journeys show events purchase\/\S+$/m,
    );
    const listed = await eventually(
      () => cli.run(['find', '--type', 'events', '--open']),
      (found) => found.stdout.includes(workflowId),
    );
    assert.match(listed.stdout, new RegExp(` events +${workflowId} +delivering`));
    receiver.answers(() => 204);
    await taken(workflowId, ['purchase.paid']);
    await eventually(
      () => cli.run(['show', 'purchase', partnerReferenceNo]),
      (shown) => !/^events/m.test(shown.stdout),
    );
  });

  test('an operator has what was told sent again, by the same ID', async () => {
    const order = shop.order((await shop.boundCustomer()).customerId);
    const workflowId = purchaseWorkflowId(order.partnerReferenceNo);
    await shop.paid(order);
    await shop.journeys.purchase.result(order.partnerReferenceNo);
    const [told] = await taken(workflowId, ['purchase.paid']);
    const resent = await cli.run(['events', 'resend', 'purchase', order.partnerReferenceNo]);
    assert.equal(resent.code, 0, resent.stderr);
    await eventually(
      async () => receiver.deliveries.filter(({ event }) => event.id === told?.id),
      (deliveries) => deliveries.length > 1,
    );
  });

  test('whoever rather asks gets every event, in order within a journey, page by page', async () => {
    const unread = new Set<string>();
    const journeys = new Map<string, string[]>();
    const ids = new Set<string>();
    let after: string | undefined;
    const told = new Set(receiver.deliveries.map(({ event }) => event.id));
    await eventually(
      async () => {
        const page = await shop.journeys.events.list({ after, limit: 3 });
        after = page.next;
        for (const run of page.unread) unread.add(run.workflowId);
        for (const { id, timestamp, data } of page.events) {
          ids.add(id);
          // A run that was reset counts anew.
          const place = `${timestamp} ${data.sequence}`;
          journeys.set(data.workflowId, [...(journeys.get(data.workflowId) ?? []), place]);
        }
        return { ids, hasMore: page.hasMore };
      },
      (seen) => !seen.hasMore && unread.size > 0 && [...told].every((id) => seen.ids.has(id)),
      60_000,
    );
    assert.deepEqual([...unread], [topUpWorkflowId(STRANGE)]);
    for (const [workflowId, places] of journeys)
      assert.deepEqual(places, [...places].sort(), workflowId);
    const { events, next } = await shop.journeys.events.list({ after });
    assert.deepEqual(events, []);
    assert.ok(next !== after);
    const ofNoCall = [{ from: 0, to: 9e15 }, { from: 9e15 }];
    for (const place of ['none', ...ofNoCall.map((one) => JSON.stringify(one))]) {
      const asked = { after: place === 'none' ? place : Buffer.from(place).toString('base64url') };
      await assert.rejects(shop.journeys.events.list(asked), InvalidInputError, place);
    }
  });

  test('and so does whoever asks the gateway', async () => {
    const door = await startGatewayDoor(stack.client);
    try {
      const ids = new Set<string>();
      const unread = new Map<string, string>();
      let after = '';
      for (let hasMore = true; hasMore; ) {
        const { status, body } = await door.ask<EventPage>('GET', `/v1/events?limit=50${after}`);
        assert.equal(status, 200, JSON.stringify(body));
        for (const { id } of body.events) ids.add(id);
        for (const { workflowId, why } of body.unread) unread.set(workflowId, why);
        after = `&after=${body.next}`;
        ({ hasMore } = body);
      }
      for (const { event } of receiver.deliveries) assert.ok(ids.has(event.id), event.type);
      assert.match(unread.get(topUpWorkflowId(STRANGE)) ?? '', /./);
      const refused = await door.ask<{ error: string }>('GET', '/v1/events?after=none');
      assert.deepEqual([refused.status, refused.body.error], [400, 'InvalidInput']);
      assert.equal((await door.ask('GET', '/v1/events?limit=0')).status, 400);
    } finally {
      await door.close();
    }
  });

  // After those that read all: a page may have a later run of a reset journey before an earlier one.
  test('a reset tells the same events again, by the same IDs', async () => {
    receiver.answers(() => 204);
    const order = shop.order((await shop.boundCustomer()).customerId);
    const workflowId = purchaseWorkflowId(order.partnerReferenceNo);
    await shop.paid(order);
    await shop.journeys.purchase.result(order.partnerReferenceNo);
    const [told] = await taken(workflowId, ['purchase.paid']);
    // Where it told so.
    await reset(stack.client, workflowId, { task: -2 });
    await shop.journeys.purchase.result(order.partnerReferenceNo);
    const again = await eventually(
      async () => receiver.deliveries.filter(({ event }) => event.id === told?.id),
      (deliveries) => deliveries.length > 1,
    );
    assert.deepEqual(new Set(again.map(({ event }) => event.type)), new Set(['purchase.paid']));
  });

  /** A purchase that was paid, acknowledged and has ended, and that an operator has reset to its start. */
  const resetOnceAcknowledged = async (acknowledgeWithin: string) => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin });
    const { partnerReferenceNo } = order;
    const { purchase } = shop.journeys;
    const workflowId = purchaseWorkflowId(partnerReferenceNo);
    await shop.paid(order);
    await purchase.until(partnerReferenceNo, ['awaiting-acknowledgement']);
    await purchase.acknowledge(partnerReferenceNo);
    await purchase.result(partnerReferenceNo);
    await reset(stack.client, workflowId);
    return { workflowId, partnerReferenceNo };
  };

  test('what a reset tells waits behind what still waits of the run before', async () => {
    receiver.answers((_, { type }) => (type === 'purchase.paid' ? 503 : 204));
    const { workflowId } = await resetOnceAcknowledged('1 hour');
    const delivery = stack.client.workflow.getHandle(eventDeliveryWorkflowId(workflowId));
    const inOrder = ['purchase.paid', 'purchase.awaiting-acknowledgement'];
    await eventually(
      () => delivery.query<EventDeliveryView>(eventDeliveryStatusQuery.name),
      ({ waiting }) => typesOf(waiting).join() === inOrder.join(),
    );
    const before = receiver.deliveries.length;
    receiver.answers(() => 204);
    await shop.journeys.events.resend(workflowId);
    await delivery.result();
    const after = receiver.deliveries.slice(before).map(({ event }) => event);
    const own = after.filter(({ data }) => data.workflowId === workflowId);
    assert.deepEqual(typesOf(own).slice(0, 2), inOrder);
  });

  test('what it says otherwise after a reset has an ID of its own', async () => {
    receiver.answers(() => 204);
    const { workflowId, partnerReferenceNo } = await resetOnceAcknowledged('10 seconds');
    const { purchase } = shop.journeys;
    // It cannot know what its merchant said in the run before.
    const { status } = await purchase.until(partnerReferenceNo, ['needs-attention']);
    assert.equal(status, 'needs-attention');
    const decided = { decision: 'record-paid', operator: 'ani', note: 'seen at DOKU' };
    await purchase.resolve(partnerReferenceNo, decided);
    const paid = await eventually(
      async () => receiver.takenOf(workflowId).filter(({ type }) => type === 'purchase.paid'),
      (events) => new Set(events.map(({ data }) => data.reason)).size > 1,
    );
    assert.equal(new Set(paid.map(({ id }) => id)).size, 2);
  });
});

const withEvents = (journey: Cost, events: number): Cost => {
  const added = Object.entries(EVENT_COST).map(([name, value]) => [
    name,
    journey[name as keyof Cost] + events * value + TELLING_COST[name as keyof Cost],
  ]);
  return Object.fromEntries(added);
};
