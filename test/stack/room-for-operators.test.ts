import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { DeadlineExceededError, NotNowError, TooManyWaitingError } from '../../client/index.js';
import { whyLate } from '../../client/temporal/attention.js';
import { authorizedPurchaseWorkflowId, purchaseWorkflowId } from '../../contract/identity.js';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { reset } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

/** Temporal takes ten updates in flight of a journey, and each keeps its place until it is answered. */
describe('an operator is heard, however many calls wait for the journey', {
  concurrency: true,
}, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  const DECIDED = { operator: 'ani', note: 'looked up' };
  const inSeconds = (seconds: number) => ({ deadline: Date.now() + seconds * 1_000 });

  /** Ten and more, each of which its caller leaves at its deadline, or is told before that there is no room for it. */
  async function leftAtDeadline(call: (nth: number) => Promise<unknown>): Promise<Error[]> {
    const told = await Promise.allSettled(Array.from({ length: 12 }, (_, nth) => call(nth)));
    return told.map((answer) => {
      assert.ok(answer.status === 'rejected', JSON.stringify(answer));
      return answer.reason;
    });
  }

  function assertTold(errors: readonly Error[]): void {
    const refused = errors.filter((error) => error instanceof TooManyWaitingError);
    assert.ok(refused.length > 0, errors.map(({ name }) => name).join(' '));
    assert.ok(refused.every(({ isWorthAgain }) => isWorthAgain));
  }

  async function held() {
    const { customerId } = await shop.boundCustomer({ balance: '100000.00' });
    const number = `AUT-${randomUUID()}`;
    const { authorizedPurchase } = shop.journeys;
    await authorizedPurchase.authorize({
      ...{ partnerReferenceNo: number, customerId, amount: idr('50000.00'), title: 'Hotel' },
    });
    return number;
  }

  for (const kind of ['capture', 'void'] as const)
    test(`of a ${kind} that is not proven, and said again and again`, async () => {
      const { authorizedPurchase } = shop.journeys;
      const number = await held();
      const step = `STEP-${randomUUID()}`;
      await shop.doku.temperament({
        ...{ temperament: 'showsStatus', status: 'ODD' },
        ...{ operation: 'historyDetail', reference: step },
      });
      const lost = { fault: 'drop', when: 'after', match: { partnerReferenceNo: step } } as const;
      const operation = kind === 'capture' ? 'authCapture' : 'authVoid';
      await shop.doku.fault({ operation, ...lost });
      const amount = idr('20000.00');
      const say = (seconds: number) =>
        kind === 'capture'
          ? authorizedPurchase.capture(
              number,
              { partnerCaptureNo: step, amount },
              inSeconds(seconds),
            )
          : authorizedPurchase.void(number, { partnerVoidNo: step, amount }, inSeconds(seconds));
      const first = say(60);
      await eventually(
        () => authorizedPurchase.status(number),
        ({ attention }) => attention !== undefined,
      );
      const told = await leftAtDeadline(() => say(20));
      await authorizedPurchase.resolve(
        number,
        { decision: 'record-done', ...DECIDED },
        inSeconds(20),
      );
      const { outcome } = await first;
      assert.equal(outcome, kind === 'capture' ? 'captured' : 'voided');
      assert.deepEqual(await say(60), await first);
      assertTold(told);
    });

  test('and one whose decision is not taken in time is not told that it stands', async () => {
    const { authorizedPurchase } = shop.journeys;
    const number = await held();
    const partnerCaptureNo = `STEP-${randomUUID()}`;
    const match = { partnerReferenceNo: partnerCaptureNo };
    await shop.doku.temperament({
      ...{ temperament: 'showsStatus', status: 'ODD' },
      ...{ operation: 'historyDetail', reference: partnerCaptureNo },
    });
    await shop.doku.fault({ operation: 'authCapture', fault: 'drop', when: 'after', match });
    const captured = authorizedPurchase.capture(number, { partnerCaptureNo });
    await eventually(
      () => authorizedPurchase.status(number),
      ({ attention }) => attention !== undefined,
    );
    const hangs = { fault: 'hang', when: 'before', match, times: 3 } as const;
    await shop.doku.fault({ operation: 'historyDetail', ...hangs });
    const decided = { decision: 'record-undone', ...DECIDED };
    await assert.rejects(
      authorizedPurchase.resolve(number, decided, inSeconds(4)),
      (error) => error instanceof DeadlineExceededError && error.isWorthAgain,
    );
    await authorizedPurchase
      .resolve(number, { ...decided, force: true }, inSeconds(20))
      .catch((error) => assert.ok(error instanceof NotNowError, error.stack));
    assert.equal((await captured).outcome, 'rejected');
  });

  test('and a call that Temporal turned away until its deadline is not told that it stands', async () => {
    const { authorizedPurchase } = shop.journeys;
    const number = await held();
    const partnerCaptureNo = `STEP-${randomUUID()}`;
    const match = { partnerReferenceNo: partnerCaptureNo };
    await shop.doku.temperament({
      ...{ temperament: 'showsStatus', status: 'ODD' },
      ...{ operation: 'historyDetail', reference: partnerCaptureNo },
    });
    await shop.doku.fault({ operation: 'authCapture', fault: 'drop', when: 'after', match });
    const workflowId = authorizedPurchaseWorkflowId(number);
    const taken = randomUUID();
    const capture = { partnerCaptureNo, amount: idr('20000.00') };
    await stack.client.workflow.getHandle(workflowId).startUpdate('capture', {
      ...{ updateId: taken, args: [capture], waitForStage: 'ACCEPTED' },
    });
    await eventually(
      () => authorizedPurchase.status(number),
      ({ attention }) => attention !== undefined,
    );
    const toldOf = async (updateId: string) =>
      (await whyLate(stack.client, { taskQueue: 'doku-journeys', workflowId, updateId })).name;
    assert.equal(await toldOf(taken), 'NeedsAttentionError');
    assert.equal(await toldOf(randomUUID()), 'DeadlineExceededError');
    const decided = { decision: 'record-done', ...DECIDED };
    await authorizedPurchase.resolve(number, decided, inSeconds(20));
  });

  test('of a purchase that is cancelled and acknowledged again and again', async () => {
    const { purchase } = shop.journeys;
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '5 seconds' });
    const { partnerReferenceNo: number } = order;
    await shop.paid(order);
    const isStanding = (wanted: string) =>
      eventually(
        () => purchase.status(number),
        ({ status }) => status === wanted,
      );
    await isStanding('awaiting-acknowledgement');
    await reset(stack.client, purchaseWorkflowId(number), { task: -1 });
    await isStanding('needs-attention');
    const told = await leftAtDeadline((nth) =>
      nth % 2 === 0
        ? purchase.acknowledge(number, inSeconds(8))
        : purchase.cancel(number, 'sold out', inSeconds(8)),
    );
    await purchase.resolve(number, { decision: 'record-paid', ...DECIDED }, inSeconds(20));
    const result = await purchase.result(number);
    assert.equal(result.outcome, 'paid');
    await shop.assertProven(result, '10000.00');
    assertTold(told);
  });
});
