import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Stop } from '../../contract/stop.js';
import type { Stack } from '../../worker/local/stack.js';
import { requestNumber } from '../../workflows/mechanisms/request-number.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { forget, reset } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

describe('a journey that Temporal was told to cancel', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  const cancel = (workflowId: string) => stack.client.workflow.getHandle(workflowId).cancel();
  type View = Stop & { readonly status: string };
  const seen = <V extends View>(look: () => Promise<V>, isSeen: (view: V) => boolean) =>
    eventually(look, isSeen, 60_000);
  const isParked = ({ status }: View) => status === 'needs-attention';
  const isStopping = ({ stopRequestedAt }: View) => stopRequestedAt !== undefined;

  /** An authorised purchase that was begun again, as after Temporal's retention. */
  async function heldAgain(captureWithin: string, isVoided: boolean) {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '100000.00' });
    const partnerReferenceNo = `AUT-${randomUUID()}`;
    const amount = idr('50000.00');
    const input = { partnerReferenceNo, customerId, amount, title: 'Hotel', captureWithin };
    const { authorizedPurchase } = shop.journeys;
    await authorizedPurchase.authorize(input);
    const workflowId = `authorized-purchase/${partnerReferenceNo}`;
    if (isVoided) {
      await authorizedPurchase.void(partnerReferenceNo, { partnerVoidNo: `VOID-${randomUUID()}` });
      await authorizedPurchase.result(partnerReferenceNo);
    } else await stack.client.workflow.getHandle(workflowId).terminate('test');
    await forget(stack.client, workflowId);
    authorizedPurchase.authorize(input).catch(() => undefined);
    const status = () => authorizedPurchase.status(partnerReferenceNo);
    await eventually(
      () => status().catch(() => undefined),
      (view) => view?.status === 'needs-attention',
    );
    return { accountId, partnerReferenceNo, workflowId, status };
  }

  test('gives back what is held, though it waits for an operator at its limit', async () => {
    const { accountId, partnerReferenceNo, workflowId } = await heldAgain('2 seconds', false);
    await cancel(workflowId);
    const result = await shop.journeys.authorizedPurchase.result(partnerReferenceNo, {
      deadline: Date.now() + 60_000,
    });
    assert.deepEqual(
      [result.outcome, result.voided, result.reason, result.resolution],
      ['voided', '50000.00', 'cancelled in Temporal', undefined],
    );
    assert.equal(await shop.doku.balance(accountId), '100000.00');
  });

  test('tells so, and what comes of it, where an operator has to decide all the same', async () => {
    const { partnerReferenceNo, workflowId, status } = await heldAgain('1 hour', true);
    await cancel(workflowId);
    const view = await seen(status, isStopping);
    assert.equal(view.status, 'needs-attention');
    assert.match(view.stopMeans ?? '', /^an operator decides first; unless that ends it: nothing/);
    assert.match(view.attention?.known.at(-1)?.fact ?? '', /^asked to stop: an operator decides/);
    const events = await stack.client.workflow
      .getHandle(workflowId)
      .query<{ data: { status: string; stopRequestedAt?: string } }[]>('events');
    assert.deepEqual(
      events.map(({ data }) => [data.status, data.stopRequestedAt]),
      [
        ['needs-attention', undefined],
        ['needs-attention', view.stopRequestedAt],
      ],
    );
    await shop.journeys.authorizedPurchase.resolve(partnerReferenceNo, {
      decision: 'record-voided',
      operator: 'ani',
      note: 'seen',
    });
    assert.equal(
      (await shop.journeys.authorizedPurchase.result(partnerReferenceNo)).outcome,
      'voided',
    );
    assert.equal((await status()).stopRequestedAt, undefined);
  });

  test('stays as a finding that nobody has looked at, and says so', async () => {
    const partnerReferenceNo = `INV-${randomUUID()}`;
    const finding = await stack.client.workflow.start('finding', {
      workflowId: `finding/status/${partnerReferenceNo}`,
      taskQueue: 'doku-journeys',
      args: [{ kind: 'status', partnerReferenceNo, facts: ['here: paid'], check: 'Look.' }],
    });
    await seen(() => finding.query<View>('status'), isParked);
    await finding.cancel();
    const { status, stopMeans } = await seen(() => finding.query<View>('status'), isStopping);
    assert.equal(status, 'needs-attention');
    assert.match(stopMeans ?? '', /it goes on asking until somebody has looked$/);
    const words = { operator: 'ani', note: 'seen' };
    await finding.executeUpdate('resolve', { args: [{ decision: 'dismissed', ...words }] });
    assert.equal(((await finding.result()) as { outcome: string }).outcome, 'dismissed');
  });

  test('gives back what a forgotten life of it had held, though this one had sent nothing yet', async () => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '100000.00' });
    const partnerReferenceNo = `AUT-${randomUUID()}`;
    const amount = idr('50000.00');
    const input = { partnerReferenceNo, customerId, amount, title: 'Hotel' };
    const { authorizedPurchase } = shop.journeys;
    await authorizedPurchase.authorize(input);
    const workflowId = `authorized-purchase/${partnerReferenceNo}`;
    await stack.client.workflow.getHandle(workflowId).terminate('test');
    await forget(stack.client, workflowId);
    // Cancelled before a worker has seen it.
    const again = await stack.client.workflow.start('authorizedPurchase', {
      workflowId,
      taskQueue: 'doku-journeys',
      startDelay: '2 seconds',
      args: [input],
    });
    await again.cancel();
    const { outcome, voided } = await authorizedPurchase.result(partnerReferenceNo);
    assert.deepEqual([outcome, voided], ['voided', '50000.00']);
    assert.equal(await shop.doku.balance(accountId), '100000.00');
  });

  test('says that a forgotten life of a top-up has paid it, though this one had sent nothing yet', async () => {
    const { customerId } = await shop.boundCustomer({ balance: '0.00' });
    const partnerReferenceNo = `TOP-${randomUUID()}`;
    const input = { partnerReferenceNo, customerId, amount: idr('100.00') };
    const { topUp } = shop.journeys;
    await topUp.start(input);
    await topUp.result(partnerReferenceNo);
    const workflowId = `top-up/${partnerReferenceNo}`;
    await forget(stack.client, workflowId);
    const again = await stack.client.workflow.start('topUp', {
      workflowId,
      taskQueue: 'doku-journeys',
      startDelay: '2 seconds',
      args: [input],
    });
    await again.cancel();
    assert.equal((await topUp.result(partnerReferenceNo)).outcome, 'completed');
  });

  test('asks DOKU for nothing where it had not begun', async () => {
    const customerId = `early-${randomUUID()}`;
    const opening = await stack.client.workflow.start('openAccount', {
      workflowId: `account/${customerId}/open/open-1`,
      taskQueue: 'doku-journeys',
      startDelay: '2 seconds',
      args: [
        {
          customerId,
          reference: 'open-1',
          redirectUrl: 'https://merchant.example/account',
          customer: { name: 'Budi', phoneNo: '081255599999', email: 'budi@example.com' },
        },
      ],
    });
    await opening.cancel();
    assert.equal(((await opening.result()) as { outcome: string }).outcome, 'abandoned');
    const number = requestNumber({ journey: 'open', customerId, reference: 'open-1' }, 1);
    assert.deepEqual(await shop.doku.requests('accountCreation', number), []);
    await assert.rejects(shop.doku.otp('081255599999'));
  });

  test('ends at once as an opening for whose account nothing was asked yet', async () => {
    const account = await shop.boundCustomer();
    const key = { customerId: `second-${randomUUID()}`, reference: 'open-1' };
    const { openAccount } = shop.journeys;
    const redirectUrl = 'https://merchant.example/account';
    openAccount.start({ ...key, redirectUrl, accountId: account.accountId }).catch(() => undefined);
    await eventually(
      () => openAccount.status(key).catch(() => undefined),
      (view) => view?.status === 'needs-attention',
    );
    await cancel(`account/${key.customerId}/open/${key.reference}`);
    const result = await openAccount.result(key, { deadline: Date.now() + 60_000 });
    assert.deepEqual([result.outcome, result.resolution], ['abandoned', undefined]);
  });

  test('ends as a batch that asks whether its rows come in again', async () => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const batchReference = `batch-${randomUUID().slice(0, 8)}`;
    const row = { partnerReferenceNo: `TOP-${randomUUID()}`, customerId, amount: idr('100.00') };
    const { topUpBatch } = shop.journeys;
    await topUpBatch.start({ batchReference, rows: [row], receiveWithin: '1 second' });
    await topUpBatch.result(batchReference);
    const workflowId = `top-up-batch/${batchReference}`;
    await reset(stack.client, workflowId);
    await seen(() => topUpBatch.status(batchReference), isParked);
    await cancel(workflowId);
    const result = await topUpBatch.result(batchReference, { deadline: Date.now() + 60_000 });
    assert.deepEqual([result.outcome, result.counts.completed], ['cancelled', 1]);
    assert.equal(result.resolution, undefined);
    assert.equal(await shop.doku.balance(accountId), '100.00');
  });

  test('is never told as one to pay on from the moment that it knows', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    const { partnerReferenceNo } = order;
    const { purchase } = shop.journeys;
    await purchase.redirect(order);
    const slow = { operation: 'purchaseStatus', fault: 'slow', when: 'before' } as const;
    const match = { partnerReferenceNo };
    await shop.doku.fault({ ...slow, delayMs: 3_000, times: 5, match });
    await cancel(`purchase/${partnerReferenceNo}`);
    const { status, stopMeans } = await seen(
      () => purchase.status(partnerReferenceNo),
      (view) => isStopping(view) || view.status !== 'awaiting-payment',
    );
    assert.deepEqual(
      [status, stopMeans],
      ['reversing', 'it is cancelled, or given back where it was paid'],
    );
    await assert.rejects(purchase.redirect(order), /the purchase is reversing/);
    assert.equal((await purchase.result(partnerReferenceNo)).outcome, 'cancelled');
  });

  test('is never told as one that holds for captures, while one is under way', async () => {
    const { customerId } = await shop.boundCustomer({ balance: '100000.00' });
    const partnerReferenceNo = `AUT-${randomUUID()}`;
    const { authorizedPurchase } = shop.journeys;
    const amount = idr('50000.00');
    await authorizedPurchase.authorize({ partnerReferenceNo, customerId, amount, title: 'Hotel' });
    const slow = { operation: 'authCapture', fault: 'slow', when: 'after' } as const;
    await shop.doku.fault({ ...slow, delayMs: 4_000, match: { partnerReferenceNo } });
    const capture = (partnerCaptureNo: string) =>
      authorizedPurchase.capture(partnerReferenceNo, { partnerCaptureNo, amount: idr('100.00') });
    const first = capture(`CAP-${randomUUID()}`);
    await eventually(
      () => shop.doku.requests('authCapture', partnerReferenceNo),
      ({ length }) => length > 0,
    );
    await cancel(`authorized-purchase/${partnerReferenceNo}`);
    const view = await seen(
      () => authorizedPurchase.status(partnerReferenceNo),
      (now) => isStopping(now) || now.captureBy === undefined,
    );
    assert.equal(view.status, 'voiding');
    await assert.rejects(capture(`CAP-${randomUUID()}`), /it is voiding/);
    assert.equal((await first).outcome, 'captured');
    const { captured, voided } = await authorizedPurchase.result(partnerReferenceNo);
    assert.deepEqual([captured, voided], ['100.00', '49900.00']);
  });
});
