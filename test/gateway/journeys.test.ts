import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { raiseFinding } from '../../activities/journeys/findings.js';
import { type Attention, DokuJourneys, NeedsAttentionError } from '../../client/index.js';
import type { Stack } from '../../worker/local/stack.js';
import { type GatewayDoor, startGatewayDoor } from '../setting/gateway-door.js';
import { clientWith, newPayloadKey } from '../setting/payload-keys.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

describe('journeys over HTTP', () => {
  let stack: Stack & { shop: Shop };
  let shop: Shop;
  let door: GatewayDoor;
  let customerId: string;
  before(async () => {
    stack = await startQuickStack();
    shop = stack.shop;
    door = await startGatewayDoor(stack.client);
    ({ customerId } = await shop.boundCustomer({ balance: '9000000.00' }));
  });
  after(async () => {
    await door?.close();
    await stack?.stop();
  });

  /** An order as a backend sends it: the number is in the URL. */
  const newOrder = (more: Record<string, unknown> = {}) => {
    const { partnerReferenceNo, ...body } = { ...shop.order(customerId), ...more };
    return { partnerReferenceNo, url: `/v1/purchases/${partnerReferenceNo}`, body };
  };

  test('an order is paid, waited for, acknowledged and proven', async () => {
    const { partnerReferenceNo, url, body } = newOrder({ acknowledgeWithin: '10 minutes' });
    const started = await door.ask('PUT', url, { body });
    assert.equal(started.status, 201);
    assert.equal(started.headers.get('location'), url);
    assert.match(String(started.body.webRedirectUrl), /^http/);
    const waiting = door.ask('GET', `${url}?wait=60s&until=awaiting-acknowledgement`);
    await shop.doku.customer(partnerReferenceNo, 'pay');
    assert.equal((await door.ask('POST', `${url}/customer-returned`)).status, 204);
    assert.equal((await waiting).body.status, 'awaiting-acknowledgement');
    assert.equal((await door.ask('POST', `${url}/acknowledge`)).status, 204);
    const { body: view } = await door.ask<{ status: string; result: never }>(
      'GET',
      `${url}?wait=60s`,
    );
    assert.equal(view.status, 'paid');
    await shop.assertProven(view.result, '10000.00');
    assert.equal((await door.ask('POST', `${url}/acknowledge`)).status, 204, 'said again');
    assert.deepEqual((await door.ask('GET', url)).body, view);
  });

  test('the same body is the same order, and another one is told apart with both', async () => {
    const { url, body } = newOrder();
    const [first, again] = [
      await door.ask('PUT', url, { body }),
      await door.ask('PUT', url, { body: { payWithin: '30 minutes', ...body } }),
    ];
    assert.deepEqual([first.status, again.status], [201, 200]);
    assert.deepEqual(again.body, first.body);
    const amount = { value: '10001.00', currency: 'IDR' };
    const other = await door.ask<Record<string, Record<string, unknown>>>('PUT', url, {
      body: { ...body, amount },
    });
    assert.equal(other.status, 409);
    assert.match(other.headers.get('content-type') ?? '', /^application\/problem\+json/);
    assert.deepEqual([other.body.error, other.body.differing], ['InputMismatch', ['amount.value']]);
    assert.deepEqual(
      [other.body.given?.amount, other.body.existing?.amount],
      [amount, body.amount],
    );
  });

  test('of equal requests at once the one that has begun it says so, all with the same answer', async () => {
    const transfer = {
      customerId,
      amount: idr('20000.00'),
      beneficiaryAccountNumber: '8377388292',
      beneficiaryBankCode: '014',
    };
    const topUp = { customerId, amount: idr('100.00') };
    for (const { url, body } of [
      newOrder(),
      { url: `/v1/bank-transfers/TRF-${randomUUID()}`, body: transfer },
      { url: `/v1/top-ups/TOP-${randomUUID()}`, body: topUp },
    ]) {
      const all = await Promise.all(
        Array.from({ length: 12 }, () => door.ask('PUT', url, { body })),
      );
      assert.deepEqual(
        all.map(({ status }) => status).sort(),
        [...Array<number>(11).fill(200), 201],
        url,
      );
      // A top-up's answer is where it stands, which changes.
      if (body !== topUp) for (const one of all) assert.deepEqual(one.body, all[0]?.body);
      const [begun] = all.filter(({ status }) => status === 201);
      assert.equal(begun?.headers.get('location'), url);
    }
  });

  test('of many requests at once for two orders of one number each has its answer', async () => {
    const { url, body } = newOrder();
    const all = await Promise.all(
      Array.from({ length: 24 }, (_, index) =>
        door.ask('PUT', url, { body: index % 2 ? body : { ...body, amount: idr('12000.00') } }),
      ),
    );
    const told = all.map(({ status, body: { error } }) => `${status} ${error ?? ''}`).sort();
    assert.deepEqual(told, [
      ...Array<string>(11).fill('200 '),
      '201 ',
      ...Array<string>(12).fill('409 InputMismatch'),
    ]);
  });

  test('an order that waits for an operator says so, and not to send again', async () => {
    const { partnerReferenceNo, url, body } = newOrder();
    await shop.paid({ ...shop.order(customerId), partnerReferenceNo });
    await shop.journeys.purchase.result(partnerReferenceNo);
    await shop.forget(partnerReferenceNo);
    await shop.journeys.purchase.start({
      ...shop.order(customerId),
      partnerReferenceNo,
      amount: idr('12000.00'),
    });
    await shop.journeys.purchase.until(partnerReferenceNo, ['needs-attention']);
    const { attention } = await shop.journeys.purchase.status(partnerReferenceNo);
    const cancelled = await eventually(
      () => door.ask('POST', `${url}/cancel`, { body: { reason: 'sold out' } }),
      ({ status }) => status < 500,
    );
    assert.deepEqual([cancelled.status, cancelled.body.error], [409, 'NeedsAttention']);
    const asked = (cancelled.body.attention ?? {}) as Attention;
    assert.deepEqual([cancelled.body.retryable, asked.reason], [false, attention?.reason]);
    assert.deepEqual([asked.check, asked.decisions], [attention?.check, attention?.decisions]);
    // A cancel before that was not taken in time may be known by now.
    assert.deepEqual(asked.known.slice(0, attention?.known.length), attention?.known);
    assert.match(String(cancelled.body.detail), /operator's decision: .*another amount/);
    const told = await eventually(
      () =>
        shop.journeys.purchase
          .cancel(partnerReferenceNo, 'sold out', { deadline: Date.now() + 5_000 })
          .catch((error) => error),
      (error) => error instanceof NeedsAttentionError,
    );
    assert.deepEqual([told.isWorthAgain, told.attention.reason], [false, attention?.reason]);
    // Those that wait leave no room for another, which is told to come again.
    const another = await eventually(
      () => door.ask('POST', `${url}/cancel`, { body: { reason: 'sold out' } }),
      (answer) => answer.body.error === 'TooManyWaiting',
    );
    assert.deepEqual([another.status, another.body.retryable], [503, true]);
    assert.equal(another.headers.get('retry-after'), '5');
    await shop.journeys.purchase.resolve(partnerReferenceNo, {
      decision: 'record-paid',
      operator: 'ani',
      note: 'delivered',
      force: true,
    });
    assert.equal((await door.ask('PUT', url, { body })).status, 409);
  });

  test('a cancelled order says so, and is acknowledged no more', async () => {
    const { url, body } = newOrder();
    await door.ask('PUT', url, { body });
    const cancelled = await door.ask('POST', `${url}/cancel`, { body: { reason: 'sold out' } });
    assert.equal(cancelled.status, 200);
    assert.deepEqual([cancelled.body.outcome, cancelled.body.note], ['cancelled', 'sold out']);
    const late = await door.ask<{ error: string; result: unknown }>('POST', `${url}/acknowledge`);
    assert.deepEqual([late.status, late.body.error], [409, 'JourneyEnded']);
    assert.deepEqual(late.body.result, cancelled.body);
    const again = await door.ask('POST', `${url}/cancel`, { body: { reason: 'sold out' } });
    assert.deepEqual([again.status, again.body], [200, cancelled.body], 'said again');
  });

  test('what has ended otherwise was neither cancelled nor given up', async () => {
    const { partnerReferenceNo, url, body } = newOrder();
    await door.ask('PUT', url, { body });
    await shop.doku.customer(partnerReferenceNo, 'decline');
    await shop.journeys.purchase.notified(partnerReferenceNo);
    const declined = await shop.journeys.purchase.result(partnerReferenceNo);
    assert.equal(declined.outcome, 'declined');
    const cancel = await door.ask('POST', `${url}/cancel`, { body: { reason: 'sold out' } });
    assert.deepEqual(
      [cancel.status, cancel.body.error, cancel.body.result],
      [409, 'JourneyEnded', declined],
    );
    const closing = `/v1/customers/unknown-${randomUUID()}/closings/1`;
    const nothing = await door.ask('PUT', closing, { body: {} });
    assert.equal((nothing.body as { result?: { outcome: string } }).result?.outcome, 'rejected');
    const abandon = await door.ask('POST', `${closing}/abandon`);
    assert.deepEqual([abandon.status, abandon.body.error], [409, 'JourneyEnded']);
    assert.deepEqual(abandon.body.result, nothing.body.result);
  });

  test('a mistake is named by its field, never by its value, and leaves the number usable', async () => {
    const { url, body } = newOrder();
    const wrong = await door.ask<{ error: string; fields: { path: string }[] }>('PUT', url, {
      body: { ...body, amount: { value: '9.5', currency: 'IDR' }, colour: 'red' },
    });
    assert.deepEqual([wrong.status, wrong.body.error], [400, 'InvalidInput']);
    assert.deepEqual(
      wrong.body.fields.map(({ path }) => path),
      ['amount.value', 'colour'],
    );
    assert.ok(!JSON.stringify(wrong.body).includes('9.5'));
    assert.equal((await door.ask('PUT', url, { body })).status, 201);
  });

  test('what is not there is said so', async () => {
    const unknown = await door.ask('GET', '/v1/purchases/NEVER-STARTED');
    assert.deepEqual([unknown.status, unknown.body.error], [404, 'UnknownJourney']);
    const { url, body } = newOrder();
    await door.ask('PUT', url, { body });
    const early = await door.ask('POST', `${url}/acknowledge`);
    assert.deepEqual([early.status, early.body.error], [409, 'NotAcknowledgeable']);
  });

  /** What the customer does on a page of DOKU's. @returns the query that the browser comes back with. */
  const onPage = async (url: string, fields: Record<string, string>) => {
    const body = new URLSearchParams(fields);
    const answer = await fetch(url, { method: 'POST', redirect: 'manual', body });
    return new URL(answer.headers.get('location') ?? '').search;
  };

  test('an account is opened by OTP, PIN and agreement, and closed by OTP', async () => {
    const of = `/v1/customers/customer-${randomUUID()}`;
    const opening = `${of}/openings/opening-1`;
    const phoneNo = '081255500099';
    const body = {
      redirectUrl: 'https://merchant.example/account',
      customer: { name: 'Budi Santoso', phoneNo, email: 'budi@example.com' },
    };
    const both = await door.ask<{ fields: unknown[] }>('PUT', opening, {
      body: { ...body, accountId: '1' },
    });
    assert.deepEqual(both.body.fields, [
      { path: 'customer', message: 'exactly one of customer and accountId must be given' },
    ]);
    const step = async (method: string, url: string, sent?: object) =>
      (await door.ask<Record<string, string>>(method, url, sent && { body: sent })).body;
    assert.equal((await step('PUT', opening, body)).show, 'enter-otp');
    const other = await door.ask<{ existing: { customer: unknown } }>('PUT', opening, {
      body: { ...body, customer: { ...body.customer, email: 'ani@example.com' } },
    });
    assert.deepEqual(other.body.existing.customer, { name: '…', phoneNo: '…', email: '…' });
    const otp = await shop.doku.otp('6281255500099');
    const { next } = (
      await door.ask<{ next: { url: string } }>('POST', `${opening}/submit-otp`, {
        body: { otp },
      })
    ).body;
    const pinned = await onPage(next.url, { pin: '246810', repeat: '246810' });
    const bind = await step('POST', `${opening}/returned`, { rawQuery: pinned });
    const agreed = await onPage(bind.url ?? '', { pin: '246810' });
    assert.equal((await step('POST', `${opening}/returned`, { rawQuery: agreed })).show, 'done');
    assert.equal((await step('GET', `${opening}?wait=30s`)).status, 'bound');
    assert.equal((await step('GET', `${of}/balance`)).availableBalance, '0.00');
    const closing = `${of}/closings/closing-1`;
    assert.equal((await step('PUT', closing, {})).show, 'enter-otp');
    const last = await shop.doku.otp('6281255500099');
    await step('POST', `${closing}/submit-otp`, { otp: last });
    assert.equal((await step('GET', `${closing}?wait=30s&until=unbound`)).status, 'unbound');
    const { status, body: refused } = await door.ask('GET', `${of}/balance`);
    assert.deepEqual(
      [status, refused.error, refused.refusal],
      [409, 'CustomerNotBound', 'not-bound'],
    );
    assert.doesNotMatch(JSON.stringify(door.audited), /81255500099|budi/i);
  });

  test('a refund, a hold, a top-up and a bank transfer come to their ends', async () => {
    const order = shop.order(customerId);
    await shop.paid(order);
    await shop.journeys.purchase.result(order.partnerReferenceNo);
    const number = randomUUID();
    const ended = async (url: string) =>
      (await door.ask<{ status: string }>('GET', `${url}?wait=60s`)).body.status;
    const put = async (url: string, body: object) => {
      const { status, body: said } = await door.ask('PUT', url, { body });
      assert.equal(status, 201, JSON.stringify(said));
      return said;
    };
    const refund = `/v1/refunds/REF-${number}`;
    const { partnerReferenceNo } = order;
    const back = { partnerReferenceNo, customerId, amount: order.amount, reason: 'returned' };
    await put(refund, back);
    assert.equal(await ended(refund), 'refunded');
    assert.equal((await door.ask('PUT', refund, { body: back })).status, 200);

    const hold = `/v1/authorized-purchases/HOLD-${number}`;
    const held = await put(hold, { customerId, amount: idr('50000.00'), title: 'Two nights' });
    assert.equal(held.remaining, '50000.00');
    const captured = await door.ask('POST', `${hold}/capture`, {
      body: { partnerCaptureNo: `CAP-${number}`, amount: idr('30000.00') },
    });
    assert.deepEqual([captured.status, captured.body.remaining], [200, '20000.00']);
    const tooMuch = await door.ask<{ fields: { path: string }[] }>('POST', `${hold}/capture`, {
      body: { partnerCaptureNo: `CAP-${number}-2`, amount: idr('20001.00') },
    });
    assert.deepEqual([tooMuch.status, tooMuch.body.fields[0]?.path], [400, 'amount.value']);
    const first = { partnerCaptureNo: `CAP-${number}`, last: false, amount: idr('30000.00') };
    const othersNumber = async () => {
      const another = { ...first, amount: idr('10000.00') };
      const { status, body: said } = await door.ask('POST', `${hold}/capture`, { body: another });
      assert.deepEqual(
        [status, said.error, said.given, said.existing, said.differing],
        [409, 'InputMismatch', another, first, ['amount.value']],
      );
      assert.doesNotMatch(String(said.detail), /started/);
    };
    await othersNumber();
    const voided = await door.ask('POST', `${hold}/void`, {
      body: { partnerVoidNo: `VOID-${number}` },
    });
    assert.equal(voided.body.outcome, 'voided');
    assert.equal(await ended(hold), 'captured');
    await othersNumber();
    const over = await door.ask<{ error: string; result?: { captured: string } }>('PUT', hold, {
      body: { customerId, amount: idr('50000.00'), title: 'Two nights' },
    });
    assert.deepEqual([over.status, over.body.error], [409, 'JourneyEnded']);
    assert.equal(over.body.result?.captured, '30000.00');

    const topUp = `/v1/top-ups/TOP-${number}`;
    await put(topUp, { customerId, amount: idr('15000.00') });
    assert.equal(await ended(topUp), 'completed');

    const transfer = `/v1/bank-transfers/TRF-${number}`;
    const { beneficiaryAccountName } = await put(transfer, {
      customerId,
      amount: idr('20000.00'),
      beneficiaryAccountNumber: '8377388292',
      beneficiaryBankCode: '014',
    });
    const wrong = await door.ask('POST', `${transfer}/confirm`, {
      body: { beneficiaryAccountName: 'Somebody Else' },
    });
    assert.deepEqual([wrong.status, wrong.body.error], [400, 'InvalidInput']);
    const confirmed = await door.ask('POST', `${transfer}/confirm`, {
      body: { beneficiaryAccountName },
    });
    assert.equal(confirmed.status, 204);
    assert.equal(await ended(transfer), 'completed');
  });

  test('reads ask DOKU, and page through its history', async () => {
    const inquiry = await door.ask('POST', '/v1/bank-account-inquiries', {
      body: {
        customerId,
        amount: idr('20000.00'),
        beneficiaryAccountNumber: '8377388292',
        beneficiaryBankCode: '014',
      },
    });
    assert.ok(inquiry.body.beneficiaryAccountName);
    const history = `/v1/customers/${customerId}/transactions`;
    const from = new Date(Date.now() - 3_600_000).toISOString();
    const longAgo = await door.ask<{ fields: { path: string }[] }>(
      'GET',
      `${history}?from=2020-01-01T00:00:00Z`,
    );
    assert.deepEqual(
      longAgo.body.fields.map(({ path }) => path),
      ['query.from'],
    );
    type Page = { entries: { partnerReferenceNo?: string }[]; next?: string };
    const page = async (query: string) =>
      (await door.ask<Page>('GET', `${history}?from=${from}&${query}`)).body;
    const all = await page('limit=500');
    assert.ok(all.entries.length > 3);
    const paged = [];
    for (let next: string | undefined = ''; next !== undefined; ) {
      const said: Page = await page(`limit=2${next && `&after=${next}`}`);
      paged.push(...said.entries);
      next = said.next;
    }
    assert.deepEqual(paged, all.entries);
    const one = await door.ask('GET', `${history}/${all.entries[0]?.partnerReferenceNo}`);
    assert.equal(one.status, 200);
  });

  test('a batch says first what it would do, then pays each row once, from JSON or CSV', async () => {
    const batch = `/v1/top-up-batches/payout-${randomUUID().slice(0, 8)}`;
    const numbers = [1, 2, 3].map((row) => `ROW-${row}-${randomUUID()}`);
    const [paid, first, second] = numbers;
    await shop.journeys.topUp.start({
      partnerReferenceNo: paid ?? '',
      customerId,
      amount: idr('100.00'),
    });
    await shop.journeys.topUp.result(paid ?? '');
    const csv = ['partnerReferenceNo,customerId,amount']
      .concat(numbers.map((number) => `${number},${customerId},100.00`))
      .join('\n');
    const asCsv = { text: csv, headers: { 'content-type': 'text/csv' } };
    type Group = { rows: number; partnerReferenceNos: string[] };
    const dry = await eventually(
      () => door.ask<Record<string, Group>>('POST', `${batch}/dry-run`, asCsv),
      // Temporal's lists lag a moment.
      ({ body }) => body.paidBefore?.rows === 1,
    );
    assert.deepEqual(
      [dry.body.rows, dry.body.total, dry.body.new?.partnerReferenceNos],
      [3, '300.00', [first, second]],
    );
    assert.equal((await door.ask('GET', batch)).status, 404, 'nothing was started');

    const wrong = await door.ask<{ error: string; rows: unknown }>('PUT', batch, {
      ...asCsv,
      text: `${csv}\n${paid},${customerId},1\n`,
    });
    assert.deepEqual([wrong.status, wrong.body.error], [400, 'InvalidRows']);
    const rule =
      'must be a string such as "10000.00": rupiah, a point and two decimals, without other separators and without a sign';
    assert.deepEqual(wrong.body.rows, [
      { row: 5, column: 'amount', message: rule },
      { row: 5, column: 'partnerReferenceNo', message: 'is that of row 2 too' },
    ]);

    const rows = [first, second].map((partnerReferenceNo) => ({
      partnerReferenceNo,
      customerId,
      amount: idr('100.00'),
    }));
    const started = await door.ask('PUT', batch, { body: { rows, inFlight: 2 } });
    assert.equal(started.status, 201, JSON.stringify(started.body));
    const { body: view } = await door.ask<{ status: string; counts: unknown }>(
      'GET',
      `${batch}?wait=60s`,
    );
    assert.equal(view.status, 'finished');
    const again = await door.ask('PUT', `${batch}?inFlight=2`, {
      text: csv
        .split('\n')
        .filter((line) => !line.startsWith(paid ?? ''))
        .join('\n'),
      headers: { 'content-type': 'text/csv' },
    });
    assert.equal(again.status, 200, 'the same rows, as a file');
    const other = await door.ask<{ differing: string[] }>('PUT', batch, { ...asCsv });
    assert.deepEqual([other.status, other.body.differing.includes('rows')], [409, true]);
    assert.ok(!JSON.stringify(other.body).includes(first ?? ''));
    const { body: told } = await door.ask<{ results: { outcome: string }[] }>(
      'GET',
      `${batch}/results`,
    );
    assert.deepEqual(
      told.results.map(({ outcome }) => outcome),
      ['completed', 'completed'],
    );
    for (const number of numbers) assert.equal((await shop.doku.entries(number)).length, 1);
    const later = await door.ask<Record<string, Group>>('POST', `${batch}/dry-run`, asCsv);
    assert.equal(later.body.paidBefore?.rows, 3, 'rows of a batch were paid before, too');
  });

  test('a period is reconciled, its report is read, and what it found is listed', async () => {
    const to = new Date();
    const period = `${new Date(to.getTime() - 60_000).toISOString()}/${to.toISOString()}`;
    const url = `/v1/reconciliations/${period}`;
    const future = new Date(to.getTime() + 3_600_000).toISOString();
    const early = await door.ask<{ error: string; fields: unknown }>(
      'PUT',
      `/v1/reconciliations/${to.toISOString()}/${future}`,
    );
    assert.deepEqual([early.status, early.body.error], [400, 'InvalidInput']);
    assert.deepEqual(early.body.fields, [{ path: 'path.to', message: 'must be over' }]);
    assert.equal((await door.ask('PUT', url)).status, 201);
    assert.equal((await door.ask('GET', `${url}?wait=60s`)).body.status, 'finished');
    assert.equal((await door.ask('PUT', url)).status, 200, 'reconciled again');
    assert.equal((await door.ask('GET', `${url}?wait=60s`)).body.status, 'finished');
    const csv = await door.ask<string>('GET', `${url}/report.csv`);
    assert.match(String(csv.body), /^kind,partnerReferenceNo/);
    const page = await door.ask<string>('GET', `${url}/report.html`);
    assert.match(page.headers.get('content-type') ?? '', /^text\/html/);
    const partnerReferenceNo = `INV/${randomUUID()}`;
    await raiseFinding(stack.client, 'doku-journeys', {
      kind: 'status',
      partnerReferenceNo,
      facts: ['here: paid', 'at DOKU: cancelled'],
      check: 'Look.',
    });
    type Findings = { findings: { partnerReferenceNo: string }[] };
    await eventually(
      () => door.ask<Findings>('GET', '/v1/findings?kind=status'),
      ({ body }) => body.findings.some((one) => one.partnerReferenceNo === partnerReferenceNo),
    );
    const of = `/v1/findings/status/${encodeURIComponent(partnerReferenceNo)}`;
    assert.equal((await door.ask('GET', of)).body.status, 'needs-attention');
  });

  test('a key that does not fit begins nothing, and a queue without workers is another error', async () => {
    const { url, body } = newOrder();
    const stranger = await startGatewayDoor(
      clientWith(stack.temporal.connection, newPayloadKey('strange')),
    );
    const nowhere = await startGatewayDoor(stack.client, { taskQueue: 'nobody-there' });
    try {
      const ready = await eventually(
        () => stranger.ask('GET', '/ready'),
        ({ status }) => status === 503,
      );
      assert.match(String(ready.body.reasons), /payload key|PAYLOAD_KEYS/);
      const misfit = await stranger.ask('PUT', url, { body });
      assert.deepEqual([misfit.status, misfit.body.error], [503, 'PayloadKey']);
      assert.equal(
        (await door.ask('PUT', url, { body })).status,
        201,
        'the number is still usable',
      );
      const unread = await stranger.ask('GET', url);
      assert.deepEqual([unread.status, unread.body.error], [503, 'PayloadKey']);
      // One of a backend with such a key: it is its number that is spoilt, and not this gateway's key.
      const spoilt = newOrder();
      await new DokuJourneys({
        client: clientWith(stack.temporal.connection, newPayloadKey('strange')),
      }).purchase.start(shop.order(customerId, { partnerReferenceNo: spoilt.partnerReferenceNo }));
      for (const [method, sent] of [['GET'], ['PUT', spoilt.body]] as const) {
        const told = await door.ask(method, spoilt.url, sent && { body: sent });
        assert.deepEqual([told.status, told.body.error], [409, 'JourneyUnreadable']);
        assert.match(
          String(told.body.detail),
          /"strange" that neither the workers .*temporal workflow terminate.*nothing was asked/,
        );
      }
      await stack.client.workflow
        .getHandle(`purchase/${spoilt.partnerReferenceNo}`)
        .terminate('of another key');
      const away = await nowhere.ask('PUT', newOrder().url, { body });
      assert.deepEqual([away.status, away.body.error], [503, 'NoWorker']);
      assert.match(String(away.body.detail), /^no worker answers on the task queue [\w-]+$/);
      assert.equal(away.headers.get('retry-after'), '5');
    } finally {
      await stranger.close();
      await nowhere.close();
    }
  });

  test('a question to DOKU that takes its time is answered, though its worker asks for nothing else', async () => {
    const { customerId, accountId } = await shop.boundCustomer();
    await shop.doku.temperament({
      temperament: 'breaks',
      how: 'hang',
      when: 'before',
      operation: 'balanceInquiry',
      accountId,
      times: 2,
    });
    const began = performance.now();
    const { status, body } = await door.ask('GET', `/v1/customers/${customerId}/balance`);
    assert.equal(status, 200, JSON.stringify(body));
    assert.ok(performance.now() - began > 4_000, 'it took its time');
  });

  test('who waits is answered when the gateway stops, and at once where too many wait', async () => {
    const { url, body } = newOrder();
    await door.ask('PUT', url, { body });
    const stopping = await startGatewayDoor(stack.client, { mostWaits: 1 });
    const waiting = stopping.ask('GET', `${url}?wait=60s`);
    const second = await eventually(
      () => Promise.race([stopping.ask('GET', `${url}?wait=60s`), waiting]),
      ({ status }) => status === 200,
    );
    assert.equal(second.body.status, 'awaiting-payment');
    await stopping.close();
    assert.deepEqual(
      [(await waiting).status, (await waiting).body.status],
      [200, 'awaiting-payment'],
    );
  });

  test('a worker that is gone is told, though Temporal still lists it', async () => {
    const { url, body } = newOrder();
    await door.ask('PUT', url, { body });
    stack.worker.shutdown();
    await eventually(
      async () => stack.worker.getState(),
      (state) => state === 'STOPPED',
    );
    for (const [method, path, sent] of [
      ['GET', url, undefined],
      ['POST', `${url}/cancel`, { reason: 'sold out' }],
      ['PUT', newOrder().url, body],
      ['GET', `/v1/customers/${body.customerId}/balance`, undefined],
      // Whoever went on from an answer would pass over what could not be read.
      ['GET', '/v1/events', undefined],
    ] as const) {
      const began = performance.now();
      const { status, body: said } = await door.ask(method, path, sent && { body: sent });
      const asked = `${method} ${path} ${JSON.stringify(said)}`;
      assert.deepEqual([status, said.error], [503, 'NoWorker'], asked);
      assert.equal(said.detail, 'no worker answers on the task queue doku-journeys', asked);
      assert.ok(performance.now() - began < 5_500, asked);
    }
  });
});
