import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, type TestContext, test } from 'node:test';
import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import { DokuJourneys, type PurchaseView } from '../../client/index.js';
import type { Stack } from '../../worker/local/stack.js';
import { Cli } from '../setting/cli.js';
import { type GatewayDoor, startGatewayDoor } from '../setting/gateway-door.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { idr, type Shop } from '../setting/shop.js';

type InterceptedCall = ReturnType<NonNullable<ConnectionOptions['interceptors']>[number]>;

/** How it reads where the server hangs up at a deadline before this side does. */
const CANCELLED = 1;

describe('what doors tell of a journey is so', () => {
  let stack: Stack;
  let shop: Shop;
  let door: GatewayDoor;
  let cli: Cli;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
    door = await startGatewayDoor(stack.client);
    cli = new Cli({
      TEMPORAL_ADDRESS: stack.temporal.address,
      PAYLOAD_KEYS: stack.configuration.PAYLOAD_KEYS.text,
    });
  });
  after(async () => {
    await door?.close();
    await stack?.stop();
  });

  /** Where a backend tells of news, if there is any to tell. */
  const hintTo = (url: string): string | undefined => {
    if (url.includes('/purchases/')) return `${url}/customer-returned`;
    return url.includes('/top-up') ? `${url}/funded` : undefined;
  };

  const terminate = (workflowId: string) =>
    stack.client.workflow.getHandle(workflowId).terminate('by hand');

  /** Journeys that wait for somebody, each as it is begun over HTTP. */
  const waiting = async () => {
    const { customerId } = await shop.boundCustomer({ balance: '0.00' });
    const number = randomUUID().slice(0, 18);
    const customer = { name: 'Budi', phoneNo: '081355501235', email: 'budi@example.com' };
    const beneficiary = {
      beneficiaryAccountNumber: '8377388292',
      beneficiaryBankCode: '014',
    };
    const held = `TOP-${number}`;
    await shop.doku.hold(held);
    await shop.doku.hold(`ROW-${number}`);
    const row = { partnerReferenceNo: `ROW-${number}`, customerId, amount: idr('100.00') };
    return [
      {
        url: `/v1/purchases/INV-${number}`,
        body: {
          customerId,
          amount: idr('100.00'),
          returnUrl: 'https://merchant.example/return',
        },
        workflowId: `purchase/INV-${number}`,
        shown: ['purchase', `INV-${number}`],
      },
      {
        url: `/v1/customers/new-${number}/openings/open`,
        body: { redirectUrl: 'https://merchant.example/account', customer },
        workflowId: `account/new-${number}/open/open`,
        shown: ['open-account', `new-${number}/open`],
      },
      {
        url: `/v1/customers/${customerId}/closings/close`,
        body: {},
        workflowId: `account/${customerId}/close/close`,
        shown: ['close-account', `${customerId}/close`],
      },
      {
        url: `/v1/top-ups/${held}`,
        body: { customerId, amount: idr('100.00') },
        workflowId: `top-up/${held}`,
        shown: ['top-up', held],
      },
      {
        url: `/v1/bank-transfers/TRF-${number}`,
        body: { customerId, amount: idr('10000.00'), ...beneficiary },
        workflowId: `transfer/TRF-${number}`,
        shown: ['bank-transfer', `TRF-${number}`],
      },
      {
        url: `/v1/top-up-batches/batch-${number}`,
        body: { rows: [row] },
        workflowId: `top-up-batch/batch-${number}`,
        shown: ['top-up-batch', `batch-${number}`],
      },
    ];
  };

  test('one that was terminated is never told as one that goes on', async () => {
    for (const { url, body, workflowId, shown } of await waiting()) {
      const begun = await door.ask('PUT', url, { body });
      assert.equal(begun.status, 201, `${url} ${JSON.stringify(begun.body)}`);
      await terminate(workflowId);
      for (const [method, sent] of [['GET'], ['PUT', body]] as const) {
        const told = await door.ask(method, url, sent && { body: sent });
        assert.deepEqual(
          [told.status, told.body.error],
          [409, 'JourneyBroken'],
          `${method} ${url} ${JSON.stringify(told.body)}`,
        );
        assert.match(String(told.body.detail), /terminated in Temporal$/);
      }
      const hint = hintTo(url);
      if (hint) {
        const told = await door.ask('POST', hint, { body: {} });
        assert.deepEqual([told.status, told.body.error], [409, 'JourneyBroken'], hint);
      }
      const { code, stdout } = await cli.run(['show', ...shown, '--json']);
      assert.equal(code, 0, stdout);
      const { status, lastKnown } = JSON.parse(stdout);
      assert.equal(status, 'terminated', stdout);
      assert.match(
        lastKnown.status,
        /^(?:awaiting|enter|inquiring|sending|running|checking|receiving)/,
      );
    }
  });

  test('a hint to what has ended is no news, and one to nobody is told so', async () => {
    const { customerId } = await shop.boundCustomer();
    const number = randomUUID();
    const order = shop.order(customerId);
    await shop.journeys.purchase.redirect(order);
    await shop.journeys.purchase.cancel(order.partnerReferenceNo, 'test');
    const row = { partnerReferenceNo: `TOP-${number}`, customerId, amount: idr('100.00') };
    const batchReference = `batch-${number.slice(0, 8)}`;
    await shop.journeys.topUp.start(row);
    await shop.journeys.topUp.result(row.partnerReferenceNo);
    await shop.journeys.topUpBatch.start({ batchReference, rows: [row] });
    await shop.journeys.topUpBatch.result(batchReference);
    for (const [status, names] of [
      [204, [order.partnerReferenceNo, row.partnerReferenceNo, batchReference]],
      [404, Array(3).fill('nobody-knows')],
    ] as const)
      for (const [nth, of] of ['purchases', 'top-ups', 'top-up-batches'].entries()) {
        const url = hintTo(`/v1/${of}/${names[nth]}`) ?? '';
        assert.equal((await door.ask('POST', url, { body: {} })).status, status, url);
      }
  });

  test('nobody is sent to a page on which nothing is to be paid any more', async () => {
    const { customerId } = await shop.boundCustomer();
    const { purchase } = shop.journeys;
    const slow = { fault: 'slow', when: 'before', delayMs: 2_000 } as const;
    const [paid, undone, early] = [
      shop.order(customerId, { acknowledgeWithin: '1 hour' }),
      shop.order(customerId),
      shop.order(customerId),
    ];
    const refusedAs = async (order: typeof paid, status: RegExp) => {
      const { partnerReferenceNo, ...body } = order;
      const url = `/v1/purchases/${partnerReferenceNo}`;
      const told = await door.ask('PUT', url, { body });
      assert.deepEqual([told.status, told.body.error], [409, 'NotNow'], JSON.stringify(told.body));
      assert.match(String(told.body.detail), status);
    };
    await shop.paid(paid);
    await purchase.until(paid.partnerReferenceNo, ['awaiting-acknowledgement']);
    await refusedAs(paid, /the purchase is awaiting-acknowledgement/);

    await purchase.redirect(undone);
    const match = { partnerReferenceNo: undone.partnerReferenceNo };
    await shop.doku.fault({ operation: 'purchaseCancel', ...slow, match });
    const cancelled = purchase.cancel(undone.partnerReferenceNo, 'sold out');
    await purchase.until(undone.partnerReferenceNo, ['reversing', 'in-doubt']);
    await refusedAs(undone, /the purchase is (?:reversing|in-doubt)/);
    assert.equal((await cancelled).outcome, 'cancelled');

    // Undone while its page is asked for.
    const { partnerReferenceNo } = early;
    await shop.doku.fault({ operation: 'purchase', ...slow, match: { partnerReferenceNo } });
    const redirected = purchase.redirect(early);
    redirected.catch(() => undefined);
    await purchase.start(early);
    const over = purchase.cancel(partnerReferenceNo, 'sold out');
    // A busy worker may come to it only after the end.
    await assert.rejects(redirected, { name: /^(?:NotNow|JourneyEnded)Error$/ });
    await over;
  });

  test('operators are told where what was terminated stood last, and nothing to decide', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    await shop.journeys.purchase.redirect(order);
    await terminate(`purchase/${order.partnerReferenceNo}`);
    const { stdout } = await cli.run(['show', 'purchase', order.partnerReferenceNo]);
    assert.match(stdout, /^status +terminated; last known: awaiting-payment$/m);
    assert.match(stdout, /^money +not known: the journey is terminated/m);
    assert.match(stdout, /^Last known, and not so any more$/m);
  });

  test('rows of a batch that was terminated are told as far as they are known, and no further', async () => {
    const { customerId } = await shop.boundCustomer({ balance: '0.00' });
    const number = randomUUID().slice(0, 18);
    const rows = ['A', 'B'].map((row) => ({
      partnerReferenceNo: `ROW-${row}-${number}`,
      customerId,
      amount: idr('100.00'),
    }));
    const url = `/v1/top-up-batches/rows-${number}`;
    const workflowId = `top-up-batch/rows-${number}`;
    await door.ask('PUT', url, { body: { rows } });
    await shop.journeys.topUpBatch.result(`rows-${number}`);
    const beyond = await door.ask('GET', `${url}/results?part=1`);
    assert.deepEqual(
      [beyond.status, beyond.body.error, beyond.body.detail],
      [404, 'UnknownJourney', `${workflowId} has no part 1: it has 1, from zero`],
    );
    const none = await door.ask('PUT', `${url}-none`, { body: { rows: [] } });
    assert.deepEqual(
      [none.status, none.body.error, none.body.fields],
      [400, 'InvalidInput', [{ path: 'rows', message: 'there are none: send one at least' }]],
    );
    for (const inFlight of [Number.NaN, 1.5, 500, '5' as never])
      await assert.rejects(
        shop.journeys.topUpBatch.start({ batchReference: 'never', rows, inFlight }),
        {
          name: 'InvalidInputError',
          issues: [{ path: 'input.inFlight', message: 'must be a whole number from 1 to 200' }],
        },
      );
    // A batch whose rows never came in, and one whose part was broken off with it.
    const unfit = `rows-2-${number}`;
    await stack.client.workflow.start('topUpBatch', {
      workflowId: `top-up-batch/${unfit}`,
      taskQueue: 'doku-journeys',
      args: [
        {
          batchReference: unfit,
          rows: 1,
          total: idr('100.00'),
          rowsDigest: 'x',
          receiveWithin: '1 second',
        },
      ],
    });
    const { outcome } = await shop.journeys.topUpBatch.result(unfit);
    const never = await door.ask<{ error: string; result: { outcome: string } }>(
      'GET',
      `/v1/top-up-batches/${unfit}/results`,
    );
    assert.deepEqual(
      [never.status, never.body.error, never.body.result.outcome, outcome],
      [409, 'JourneyEnded', 'abandoned', 'abandoned'],
    );
    const [held] = rows.map(({ partnerReferenceNo }) => `HELD-${partnerReferenceNo}`);
    await shop.doku.hold(held ?? '');
    const broken = `/v1/top-up-batches/rows-3-${number}`;
    await door.ask('PUT', broken, {
      body: { rows: [{ ...rows[0], partnerReferenceNo: held }] },
    });
    const open = await door.ask('GET', `${broken}/results`);
    assert.equal(open.body.isEnded, false);
    await terminate(`top-up-batch/rows-3-${number}`);
    await terminate(`top-up-batch/rows-3-${number}/0`);
    const told = await door.ask('GET', `${broken}/results`);
    assert.deepEqual([told.status, told.body.error], [409, 'JourneyBroken']);
    await assert.rejects(
      async () => {
        for await (const _ of shop.journeys.topUpBatch.results(`rows-3-${number}`));
      },
      { name: 'JourneyBrokenError' },
    );
    const paid = await door.ask<{ results: unknown[] }>('GET', `${url}/results`);
    assert.equal(paid.body.results.length, 2, workflowId);
  });

  test('whoever has no bound account is told so first, and that the number is used up', async () => {
    const number = randomUUID();
    const customerId = `nobody-${number}`;
    const of = { customerId, amount: idr('100.00') };
    const returnUrl = 'https://merchant.example/return';
    const beneficiary = { beneficiaryAccountNumber: '8377388292', beneficiaryBankCode: '014' };
    for (const [url, body] of [
      [`/v1/purchases/INV-${number}`, { ...of, returnUrl }],
      [`/v1/authorized-purchases/HOLD-${number}`, { ...of, title: 'Two nights' }],
      [`/v1/bank-transfers/TRF-${number}`, { ...of, ...beneficiary }],
    ] as const)
      for (const again of [false, true]) {
        const told = await door.ask('PUT', url, { body });
        assert.deepEqual(
          [told.status, told.body.error, told.body.refusal],
          [409, 'CustomerNotBound', 'not-bound'],
          `${url} ${again} ${JSON.stringify(told.body)}`,
        );
        assert.match(String(told.body.detail), /nothing was sent, and \S+ is used up/);
        assert.ok(told.body.result);
      }
    await assert.rejects(shop.journeys.reads.balance(customerId), {
      name: 'CustomerNotBoundError',
      refusal: 'not-bound',
    });
  });

  test('another order of a number is told by both, to every caller', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { description: 'for Budi' });
    const { purchase } = shop.journeys;
    await purchase.redirect(order);
    const other = { ...order, amount: idr('10001.00'), description: 'for Ani' };
    const { partnerReferenceNo, payWithin = '30 minutes' } = order;
    const shown = { partnerReferenceNo, customerId, payWithin, returnUrl: '…', description: '…' };
    const told = {
      name: 'InputMismatchError',
      orders: {
        given: { ...shown, amount: other.amount },
        existing: { ...shown, amount: order.amount },
        differing: ['amount.value', 'description'],
      },
    };
    await assert.rejects(purchase.redirect(other), told);
    await assert.rejects(purchase.start(other), told);
    await purchase.cancel(partnerReferenceNo, 'test');
    await assert.rejects(purchase.redirect(other), told);
  });

  test('no door says yes to what cannot be any more', async () => {
    const { customerId } = await shop.boundCustomer({ balance: '9000000.00' });
    const number = randomUUID();
    const at = (order: { partnerReferenceNo: string }) =>
      `/v1/purchases/${order.partnerReferenceNo}`;
    const begun = async (more = {}) => {
      const order = shop.order(customerId, more);
      await shop.journeys.purchase.redirect(order);
      return order;
    };
    const [acknowledged, paid, cancelled, expired] = await Promise.all([
      begun({ acknowledgeWithin: '1 hour' }),
      begun(),
      begun(),
      begun({ payWithin: '1 second' }),
    ]);
    for (const order of [acknowledged, paid]) await shop.paid(order);
    const { purchase, authorizedPurchase, bankTransfer } = shop.journeys;
    await purchase.until(acknowledged.partnerReferenceNo, ['awaiting-acknowledgement']);
    await purchase.acknowledge(acknowledged.partnerReferenceNo);
    await purchase.cancel(cancelled.partnerReferenceNo, 'test');
    for (const { partnerReferenceNo } of [acknowledged, paid, expired])
      await purchase.result(partnerReferenceNo);
    const held = `HOLD-${number}`;
    const hold = { partnerReferenceNo: held, customerId, amount: idr('50000.00'), title: 'Room' };
    await authorizedPurchase.authorize(hold);
    await authorizedPurchase.void(held, { partnerVoidNo: `VOID-${number}` });
    await authorizedPurchase.result(held);
    const beneficiary = { beneficiaryAccountNumber: '8377388292', beneficiaryBankCode: '014' };
    const transfer = (partnerReferenceNo: string) =>
      bankTransfer.beneficiary({
        partnerReferenceNo,
        customerId,
        amount: idr('20000.00'),
        ...beneficiary,
      });
    const { beneficiaryAccountName } = await transfer(`SENT-${number}`);
    await bankTransfer.confirm(`SENT-${number}`, beneficiaryAccountName);
    await bankTransfer.result(`SENT-${number}`);
    await transfer(`LEFT-${number}`);
    await bankTransfer.abandon(`LEFT-${number}`);
    const opening = { customerId: `new-${number}`, reference: 'open' };
    await shop.journeys.openAccount.start({
      ...opening,
      redirectUrl: 'https://merchant.example/account',
      customer: { name: 'Budi', phoneNo: '081355501236', email: 'budi@example.com' },
    });
    await shop.journeys.openAccount.abandon(opening);
    const step = { partnerCaptureNo: `CAP-${number}`, amount: idr('10000.00') };
    const late = { partnerVoidNo: `LATE-${number}` };
    const reason = { reason: 'sold out' };
    const name = { beneficiaryAccountName };
    for (const [url, body, error] of [
      [`${at(acknowledged)}/cancel`, reason, 'NotCancellable'],
      [`${at(paid)}/cancel`, reason, 'NotCancellable'],
      [`${at(cancelled)}/acknowledge`, undefined, 'JourneyEnded'],
      [`${at(expired)}/acknowledge`, undefined, 'JourneyEnded'],
      [`/v1/authorized-purchases/${held}/capture`, step, 'JourneyEnded'],
      [`/v1/authorized-purchases/${held}/void`, late, 'JourneyEnded'],
      [`/v1/bank-transfers/SENT-${number}/abandon`, undefined, 'JourneyEnded'],
      [`/v1/bank-transfers/LEFT-${number}/confirm`, name, 'JourneyEnded'],
      [
        `/v1/customers/${opening.customerId}/openings/open/submit-otp`,
        { otp: '123456' },
        'JourneyEnded',
      ],
      [`/v1/customers/${opening.customerId}/openings/open/resend-otp`, undefined, 'JourneyEnded'],
    ] as const) {
      const told = await door.ask('POST', url, { body });
      assert.deepEqual(
        [told.status, told.body.error],
        [409, error],
        `${url} ${JSON.stringify(told.body)}`,
      );
    }
    // What is wished for is so already.
    for (const url of [
      `${at(cancelled)}/cancel`,
      `${at(expired)}/cancel`,
      `/v1/bank-transfers/LEFT-${number}/abandon`,
    ])
      assert.equal(
        (await door.ask('POST', url, { body: /cancel/.test(url) ? reason : {} })).status,
        200,
      );
    for (const url of [
      at(acknowledged),
      at(paid),
      at(cancelled),
      at(expired),
      `/v1/authorized-purchases/${held}`,
      `/v1/bank-transfers/SENT-${number}`,
      `/v1/bank-transfers/LEFT-${number}`,
    ]) {
      const { body } = await door.ask('GET', url);
      assert.doesNotMatch(JSON.stringify(body), /"(?:\w+By|expiresAt)"/, `${url} gives a time`);
    }
  });

  test('an acknowledgement is answered with where the order stands after it, by its own SDK too', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '1 hour' });
    const { partnerReferenceNo } = order;
    await shop.paid(order);
    const { purchase } = shop.journeys;
    await purchase.until(partnerReferenceNo, ['awaiting-acknowledgement']);
    const handle = stack.client.workflow.getHandle(`purchase/${partnerReferenceNo}`);
    const answer = await handle.executeUpdate<PurchaseView, [string]>('acknowledge', {
      args: ['acknowledge'],
    });
    assert.deepEqual([answer.status, answer.result?.outcome], ['paid', 'paid']);
    assert.deepEqual(answer, await purchase.status(partnerReferenceNo));
    assert.deepEqual(answer.result, await purchase.result(partnerReferenceNo));
  });

  test('an after that no answer gave is refused, whatever is wrong with it', async () => {
    const place = (of: object) => Buffer.from(JSON.stringify(of)).toString('base64url');
    const token = Buffer.from('of nobody').toString('base64');
    const message = 'must be what an earlier answer gave as `next`';
    // Known without asking Temporal.
    const connection = Connection.lazy({ address: '127.0.0.1:1' });
    const nowhere = new DokuJourneys({ client: new Client({ connection }) });
    const malformed = ['garbage', place({}), place({ from: -1 })];
    // As one of ours, but for Temporal's own place in its list, which Temporal would look at for a while.
    const unproven = [
      place({ from: 0, to: Date.now(), token: '' }),
      place({ from: 0, to: Date.now(), token }),
      place({ from: 0, to: Date.now(), token, proof: 'x'.repeat(22) }),
    ];
    for (const after of [...malformed, ...unproven])
      await assert.rejects(nowhere.events.list({ after }), {
        name: 'InvalidInputError',
        issues: [{ path: 'options.after', message }],
      });
    for (const after of malformed) {
      const { status, body } = await door.ask('GET', `/v1/events?after=${after}`);
      assert.deepEqual([status, body.fields], [400, [{ path: 'query.after', message }]]);
    }
    // The gateway begins their span anew, as backends have places of before that it has not proven.
    for (const after of unproven)
      assert.equal((await door.ask('GET', `/v1/events?after=${after}`)).status, 200);
  });

  /** A client some of whose calls get lost: it is connected, and hears nothing of them, or the server hangs up first. */
  const losing = async (
    t: TestContext,
    isLost: (method: string) => 'lost' | 'hung-up' | undefined,
  ) => {
    const lose = (call: InterceptedCall, hangsUp: boolean) => {
      call.sendMessage = () => {};
      call.halfClose = () => {};
      const { start } = call;
      call.start = (metadata, listener) =>
        start.call(call, metadata, {
          ...listener,
          onReceiveStatus: (status) =>
            listener?.onReceiveStatus?.(hangsUp ? { ...status, code: CANCELLED } : status),
        });
    };
    const connection = await Connection.connect({
      address: stack.temporal.address,
      interceptors: [
        (options, nextCall) => {
          const call = nextCall(options) as InterceptedCall;
          const how = isLost(options.method_definition.path.split('/').at(-1) ?? '');
          if (how) lose(call, how === 'hung-up');
          return call;
        },
      ],
    });
    t.after(() => connection.close());
    return new Client({ connection, dataConverter: stack.dataConverter });
  };

  test('who has too much to do is not told as one that is away', async (t) => {
    const order = shop.order((await shop.boundCustomer()).customerId);
    await shop.journeys.purchase.redirect(order);
    const url = `/v1/purchases/${order.partnerReferenceNo}`;
    let isSlow = false;
    // What costs it nothing it answers.
    const busyTemporal = await losing(t, (method) =>
      isSlow && method !== 'GetSystemInfo' ? 'lost' : undefined,
    );
    const busyWorkers = await losing(t, (method) =>
      method === 'QueryWorkflow' ? 'lost' : undefined,
    );
    for (const client of [busyTemporal, busyWorkers]) {
      const busy = await startGatewayDoor(client, { answerWithinMs: 6_000 });
      try {
        isSlow = true;
        const asked = busy.ask('GET', url);
        // Workers are at work meanwhile.
        await shop.journeys.purchase.redirect(shop.order(order.customerId));
        const { status, body } = await asked;
        assert.deepEqual([status, body.error], [504, 'DeadlineExceeded']);
      } finally {
        await busy.close();
      }
    }
    const { purchase } = new DokuJourneys({ client: busyTemporal });
    await assert.rejects(
      purchase.status(order.partnerReferenceNo, { deadline: Date.now() + 3_000 }),
      { name: 'DeadlineExceededError' },
    );
  });

  test('a question that is lost on its way is asked again, long before the deadline', async (t) => {
    const order = shop.order((await shop.boundCustomer()).customerId);
    await shop.journeys.purchase.redirect(order);
    let lost = 0;
    const client = await losing(t, (method) => {
      if (method !== 'QueryWorkflow') return undefined;
      return (['lost', 'hung-up'] as const)[lost++];
    });
    const { purchase } = new DokuJourneys({ client });
    const { status } = await purchase.status(order.partnerReferenceNo, {
      deadline: Date.now() + 60_000,
    });
    assert.equal(status, 'awaiting-payment');
    assert.equal(lost, 3);
  });
});
