import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { eventDeliveryWorkflowId, purchaseWorkflowId } from '../../contract/identity.js';
import { searchAttributesOf } from '../../contract/search-attributes.js';
import type { Stack } from '../../worker/local/stack.js';
import { Cli } from '../setting/cli.js';
import { startEventReceiver, type TestReceiver, toldTo } from '../setting/event-receiver.js';
import { startGatewayDoor } from '../setting/gateway-door.js';
import { clientWith, newPayloadKey } from '../setting/payload-keys.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { eventually, type Shop } from '../setting/shop.js';

const OWN = 'doku-journeys';

describe('what stands on another task queue than the workers’', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  let cli: Cli;
  let receiver: TestReceiver;
  before(async () => {
    receiver = await startEventReceiver();
    const started = await startQuickStack({
      ...toldTo(receiver),
      POLL_FIRST_MS: '60000',
      POLL_MOST_MS: '600000',
    });
    stack = started;
    shop = started.shop;
    const { text } = stack.configuration.PAYLOAD_KEYS;
    cli = new Cli({ TEMPORAL_ADDRESS: stack.temporal.address, PAYLOAD_KEYS: text });
  });
  after(async () => {
    await stack?.stop();
    await receiver?.close();
  });

  /** Begun as by a backend whose DOKU_TASK_QUEUE nobody polls. */
  async function begunOn(taskQueue: string, customerId: string, status = 'created') {
    const order = shop.order(customerId);
    const { partnerReferenceNo } = order;
    await stack.client.workflow.start('purchase', {
      workflowId: purchaseWorkflowId(partnerReferenceNo),
      taskQueue,
      args: [order],
      typedSearchAttributes: searchAttributesOf({ status, customerId, partnerReferenceNo }),
    });
    return order;
  }

  const handleOf = ({ partnerReferenceNo }: { partnerReferenceNo: string }) =>
    stack.client.workflow.getHandle(purchaseWorkflowId(partnerReferenceNo));

  /** Temporal's lists lag a moment behind. */
  const listed = (customerId: string, expected: number) =>
    eventually(
      () =>
        stack.client.workflow.count(`CustomerId = '${customerId}' AND WorkflowType = 'purchase'`),
      ({ count }) => count === expected,
    );

  test('is not cancelled with all of another one', async () => {
    const { customerId } = await shop.boundCustomer();
    const own = shop.order(customerId);
    await shop.journeys.purchase.redirect(own);
    // A name that a query has to quote.
    const rehearsal = `rehearsal-o'neill-${randomUUID().slice(0, 8)}`;
    const other = await begunOn(rehearsal, customerId);
    await listed(customerId, 2);
    const bulk = ['bulk', 'cancel', '--customer', customerId, '--reason', 'end of the rehearsal'];
    const counted = await cli.run(bulk, { DOKU_TASK_QUEUE: rehearsal });
    assert.match(counted.stdout, /^1 match on rehearsal-\S+; nothing was done/, counted.stderr);
    assert.match(counted.stderr, /^1 more on the task queue doku-journeys are left alone/m);
    const done = await cli.run([...bulk, '--yes'], { DOKU_TASK_QUEUE: rehearsal });
    assert.match(done.stdout, /^1 of 1 were told/, done.stderr);
    const { raw } = await handleOf(other).describe();
    assert.equal(raw.workflowExtendedInfo?.cancelRequested, true, 'its own is told');
    const { status } = await shop.journeys.purchase.status(own.partnerReferenceNo);
    assert.equal(status, 'awaiting-payment');
    const { elsewhere } = await shop.journeys.operators.pollPurchases(
      { customerId },
      { reason: 'x' },
    );
    assert.deepEqual(elsewhere, [{ taskQueue: rehearsal, matching: 1 }]);
    const odd = await begunOn('a\\"b', customerId);
    await listed(customerId, 3);
    const all = await shop.journeys.operators.cancelPurchases({ customerId }, { reason: 'x' });
    const left = all.elsewhere.reduce((sum, { matching }) => sum + matching, 0);
    assert.deepEqual(
      [all.matching, left],
      [1, 2],
      'what cannot be looked for is counted all the same',
    );
    for (const order of [other, odd]) await handleOf(order).terminate();
  });

  test('is counted, listed by the name of its task queue, and waited for by nobody', async () => {
    const { customerId } = await shop.boundCustomer();
    const queue = `left-${randomUUID().slice(0, 8)}`;
    const order = await begunOn(queue, customerId, 'needs-attention');
    await listed(customerId, 1);
    const found = await cli.run(['find', '--customer', customerId, '--type', 'purchase']);
    assert.equal(found.stdout, 'none\n');
    assert.match(found.stderr, /^1 on other task queues than doku-journeys are not listed/m);
    const waiting = await cli.run(['attention', '--json'], { DOKU_TASK_QUEUE: queue });
    const rows = JSON.parse(waiting.stdout) as { id: string; taskQueue: string; reason: string }[];
    const row = rows.find(({ id }) => id === order.partnerReferenceNo);
    assert.equal(row?.taskQueue, queue, waiting.stderr);
    assert.match(row.reason, new RegExp(`no worker polls the task queue ${queue}`));
    await handleOf(order).terminate();
    const shown = await cli.run(['show', 'purchase', order.partnerReferenceNo]);
    assert.match(shown.stdout, new RegExp(`^task queue +${queue}, where .*is ${OWN} here$`, 'm'));
  });

  test('keeps no operator out by keys that are none of the workers’', async () => {
    const { customerId } = await shop.boundCustomer();
    const own = shop.order(customerId);
    await shop.journeys.purchase.redirect(own);
    await listed(customerId, 1);
    const strange = clientWith(stack.temporal.connection, newPayloadKey('other'));
    const fakes = Array.from({ length: 10 }, () => shop.order(customerId));
    // Of another merchant, and of somebody whom no worker can read.
    for (const [index, order] of fakes.entries())
      await strange.workflow.start('purchase', {
        workflowId: purchaseWorkflowId(order.partnerReferenceNo),
        taskQueue: index < 5 ? OWN : 'another-merchant',
        args: [order],
        typedSearchAttributes: searchAttributesOf({ status: 'created', customerId }),
      });
    await listed(customerId, 11);
    const cancel = ['cancel', 'purchase', own.partnerReferenceNo, '--reason', 'x'];
    const wrong = { PAYLOAD_KEYS: newPayloadKey('mine') };
    const refused = await cli.run(cancel, wrong);
    assert.match(refused.stderr, /no payload key "local" among "mine"/, refused.stdout);
    const found = await cli.run(['find', '--customer', customerId, '--open'], wrong);
    assert.equal(found.code, 0, found.stderr);
    assert.match(found.stderr, /^what cannot be read with these keys is not shown: /);
    assert.ok(found.stdout.includes(own.partnerReferenceNo), found.stdout);
    const cancelled = await cli.run(cancel);
    assert.equal(cancelled.code, 0, cancelled.stderr);
    for (const order of fakes) await handleOf(order).terminate();
  });

  /** One that waits for its merchant, and has told so. */
  async function toldOrder() {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '1 hour' });
    await shop.paid(order);
    const { partnerReferenceNo } = order;
    await shop.journeys.purchase.until(partnerReferenceNo, ['awaiting-acknowledgement']);
    const workflowId = purchaseWorkflowId(partnerReferenceNo);
    await eventually(
      async () => receiver.takenOf(workflowId).length,
      (count) => count === 1,
    );
    return { partnerReferenceNo, workflowId, delivery: eventDeliveryWorkflowId(workflowId) };
  }

  const told = (workflowId: string, types: readonly string[]) =>
    eventually(
      async () => receiver.takenOf(workflowId).map(({ type }) => type),
      (taken) => types.every((type) => taken.includes(type)),
      30_000,
    );

  test('has no journey’s events sent from there', async () => {
    const { partnerReferenceNo, workflowId } = await toldOrder();
    const resend = ['events', 'resend', 'purchase', partnerReferenceNo];
    const resent = await cli.run(resend, { DOKU_TASK_QUEUE: 'rehearsal' });
    assert.match(resent.stdout, /1 events are on their way/, resent.stderr);
    await eventually(
      async () => receiver.deliveries.filter(({ event }) => event.data.workflowId === workflowId),
      ({ length }) => length > 1,
      30_000,
    );
    await shop.journeys.purchase.acknowledge(partnerReferenceNo);
    await told(workflowId, ['purchase.paid']);
  });

  test('silences no journey, whoever began its delivery', async () => {
    const { partnerReferenceNo, workflowId, delivery } = await toldOrder();
    await stack.client.workflow.start('eventDelivery', {
      workflowId: delivery,
      taskQueue: 'of-nobody',
    });
    await shop.journeys.purchase.acknowledge(partnerReferenceNo);
    await told(workflowId, ['purchase.paid']);
  });

  for (const [mended, mend] of [
    ['by what its journey tells next', () => undefined],
    ['by an operator', (id: string) => cli.run(['events', 'resend', 'purchase', id])],
  ] as const)
    test(`keeps no event from its receiver that a delivery was given there: ${mended}`, async () => {
      const { partnerReferenceNo, workflowId, delivery } = await toldOrder();
      const [event] = receiver.takenOf(workflowId);
      // Of an earlier run, which the journey of now does not know of.
      const types = ['purchase.needs-attention', 'purchase.cancelled'];
      const earlier = types.map((type) => ({
        ...event,
        id: `evt_${randomUUID().replaceAll('-', '')}`,
        type,
      }));
      await stack.client.workflow.signalWithStart('eventDelivery', {
        workflowId: delivery,
        taskQueue: 'rehearsal',
        args: [earlier.slice(0, 1)],
        signal: 'deliver',
        signalArgs: [earlier.slice(1)],
      });
      if (mended === 'by an operator') await mend(partnerReferenceNo);
      else await shop.journeys.purchase.acknowledge(partnerReferenceNo);
      await told(workflowId, types);
      if (mended === 'by an operator') await shop.journeys.purchase.acknowledge(partnerReferenceNo);
      await told(workflowId, [...types, 'purchase.paid']);
    });

  test('is said to be there, by whoever is asked in vain', async () => {
    const { customerId } = await shop.boundCustomer();
    // As by a gateway whose DOKU_TASK_QUEUE was misspelt.
    const { partnerReferenceNo, ...order } = await begunOn('doku-jurneys', customerId);
    const door = await startGatewayDoor(stack.client);
    try {
      const path = `/v1/purchases/${partnerReferenceNo}`;
      for (const said of [
        await door.ask('GET', path),
        await door.ask('PUT', path, { body: order }),
      ]) {
        assert.deepEqual([said.status, said.body.error], [503, 'NoWorker']);
        assert.match(
          String(said.body.detail),
          /begun on the task queue doku-jurneys, which nobody/,
        );
      }
    } finally {
      await door.close();
    }
    const { purchase } = shop.journeys;
    await assert.rejects(
      purchase.status(partnerReferenceNo, { deadline: Date.now() + 3_000 }),
      /a worker with DOKU_TASK_QUEUE=doku-jurneys is there/,
    );
    await handleOf({ partnerReferenceNo }).terminate();
  });
});
