import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import {
  DeadlineExceededError,
  DokuJourneys,
  NotReadyError,
  NoWorkerError,
  TemporalUnreachableError,
  UnknownJourneyError,
} from '../../client/index.js';
import { freePort } from '../../worker/local/free-port.js';
import type { Stack } from '../../worker/local/stack.js';
import { clientWith, newPayloadKey } from '../setting/payload-keys.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { Shop } from '../setting/shop.js';
import { silentWorker } from '../setting/silent-worker.js';

type Interceptor = NonNullable<ConnectionOptions['interceptors']>[number];

/** gRPC's number for it. */
const DEADLINE_EXCEEDED = 4;
const UPDATES = ['ExecuteMultiOperation', 'UpdateWorkflowExecution'];

describe('a call of a backend', () => {
  let stack: Stack;
  let connection: Connection;
  let away: Connection | undefined;
  let shop: Shop;
  /** How many answers are still to be lost on their way to the backend. */
  let losses = 0;
  before(async () => {
    stack = await startQuickStack();
    connection = await Connection.connect({
      address: stack.temporal.address,
      interceptors: [loseAnswers(() => losses-- > 0)],
    });
    const { dataConverter } = stack;
    shop = new Shop(new Client({ connection, dataConverter }), stack.sandbox.url);
  });
  after(async () => {
    await connection?.close();
    await away?.close();
    await stack?.stop();
  });

  test('whose update Temporal lets go of is sent again, and the page is there', async () => {
    const { customerId } = await shop.boundCustomer();
    losses = 2;
    const { webRedirectUrl } = await shop.journeys.purchase.redirect(shop.order(customerId));
    assert.match(webRedirectUrl, /^http/);
    assert.equal(losses, -1);
  });

  test('that a journey took does not count twice when it is sent again', async () => {
    const key = { customerId: 'customer-1', reference: 'open-1' };
    const { openAccount } = shop.journeys;
    await openAccount.start({
      ...key,
      redirectUrl: 'https://merchant.example/account',
      customer: { name: 'Budi Santoso', phoneNo: '081355501234', email: 'budi@example.com' },
    });
    const otp = await shop.doku.otp('081355501234');
    losses = 1;
    const wrong = otp === '000000' ? '000001' : '000000';
    const answer = await openAccount.submitOtp(key, wrong);
    assert.deepEqual(answer, { verified: false, reason: 'wrong', triesLeft: 2 });
    assert.equal((await shop.doku.requests('verifyOtp')).length, 1);
  });

  test('that Temporal lets go of again and again is told so', async () => {
    const { customerId } = await shop.boundCustomer();
    losses = 1_000;
    await assert.rejects(shop.journeys.purchase.redirect(shop.order(customerId)), {
      name: 'DeadlineExceededError',
    });
    losses = 0;
  });

  test('waits for what its journey needs next, without polling', async () => {
    const { purchase } = shop.journeys;
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '1 hour' });
    const { partnerReferenceNo } = order;
    await purchase.redirect(order);
    const { status } = await purchase.until(partnerReferenceNo, ['awaiting-payment']);
    assert.equal(status, 'awaiting-payment');
    const next = purchase.until(partnerReferenceNo, ['awaiting-acknowledgement', 'cancelled']);
    await shop.doku.customer(partnerReferenceNo, 'pay');
    await purchase.notified(partnerReferenceNo);
    assert.equal((await next).status, 'awaiting-acknowledgement');
    // An end that was not asked for is an answer too.
    const end = purchase.until(partnerReferenceNo, ['declined']);
    await purchase.acknowledge(partnerReferenceNo);
    assert.equal((await end).status, 'paid');
    assert.equal((await purchase.until(partnerReferenceNo, ['declined'])).status, 'paid');
    await assert.rejects(purchase.until(partnerReferenceNo, ['payed' as 'paid']), {
      name: 'InvalidInputError',
      message: /^statuses\.0: .*"awaiting-payment"/,
    });
    await assert.rejects(purchase.until('INV-NONE', ['paid']), UnknownJourneyError);
  });

  test('ends at its deadline, and by its signal', async () => {
    const { purchase } = shop.journeys;
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    const { partnerReferenceNo } = order;
    await purchase.redirect(order);
    const late = { deadline: new Date(Date.now() + 3_000) };
    await assert.rejects(purchase.result(partnerReferenceNo, late), DeadlineExceededError);
    await assert.rejects(purchase.status(partnerReferenceNo, late), /before anything was sent/);
    const given = new AbortController();
    const waits = purchase.until(partnerReferenceNo, ['paid'], { signal: given.signal });
    given.abort('left');
    await assert.rejects(waits, { name: 'AbortedError', cause: 'left' });
    await assert.rejects(purchase.status(partnerReferenceNo, { signal: given.signal }), {
      name: 'AbortedError',
    });
    await purchase.cancel(partnerReferenceNo, 'no longer wanted');
  });

  test('tells of a journey that was ended in Temporal', async () => {
    const { purchase } = shop.journeys;
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    const { partnerReferenceNo } = order;
    await purchase.redirect(order);
    await stack.client.workflow.getHandle(`purchase/${partnerReferenceNo}`).terminate('by hand');
    const broken = {
      name: 'JourneyBrokenError',
      how: 'terminated',
      message: /was terminated in Temporal$/,
    };
    await assert.rejects(purchase.result(partnerReferenceNo), broken);
    await assert.rejects(purchase.status(partnerReferenceNo), broken);
    await assert.rejects(purchase.start(order), broken);
    await assert.rejects(purchase.acknowledge(partnerReferenceNo), broken);
    await assert.rejects(purchase.redirect(order), broken);
    await assert.rejects(purchase.until(partnerReferenceNo, ['paid']), broken);
    await assert.rejects(purchase.customerReturned(partnerReferenceNo), broken);
  });

  test('tells that Temporal is away, and that it turns the backend away', async () => {
    away = Connection.lazy({ address: `127.0.0.1:${await freePort()}` });
    const { dataConverter } = stack;
    const lost = new Shop(new Client({ connection: away, dataConverter }), stack.sandbox.url);
    await assert.rejects(
      lost.journeys.purchase.redirect(lost.order('customer-1'), inSeconds(3)),
      TemporalUnreachableError,
    );
    const { address } = away.options;
    await assert.rejects(lost.journeys.check(inSeconds(3)), isObstacle('temporal', /address/));
    await assert.rejects(lost.journeys.check(inSeconds(3)), {
      message: new RegExp(`^temporal: Temporal does not answer at ${address}\\. Is the address`),
    });
    const nowhere = new Client({ connection, dataConverter, namespace: 'nowhere' });
    const there = new DokuJourneys({ client: nowhere });
    await assert.rejects(
      there.check(),
      isObstacle('temporal', /Is nowhere the workers' namespace/),
    );
    await assert.rejects(
      new Shop(nowhere, stack.sandbox.url).journeys.purchase.start(lost.order('customer-1')),
      { name: 'TemporalRefusedError', isWorthAgain: false },
    );
  });

  test('tells that the Temporal client has no codec, and where to get one', async () => {
    const { journeys } = new Shop(new Client({ connection }), stack.sandbox.url);
    await assert.rejects(journeys.check(), isObstacle('payload-keys', /createDataConverter/));
  });

  test("tells that its key is not the workers'", async () => {
    const strange = new Shop(clientWith(connection, newPayloadKey('mine')), stack.sandbox.url);
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    await shop.journeys.purchase.redirect(order);
    const { purchase } = strange.journeys;
    const misfit = { name: 'PayloadKeyError', message: /PAYLOAD_KEYS/ };
    const own = stack.configuration.PAYLOAD_KEYS.text;
    for (const [keys, told] of [
      [newPayloadKey('mine'), /the workers do not have the payload key "mine", with/],
      [newPayloadKey('local'), /another payload key "local" than the workers have under that ID/],
      [`${newPayloadKey('mine')},${own}`, /the workers do not have the payload key "mine", with/],
    ] as const)
      await assert.rejects(
        new DokuJourneys({ client: clientWith(connection, keys) }).check(),
        isObstacle('payload-keys', told),
      );
    await assert.rejects(purchase.status(order.partnerReferenceNo), misfit);
    const cancelled = purchase.cancel(order.partnerReferenceNo, 'mine', inSeconds(5));
    await assert.rejects(cancelled, misfit);
    const another = strange.order(customerId);
    await assert.rejects(purchase.redirect(another, inSeconds(5)), misfit);
    // Who names no deadline is told soon, too.
    const impatient = new DokuJourneys({ client: clientWith(connection, newPayloadKey('mine')) });
    const lost = strange.order(customerId);
    for (const call of [
      () => impatient.purchase.redirect(lost),
      () => impatient.purchase.redirect(lost),
      () => impatient.purchase.status(lost.partnerReferenceNo),
      () => impatient.purchase.cancel(order.partnerReferenceNo, 'mine'),
      () => impatient.reads.balance(customerId),
    ]) {
      const beganMs = performance.now();
      await assert.rejects(call(), { ...misfit, isWorthAgain: true });
      const tookMs = performance.now() - beganMs;
      assert.ok(tookMs < 6_000, `${call} was told after ${tookMs} ms`);
    }
    await stack.client.workflow.getHandle(`purchase/${lost.partnerReferenceNo}`).terminate();
    // To everybody else it is neither of the two who lacks a key.
    const told =
      /^purchase\/\S+ was begun with a payload key "mine" that neither the workers nor this backend have\. .*`temporal workflow terminate --workflow-id purchase\/\S+` \(no worker has begun it, so that nothing was asked of DOKU/;
    const unreadable = { name: 'JourneyUnreadableError', message: told };
    const { purchase: ours } = shop.journeys;
    await assert.rejects(ours.status(another.partnerReferenceNo, inSeconds(3)), unreadable);
    await assert.rejects(ours.redirect(another, inSeconds(3)), unreadable);
    await assert.rejects(ours.start(another, inSeconds(5)), unreadable);
    // Nobody can read it, nor replay it.
    for (const { partnerReferenceNo } of [order, another])
      await stack.client.workflow.getHandle(`purchase/${partnerReferenceNo}`).terminate();
    const broken = { name: 'JourneyBrokenError', how: 'terminated' };
    await assert.rejects(ours.status(another.partnerReferenceNo), broken);
    await assert.rejects(ours.redirect(another), broken);
    await assert.rejects(ours.start(another), broken);
    await strange.forget(another.partnerReferenceNo);
  });

  test('can be made: the set-up is checked before the first order', () => shop.journeys.check());

  test('tells that no worker is there', async () => {
    const { customerId } = await shop.boundCustomer();
    const elsewhere = new Shop(stack.client, stack.sandbox.url, 'nobodys-queue');
    const order = elsewhere.order(customerId);
    const { purchase } = elsewhere.journeys;
    await assert.rejects(elsewhere.journeys.check(), isObstacle('task-queue', /DOKU_TASK_QUEUE/));
    const taskQueue = `stopped-${randomUUID()}`;
    const stop = await silentWorker(stack.client, taskQueue);
    stop();
    const stopped = new Shop(stack.client, stack.sandbox.url, taskQueue).journeys;
    await assert.rejects(
      stopped.check(),
      isObstacle(
        'task-queue',
        /^task-queue: no worker answers on the task queue stopped-[^?]*\. [^?]*\?$/,
      ),
    );
    await assert.rejects(purchase.redirect(order, inSeconds(3)), NoWorkerError);
    // Who names no deadline is told soon, too, also of workers that were there a moment ago.
    const impatient = new DokuJourneys({ client: stack.client, taskQueue });
    for (const call of [
      () => impatient.purchase.redirect(order),
      () => impatient.purchase.status(order.partnerReferenceNo),
      () => impatient.purchase.cancel(order.partnerReferenceNo, 'given up'),
      () => impatient.reads.balance(order.customerId),
    ]) {
      const beganMs = performance.now();
      await assert.rejects(call(), NoWorkerError);
      assert.ok(performance.now() - beganMs < 6_000, `${call} was told late`);
    }
    await assert.rejects(purchase.status(order.partnerReferenceNo, inSeconds(3)), NoWorkerError);
    await stack.client.workflow.getHandle(`purchase/${order.partnerReferenceNo}`).terminate();
  });
});

const isObstacle = (part: string, todo: RegExp) => (error: unknown) => {
  assert.ok(error instanceof NotReadyError, String(error));
  assert.deepEqual(
    error.obstacles.map((obstacle) => obstacle.part),
    [part],
  );
  assert.match(error.message, todo);
  return true;
};

const inSeconds = (seconds: number) => ({ deadline: Date.now() + seconds * 1_000 });

/** What the server answers to updates comes, and goes for a deadline that has passed. */
function loseAnswers(isLost: () => boolean): Interceptor {
  return (options, nextCall) => {
    const call = nextCall(options);
    const method = options.method_definition.path.split('/').at(-1) ?? '';
    if (!UPDATES.includes(method)) return call as ReturnType<Interceptor>;
    const start = call.start.bind(call);
    call.start = (metadata, listener) =>
      start(metadata, {
        ...listener,
        onReceiveStatus: (status) =>
          listener?.onReceiveStatus?.(
            isLost() ? { ...status, code: DEADLINE_EXCEEDED, details: 'lost' } : status,
          ),
      });
    return call as ReturnType<Interceptor>;
  };
}
