import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { forget } from '../setting/resets.js';
import {
  refundOf,
  settledPurchase,
  leavesOut as statusLeavesOut,
} from '../setting/settled-purchase.js';
import { eventually, type Shop } from '../setting/shop.js';

const OPERATOR = { operator: 'ani', note: 'looked up' };
/** Less than the quiet time, and more than a few questions in a row take. */
const SOME_SECONDS_MS = 4_500;

/** Money rules 2, 3 and 10: what contradicts DOKU's own word of before has to last. */
describe('a refund of which DOKU says now the one, now the other', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack({
      ...{ ABSENT_AFTER: '6 seconds', TRANSFER_ABSENT_AFTER: '6 seconds' },
    });
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  const paid = (isSettled = true) => settledPurchase(shop, { isSettled });
  const leavesOut = (field: string, reference: string, more: { forMs?: number } = {}) =>
    statusLeavesOut(shop, field, reference, more);
  const shows = (
    status: string,
    reference: string,
    more: { forMs?: number; times?: number } = {},
  ) =>
    shop.doku.temperament({
      ...{ temperament: 'showsStatus', status },
      ...{ operation: 'purchaseStatus', reference, ...more },
    });
  const staysPending = (reference: string, ms: number, as: 'success' | 'failed' = 'success') =>
    shop.doku.temperament({
      ...{ temperament: 'staysPending', ms, as, times: 1 },
      ...{ operation: 'purchaseRefund', reference },
    });
  const sends = (no: string) => shop.doku.requests('purchaseRefund', no);
  const isWaitedFor = (partnerRefundNo: string) =>
    eventually(
      async () => {
        const { raw } = await stack.client.workflow
          .getHandle(`refund/${partnerRefundNo}`)
          .describe();
        return (raw.pendingActivities ?? []).map(({ activityType }) => activityType?.name);
      },
      (names) => names.includes('awaitRefundEnd'),
    );
  /** History tells neither by number nor by its list which refund it was. */
  const isSilentInHistory = async (reference: string, accountId: string) => {
    const refusal = { temperament: 'refuses', code: '4041301', when: 'before' } as const;
    await shop.doku.temperament({ ...refusal, operation: 'historyDetail', reference });
    const silence = { temperament: 'lags', of: 'historyList', ms: 120_000 } as const;
    await shop.doku.temperament({ ...silence, accountId });
  };

  for (const status of ['04', '05', '06'])
    test(`is not sent again once it was shown, though the status says ${status} without it`, async () => {
      const purchase = await paid();
      const { accountId, partnerReferenceNo } = purchase;
      const input = refundOf(purchase, '4000.00');
      await staysPending(partnerReferenceNo, 20_000);
      await isSilentInHistory(input.partnerRefundNo, accountId);
      await shop.journeys.refund.start(input);
      await isWaitedFor(input.partnerRefundNo);
      await leavesOut('refundHistory', partnerReferenceNo, { forMs: 16_000 });
      await shows(status, partnerReferenceNo, { forMs: 16_000 });
      assert.equal((await shop.journeys.refund.result(input.partnerRefundNo)).outcome, 'refunded');
      assert.equal((await sends(partnerReferenceNo)).length, 1);
    });

  test('of the whole is not told as made by a replica that was wrong for some seconds', async () => {
    const purchase = await paid();
    const { accountId, partnerReferenceNo } = purchase;
    const input = refundOf(purchase, '10000.00');
    await staysPending(partnerReferenceNo, 20_000, 'failed');
    await isSilentInHistory(input.partnerRefundNo, accountId);
    await shop.journeys.refund.start(input);
    await isWaitedFor(input.partnerRefundNo);
    await leavesOut('refundHistory', partnerReferenceNo, { forMs: 16_000 });
    await shows('05', partnerReferenceNo, { times: 3 });
    const { outcome, refusal } = await shop.journeys.refund.result(input.partnerRefundNo);
    assert.deepEqual([outcome, refusal], ['rejected', 'failed']);
  });

  for (const [what, stale] of [
    ['a replica that is wrong for some seconds', { forMs: SOME_SECONDS_MS }],
    ['three stale answers', { times: 3 }],
  ] as const)
    test(`is not ended by ${what} while settlement is waited for`, async () => {
      const purchase = await paid(false);
      const { partnerReferenceNo } = purchase;
      const input = refundOf(purchase, '4000.00');
      const { refund } = shop.journeys;
      await refund.start(input);
      await eventually(
        () => refund.status(input.partnerRefundNo),
        (view) => view.status === 'awaiting-settlement',
      );
      const operation = 'purchaseStatus';
      const asked = (await shop.doku.requests(operation, partnerReferenceNo)).length;
      await shows('05', partnerReferenceNo, stale);
      await eventually(
        () => shop.doku.requests(operation, partnerReferenceNo),
        ({ length }) => length > asked,
      );
      await shop.doku.settle(partnerReferenceNo);
      assert.equal((await refund.result(input.partnerRefundNo)).outcome, 'refunded');
    });

  test('goes by its history where nobody knows the purchase’s status', async () => {
    const purchase = await paid();
    const { partnerReferenceNo } = purchase;
    const input = refundOf(purchase, '4000.00');
    await leavesOut('refundHistory', partnerReferenceNo);
    await shop.journeys.refund.start(input);
    await eventually(
      () => sends(partnerReferenceNo),
      ({ length }) => length > 0,
    );
    await shows('99', partnerReferenceNo);
    const { attention, result } = await eventually(
      () => shop.journeys.refund.status(input.partnerRefundNo),
      (view) => view.attention !== undefined || view.result !== undefined,
    );
    assert.deepEqual([attention?.reason, result?.outcome], [undefined, 'refunded']);
  });

  test('is held by its history against an operator’s word', async () => {
    const { customerId, accountId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '1 second' });
    const { partnerReferenceNo } = order;
    const { purchase } = shop.journeys;
    await leavesOut('refundHistory', partnerReferenceNo);
    await staysPending(partnerReferenceNo, 6_000);
    // It tells nothing until an operator is asked.
    const silence = { temperament: 'lags', ms: 120_000, accountId } as const;
    const list = await shop.doku.temperament({ ...silence, of: 'historyList' });
    const detail = await shop.doku.temperament({ ...silence, of: 'historyDetail' });
    await purchase.redirect(order);
    await shop.doku.customer(partnerReferenceNo, 'pay');
    await shop.doku.settle(partnerReferenceNo);
    await purchase.notified(partnerReferenceNo);
    await eventually(
      () => sends(partnerReferenceNo),
      ({ length }) => length > 0,
    );
    const unknown = await shows('99', partnerReferenceNo);
    await eventually(
      () => purchase.status(partnerReferenceNo),
      ({ attention }) => attention !== undefined,
    );
    // It may go on showing as paid what went back.
    await shows('00', partnerReferenceNo);
    for (const { id } of [unknown, list, detail]) await shop.doku.calm(id);
    await eventually(
      () => shop.ledgerOf(partnerReferenceNo),
      ({ net }) => net === 0,
    );
    const word = { decision: 'record-paid', ...OPERATOR };
    await assert.rejects(purchase.resolve(partnerReferenceNo, word), /given all of it back/);
    await purchase.resolve(partnerReferenceNo, { decision: 'ask-again', ...OPERATOR });
    const { outcome } = await purchase.result(partnerReferenceNo);
    assert.equal(outcome, 'refunded');
  });

  for (const field of ['refundHistory', 'refundHistory.0.partnerRefundNo'])
    for (const how of ['', ' and cancelled at once', ' and cancelled as it asks'])
      test(`forgotten, begun again${how}, is found without ${field}`, async () => {
        const purchase = await paid();
        const { partnerReferenceNo } = purchase;
        const input = refundOf(purchase, '4000.00');
        const { refund } = shop.journeys;
        await refund.start(input);
        await refund.result(input.partnerRefundNo);
        const workflowId = `refund/${input.partnerRefundNo}`;
        await forget(stack.client, workflowId);
        await leavesOut(field, partnerReferenceNo);
        await refund.start(input);
        const handle = stack.client.workflow.getHandle(workflowId);
        if (how.endsWith('asks'))
          await eventually(
            async () => (await handle.fetchHistory()).events ?? [],
            (events) =>
              events.some(
                ({ activityTaskScheduledEventAttributes: begun }) =>
                  begun?.activityType?.name === 'queryPurchase',
              ),
          );
        if (how) await handle.cancel();
        const { outcome, by } = await refund.result(input.partnerRefundNo);
        assert.deepEqual([outcome, by], ['refunded', 'refund']);
        assert.equal((await sends(partnerReferenceNo)).length, 1);
      });
});
