import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { topUpWorkflowId } from '../../contract/identity.js';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

/** Longer than twice the quiet time of these journeys, with a call's time and the pauses before a send. */
const HIDDEN_MS = 14_000;
const PENDING_MS = 17_000;
/** Longer than the quiet time of these journeys, and shorter than a call's time and two of them. */
const UNSHOWN_MS = 4_000;
/** DOKU checks the merchant's balance before duplicates. */
const NO_FUNDS = { topUp: '4033814', purchaseRefund: '4035814' } as const;

/** Money rules 2, 3 and 10: DOKU said that it works on it, or showed it, and another of its replicas does not. */
describe('what DOKU has shown once is not sent again, however long it is not shown', {
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

  /** DOKU answers that it works on it, and would refuse a repeat for another reason. */
  const isWorkedOn = async (operation: keyof typeof NO_FUNDS, reference: string) => {
    const about = { operation, reference };
    await shop.doku.temperament({
      ...{ temperament: 'staysPending', ms: PENDING_MS, as: 'success', times: 1 },
      ...about,
    });
    await shop.doku.temperament({
      ...{ temperament: 'refuses', code: NO_FUNDS[operation], on: 'repeat' },
      ...about,
    });
  };

  /** It was asked about, and found pending; then nothing of it is shown for a while. */
  const hidden = async (
    operation: keyof typeof NO_FUNDS,
    reference: string,
    how: { temperament: 'showsStatus'; status: '07' } | { temperament: 'writesOddly' },
  ) => {
    const status = operation === 'topUp' ? 'topUpStatus' : 'purchaseStatus';
    await eventually(async () => {
      const [sent] = await shop.doku.requests(operation, reference);
      const asked = await shop.doku.requests(status, reference);
      return sent !== undefined && asked.some(({ seq }) => seq > sent.seq);
    }, Boolean);
    const about = { operation: status, reference };
    const odd = how.temperament === 'writesOddly' && { field: 'refundHistory', form: 'null' };
    const { id } = await shop.doku.temperament({ ...how, ...odd, ...about } as never);
    await setTimeout(HIDDEN_MS);
    await shop.doku.calm(id);
  };
  const sends = async (operation: keyof typeof NO_FUNDS, reference: string) =>
    (await shop.doku.requests(operation, reference)).length;
  const NOT_FOUND = { temperament: 'showsStatus', status: '07' } as const;

  test('a top-up', async () => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const partnerReferenceNo = `TOP-${randomUUID()}`;
    await isWorkedOn('topUp', partnerReferenceNo);
    const { topUp } = shop.journeys;
    await topUp.start({ partnerReferenceNo, customerId, amount: idr('5000.00') });
    const unhidden = hidden('topUp', partnerReferenceNo, NOT_FOUND);
    // News has it asked at once, in the place of the wait.
    for (let times = 0; times < 9; times++) {
      await setTimeout(1_500);
      await stack.client.workflow.getHandle(topUpWorkflowId(partnerReferenceNo)).signal('notified');
    }
    await unhidden;
    assert.equal((await topUp.result(partnerReferenceNo)).outcome, 'completed');
    assert.equal(await sends('topUp', partnerReferenceNo), 1);
    assert.equal(await shop.doku.balance(accountId), '5000.00');
  });

  test('nor is a top-up that DOKU says it works on, and does not show yet', async () => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const partnerReferenceNo = `TOP-${randomUUID()}`;
    await isWorkedOn('topUp', partnerReferenceNo);
    const about = { operation: 'topUpStatus', reference: partnerReferenceNo } as const;
    const { id } = await shop.doku.temperament({ ...NOT_FOUND, ...about });
    const { topUp } = shop.journeys;
    await topUp.start({ partnerReferenceNo, customerId, amount: idr('5000.00') });
    await eventually(() => sends('topUp', partnerReferenceNo), Boolean);
    await setTimeout(UNSHOWN_MS);
    await shop.doku.calm(id);
    assert.equal((await topUp.result(partnerReferenceNo)).outcome, 'completed');
    assert.equal(await sends('topUp', partnerReferenceNo), 1);
    assert.equal(await shop.doku.balance(accountId), '5000.00');
  });

  test('a row of a batch', async () => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const partnerReferenceNo = `ROW-${randomUUID()}`;
    const batchReference = `batch-${randomUUID().slice(0, 8)}`;
    await isWorkedOn('topUp', partnerReferenceNo);
    const { topUpBatch } = shop.journeys;
    const row = { partnerReferenceNo, customerId, amount: idr('5000.00') };
    await topUpBatch.start({ batchReference, rows: [row] });
    await hidden('topUp', partnerReferenceNo, NOT_FOUND);
    assert.equal((await topUpBatch.result(batchReference)).counts.completed, 1);
    assert.equal(await sends('topUp', partnerReferenceNo), 1);
    assert.equal(await shop.doku.balance(accountId), '5000.00');
  });

  test('a refund', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    const { partnerReferenceNo } = order;
    await shop.paid(order);
    await shop.journeys.purchase.result(partnerReferenceNo);
    await shop.doku.settle(partnerReferenceNo);
    const partnerRefundNo = `REF-${randomUUID()}`;
    await isWorkedOn('purchaseRefund', partnerReferenceNo);
    const { refund } = shop.journeys;
    const amount = idr('6000.00');
    const reason = 'damaged';
    await refund.start({ partnerReferenceNo, customerId, partnerRefundNo, amount, reason });
    await hidden('purchaseRefund', partnerReferenceNo, { temperament: 'writesOddly' });
    assert.equal((await refund.result(partnerRefundNo)).outcome, 'refunded');
    assert.equal(await sends('purchaseRefund', partnerReferenceNo), 1);
  });

  test('a refund that reverses a purchase', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '1 second' });
    const { partnerReferenceNo } = order;
    await isWorkedOn('purchaseRefund', partnerReferenceNo);
    await shop.journeys.purchase.redirect(order);
    await shop.doku.customer(partnerReferenceNo, 'pay');
    await shop.doku.settle(partnerReferenceNo);
    await shop.journeys.purchase.notified(partnerReferenceNo);
    await hidden('purchaseRefund', partnerReferenceNo, { temperament: 'writesOddly' });
    const { outcome } = await shop.journeys.purchase.result(partnerReferenceNo);
    assert.equal(outcome, 'refunded');
    assert.equal(await sends('purchaseRefund', partnerReferenceNo), 1);
  });
});
