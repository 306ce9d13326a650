import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { Shop } from '../setting/shop.js';

type Interceptor = NonNullable<ConnectionOptions['interceptors']>[number];

/** gRPC's number for it. */
const DEADLINE_EXCEEDED = 4;
const UPDATES = ['ExecuteMultiOperation', 'UpdateWorkflowExecution'];

describe('Temporal lets go of an update', () => {
  let stack: Stack;
  let connection: Connection;
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
    await stack?.stop();
  });

  test('that starts a journey: it is sent again, and the backend has its page', async () => {
    const { customerId } = await shop.boundCustomer();
    losses = 2;
    const { webRedirectUrl } = await shop.journeys.purchase.redirect(shop.order(customerId));
    assert.match(webRedirectUrl, /^http/);
    assert.equal(losses, -1);
  });

  test('that a journey took: sent again it does not count twice', async () => {
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

  test('again and again: the backend is told', async () => {
    const { customerId } = await shop.boundCustomer();
    losses = 1_000;
    await assert.rejects(shop.journeys.purchase.redirect(shop.order(customerId)), {
      name: 'WorkflowUpdateRPCTimeoutOrCancelledError',
    });
    losses = 0;
  });
});

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
