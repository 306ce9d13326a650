import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Stack } from '../../worker/local/stack.js';
import { type GatewayDoor, startGatewayDoor } from '../setting/gateway-door.js';
import { startQuickStack } from '../setting/quick-stack.js';
import type { Shop } from '../setting/shop.js';

describe('purchases over HTTP', () => {
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

  test('a cancelled order says so, and is acknowledged no more', async () => {
    const { url, body } = newOrder();
    await door.ask('PUT', url, { body });
    const cancelled = await door.ask('POST', `${url}/cancel`, { body: { reason: 'sold out' } });
    assert.equal(cancelled.status, 200);
    assert.deepEqual([cancelled.body.outcome, cancelled.body.note], ['cancelled', 'sold out']);
    const late = await door.ask<{ error: string; result: unknown }>('POST', `${url}/acknowledge`);
    assert.deepEqual([late.status, late.body.error], [409, 'JourneyEnded']);
    assert.deepEqual(late.body.result, cancelled.body);
  });

  test('a mistake is named by its field, never by its value, and leaves the number usable', async () => {
    const { url, body } = newOrder();
    const wrong = await door.ask<{ error: string; fields: { path: string }[] }>('PUT', url, {
      body: { ...body, amount: { value: '9.5', currency: 'IDR' }, colour: 'red' },
    });
    assert.deepEqual([wrong.status, wrong.body.error], [400, 'InvalidInput']);
    assert.deepEqual(
      wrong.body.fields.map(({ path }) => path),
      ['amount.value', 'body'],
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
    assert.equal(early.status, 409);
  });
});
