import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, describe, test } from 'node:test';
import { authorizedPurchaseWorkflowId, topUpBatchWorkflowId } from '../../contract/identity.js';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { reset, tasksOf } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

/** The run before went on from the place to which an operator resets, and moved money there. */
describe('a journey that is reset in its middle knows what the run before did after it', () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  /** Has Temporal go on once more from where a journey is now, once something else has happened. */
  const resetsAfter = async (workflowId: string, what: () => Promise<unknown>) => {
    const tasks = await tasksOf(stack.client, workflowId);
    await what();
    await reset(stack.client, workflowId, { task: tasks - 1 });
  };
  const soon = 30_000;

  test('an authorised purchase: what was captured is captured, and the rest goes back in time', async () => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '100000.00' });
    const partnerReferenceNo = `AUT-${randomUUID()}`;
    const { authorizedPurchase } = shop.journeys;
    const captureWithin = '8 seconds';
    const input = { partnerReferenceNo, customerId, amount: idr('50000.00'), captureWithin };
    await authorizedPurchase.authorize({ ...input, title: 'Hotel' });
    const capture = { partnerCaptureNo: `CAP-${randomUUID()}`, amount: idr('20000.00') };
    await resetsAfter(authorizedPurchaseWorkflowId(partnerReferenceNo), () =>
      authorizedPurchase.capture(partnerReferenceNo, capture),
    );
    const { remaining, unknownSince } = await eventually(
      () => authorizedPurchase.status(partnerReferenceNo),
      ({ captured }) => captured === '20000.00',
      soon,
    );
    assert.deepEqual([remaining, unknownSince], ['30000.00', undefined]);
    const result = await authorizedPurchase.result(partnerReferenceNo);
    assert.deepEqual(
      [result.captured, result.voided, result.reason],
      ['20000.00', '30000.00', 'capture-within-elapsed'],
    );
    assert.equal(await shop.doku.balance(accountId), '80000.00');
  });

  describe('a top-up batch', () => {
    const topUpBatch = () => shop.journeys.topUpBatch;
    const begun = async (count: number) => {
      const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
      const batchReference = `batch-${randomUUID().slice(0, 8)}`;
      const rows = Array.from({ length: count }, () => ({
        partnerReferenceNo: `TOP-${randomUUID()}`,
        customerId,
        amount: idr('100.00'),
      }));
      const start = () =>
        topUpBatch().start({ batchReference, rows, waitForFunds: '1 hour', inFlight: 1 });
      const isIn = (expected: string) =>
        eventually(
          () => topUpBatch().status(batchReference),
          ({ status }) => status === expected,
          soon,
        );
      return { accountId, batchReference, rows, start, isIn };
    };
    const corporate = (set: string) => shop.doku.call('POST', 'corporate/balance', { set });
    afterEach(async () => {
      await shop.doku.call('DELETE', 'faults');
      await corporate('1000000000.00');
    });

    test('that waited for funds, and was paid', async () => {
      const { accountId, batchReference, start, isIn } = await begun(3);
      await corporate('100.00');
      await start();
      await isIn('awaiting-funds');
      await resetsAfter(topUpBatchWorkflowId(batchReference), async () => {
        await corporate('1000.00');
        await topUpBatch().funded(batchReference);
        await topUpBatch().result(batchReference);
        await corporate('0.00');
      });
      const { outcome, counts } = await topUpBatch().result(batchReference, {
        deadline: Date.now() + soon,
      });
      assert.deepEqual([outcome, counts.completed], ['finished', 3]);
      assert.equal(await shop.doku.balance(accountId), '300.00');
    });

    /** The first of its four rows waited for funds, then three were paid, and DOKU works on the last. */
    const partReset = async () => {
      const { batchReference, rows, start, isIn, accountId } = await begun(4);
      const [, , , last = ''] = rows.map(({ partnerReferenceNo }) => partnerReferenceNo);
      await shop.doku.hold(last);
      const slow = { fault: 'slow', when: 'before', delayMs: 2_000 } as const;
      const asked = ['accountInquiry', 'topUpInquiry'];
      for (const operation of asked) await shop.doku.fault({ operation, ...slow });
      await corporate('400.00');
      await start();
      await eventually(
        () => shop.doku.faults(),
        ({ length }) => length < asked.length,
      );
      await corporate('0.00');
      await isIn('awaiting-funds');
      await resetsAfter(`${topUpBatchWorkflowId(batchReference)}/0`, async () => {
        await corporate('400.00');
        await topUpBatch().funded(batchReference);
        await eventually(
          () => topUpBatch().status(batchReference),
          ({ counts }) => counts.completed === 3,
        );
        await eventually(
          () => shop.doku.requests('topUp', last),
          ({ length }) => length > 0,
        );
        await corporate('0.00');
      });
      const finished = async () => {
        await shop.doku.finish(last, 'success');
        const { outcome, counts } = await topUpBatch().result(batchReference);
        assert.equal(await shop.doku.balance(accountId), `${counts.completed * 100}.00`);
        return [outcome, counts.completed, counts.cancelled];
      };
      return { batchReference, finished };
    };

    test('whose part waited for funds, and paid', async () => {
      const { batchReference, finished } = await partReset();
      const { inDoubt } = await eventually(
        () => topUpBatch().status(batchReference),
        ({ inDoubt: rows }) => rows !== undefined,
        soon,
      );
      assert.ok(inDoubt, 'it is not known what became of them');
      await eventually(
        () => topUpBatch().status(batchReference),
        ({ counts }) => counts.completed === 3,
        soon,
      );
      assert.deepEqual(await finished(), ['finished', 4, 0]);
    });

    test('whose part waited for funds, and paid, and that is then cancelled', async () => {
      const { batchReference, finished } = await partReset();
      await stack.client.workflow.getHandle(topUpBatchWorkflowId(batchReference)).cancel();
      assert.deepEqual(await finished(), ['cancelled', 4, 0]);
    });
  });
});
