import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import proto from '@temporalio/proto';
import { merchantSessionWorkflowId, walletWorkflowId } from '../../contract/identity.js';
import type { Stack } from '../../worker/local/stack.js';
import { isWhole } from '../setting/extent.js';
import { Shop } from '../setting/shop.js';
import { startTestStack } from '../setting/stack.js';

const SESSION_MS = 900_000;

const MANY = isWhole ? 100 : 12;
/** Far more than tokens that live for twenty seconds may be renewed meanwhile. */
const IN_A_ROW = isWhole ? 20 : 10;

describe('one token, one fleet (money rule 6)', () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    stack = await startTestStack({ environment: { LOG_LEVEL: 'error', POLL_FIRST_MS: '500' } });
    shop = new Shop(stack.client, stack.sandbox.url);
  });
  after(() => stack?.stop());

  const countOf = async (operation: string) => (await shop.doku.requests(operation)).length;

  test(`${MANY} purchases at once while tokens expire and are superseded: one refresh each time, none fails`, async () => {
    const { customerId } = await shop.boundCustomer({ balance: '9000000.00' });
    const orders = Array.from({ length: MANY }, () => shop.order(customerId));
    await shop.journeys.purchase.redirect(orders[0] as (typeof orders)[0]);
    const before = { b2b: await countOf('tokenB2B'), b2b2c: await countOf('tokenB2B2C') };

    // Both tokens expire under all the purchases that start at once.
    await shop.doku.advance(SESSION_MS + 1_000);
    await Promise.all(orders.map((order) => shop.journeys.purchase.redirect(order)));
    assert.equal((await countOf('tokenB2B')) - before.b2b, 1);
    assert.equal((await countOf('tokenB2B2C')) - before.b2b2c, 1);

    // Somebody else's token request supersedes ours while all of them are paid and asked about.
    await shop.doku.call('POST', 'tokens/supersede', {});
    await Promise.all(
      orders.map(async ({ partnerReferenceNo }) => {
        await shop.doku.customer(partnerReferenceNo, 'pay');
        await shop.journeys.purchase.notified(partnerReferenceNo);
      }),
    );
    const results = await Promise.all(
      orders.map((order) => shop.journeys.purchase.result(order.partnerReferenceNo)),
    );
    assert.deepEqual([...new Set(results.map((result) => result.outcome))], ['paid']);
    assert.equal((await countOf('tokenB2B')) - before.b2b, 2);
    for (const result of results) await shop.assertProven(result, '10000.00');
  });

  test('tokens that live for twenty seconds are renewed when they near their end, and not for every call', async () => {
    const { customerId } = await shop.boundCustomer({ balance: '9000000.00' });
    await shop.doku.call('POST', 'tokens/lifetime', { seconds: 20 });
    await shop.doku.advance(SESSION_MS + 1_000);
    const before = { b2b: await countOf('tokenB2B'), b2b2c: await countOf('tokenB2B2C') };
    const began = performance.now();
    for (let orders = 0; orders < IN_A_ROW; orders++)
      await shop.journeys.purchase.redirect(shop.order(customerId));
    // A quarter of its life before its end, at the soonest.
    const lives = Math.ceil((performance.now() - began) / 15_000) + 1;
    assert.ok((await countOf('tokenB2B')) - before.b2b <= lives);
    assert.ok((await countOf('tokenB2B2C')) - before.b2b2c <= lives);
    await shop.doku.call('POST', 'tokens/lifetime', { seconds: 900 });
    await shop.doku.advance(SESSION_MS + 1_000);
  });

  test('a refused refresh token is replaced through Account Inquiry, without the customer', async () => {
    const { customerId } = await shop.boundCustomer();
    await shop.doku.advance(20 * 86_400_000);
    const order = shop.order(customerId);
    await shop.journeys.purchase.redirect(order);
    const operations = (await shop.doku.requests()).map(
      (request) => `${request.operation} ${request.responseCode}`,
    );
    assert.ok(operations.includes('tokenB2B2C 4017400'), 'the refresh token was tried and refused');
    assert.ok(operations.includes('accountInquiry 2000800'), 'a new authCode was asked for');
  });

  test('a lost answer to the exchange of a code costs the customer nothing, though the code is used up', async () => {
    for (const fault of ['drop', 'http500', 'truncated']) {
      await shop.doku.fault({ operation: 'tokenB2B2C', fault, when: 'after' });
      const { customerId } = await shop.boundCustomer();
      await shop.journeys.purchase.redirect(shop.order(customerId));
    }
  });

  test('a token endpoint that fails for a while delays a purchase, and nothing else', async () => {
    const { customerId } = await shop.boundCustomer();
    await shop.doku.advance(SESSION_MS + 1_000);
    for (const operation of ['tokenB2B', 'tokenB2B2C']) {
      for (const fault of ['drop', 'http500', 'notJson'])
        await shop.doku.fault({ operation, fault, when: 'before' });
    }
    const order = shop.order(customerId);
    await shop.paid(order);
    const result = await shop.journeys.purchase.result(order.partnerReferenceNo);
    assert.equal(result.outcome, 'paid');
    await shop.assertProven(result, '10000.00');
  });

  test('a token endpoint that refuses everybody for a while ends no binding that DOKU shows', async () => {
    const { customerId, accountId } = await shop.boundCustomer();
    await shop.doku.call('POST', `accounts/${accountId}/tokens`, { action: 'supersede' });
    await shop.doku.fault({
      operation: 'tokenB2B2C',
      fault: 'staleToken',
      when: 'before',
      times: 4,
      match: { partnerReferenceNo: accountId },
    });
    await shop.journeys.purchase.redirect(shop.order(customerId));
    const { status } = await stack.client.workflow
      .getHandle(walletWorkflowId(customerId))
      .query<{ status: string }>('status');
    assert.equal(status, 'bound');
  });

  test('nor does it undo one that the customer has just agreed to', async () => {
    await shop.doku.fault({
      operation: 'tokenB2B2C',
      fault: 'staleToken',
      when: 'before',
      times: 4,
    });
    const { customerId } = await shop.boundCustomer();
    await shop.journeys.purchase.redirect(shop.order(customerId));
  });

  test('entities hand over to a new run before their history grows large, and keep the token', async () => {
    const { customerId } = await shop.boundCustomer();
    const handle = stack.client.workflow.getHandle(walletWorkflowId(customerId));
    const first = await handle.describe();
    const tokens = new Set<number>();
    for (let i = 0; i < 210; i++) {
      const { generation } = await handle.executeUpdate<{ generation: number }, [object]>('token', {
        args: [{}],
      });
      tokens.add(generation);
    }
    assert.notEqual((await handle.describe()).runId, first.runId);
    assert.equal(tokens.size, 1);
  });

  test('a failure says what went wrong only encrypted (money rule 13)', async () => {
    const handle = await stack.client.workflow.start('purchase', {
      workflowId: 'purchase/BAD-1',
      taskQueue: 'doku-journeys',
      args: [{ partnerReferenceNo: 'BAD-1', amount: { value: '1' } }],
    });
    await assert.rejects(handle.result(), (error: Error) =>
      /input\.customerId/.test(String((error.cause as Error).message)),
    );
    const history = await handle.fetchHistory();
    const bytes = Buffer.from(
      proto.temporal.api.history.v1.History.encode(history).finish(),
    ).toString('latin1');
    assert.ok(bytes.includes('Encoded failure') && !bytes.includes('customerId'));
  });

  test('nothing secret stands in Temporal in the clear, and no entity prints a token (money rule 13)', async () => {
    const { customerId } = await shop.boundCustomer();
    await shop.journeys.purchase.redirect(shop.order(customerId));
    for (const workflowId of [
      walletWorkflowId(customerId),
      merchantSessionWorkflowId(stack.sandbox.clientId),
    ]) {
      const history = await stack.client.workflow.getHandle(workflowId).fetchHistory();
      const bytes = Buffer.from(
        proto.temporal.api.history.v1.History.encode(history).finish(),
      ).toString('latin1');
      assert.ok(bytes.includes('binary/sealed'), 'the payloads were looked into');
      for (const secret of ['eyJ', 'authCode', 'accessToken', 'refreshToken']) {
        assert.ok(!bytes.includes(secret), `${workflowId} shows ${secret}`);
      }
    }
  });
});
