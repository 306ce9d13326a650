import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import {
  authorizedPurchaseWorkflowId,
  purchaseWorkflowId,
  topUpWorkflowId,
} from '../../contract/identity.js';
import { searchAttributes } from '../../contract/search-attributes.js';
import type { Stack } from '../../worker/local/stack.js';
import { Nobody } from '../setting/nobody.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { forget } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

/**
 * DOKU's history tells no movement of one authorisation from another's under the same number: each test has the request of
 * the second one lost before DOKU has it, and DOKU shows the first one's.
 */
describe('a number that another journey has is not sent again', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  let nobody: Nobody;
  before(async () => {
    const started = await startQuickStack();
    stack = started;
    shop = started.shop;
    nobody = new Nobody(stack);
  });
  after(() => stack?.stop());

  const held = async (customerId: string) => {
    const partnerReferenceNo = `AUT-${randomUUID()}`;
    const amount = idr('30000.00');
    await shop.journeys.authorizedPurchase.authorize({
      partnerReferenceNo,
      customerId,
      amount,
      title: 'Hotel',
    });
    return partnerReferenceNo;
  };
  const lost = (operation: string, partnerReferenceNo: string) =>
    shop.doku.fault({ operation, fault: 'drop', when: 'before', match: { partnerReferenceNo } });
  const stillHeld = async (partnerReferenceNo: string) => {
    const entries = await shop.doku.entries(partnerReferenceNo);
    assert.deepEqual(
      entries.map(({ type }) => type),
      ['authPayment'],
    );
    const { remaining } = await shop.journeys.authorizedPurchase.status(partnerReferenceNo);
    assert.equal(remaining, '30000.00');
  };
  const REFUSED = { outcome: 'rejected', refusal: 'number-used-otherwise', remaining: '30000.00' };

  test('another authorisation’s capture', async () => {
    const { customerId } = await shop.boundCustomer({ balance: '100000.00' });
    const [first, second] = [await held(customerId), await held(customerId)];
    const capture = { partnerCaptureNo: `CAP-${randomUUID()}`, amount: idr('12000.00') };
    const { authorizedPurchase } = shop.journeys;
    assert.equal((await authorizedPurchase.capture(first, capture)).outcome, 'captured');
    await lost('authCapture', second);
    const answer = await authorizedPurchase.capture(second, capture);
    assert.deepEqual(answer, { ...REFUSED, amount: '12000.00' });
    await stillHeld(second);
  });

  test('another authorisation’s void, and one that was only asked for', async () => {
    const { customerId } = await shop.boundCustomer({ balance: '100000.00' });
    const [first, second] = [await held(customerId), await held(customerId)];
    const back = { partnerVoidNo: `VOID-${randomUUID()}`, amount: idr('12000.00') };
    const { authorizedPurchase } = shop.journeys;
    const slow = { fault: 'slow', when: 'before', delayMs: 1_500 } as const;
    await shop.doku.fault({
      operation: 'authVoid',
      ...slow,
      match: { partnerReferenceNo: first },
    });
    const voided = authorizedPurchase.void(first, back);
    await eventually(
      () => shop.doku.requests('authVoid', first),
      ({ length }) => length > 0,
    );
    const answer = await authorizedPurchase.void(second, back);
    assert.deepEqual(answer, { ...REFUSED, amount: '12000.00' });
    assert.equal((await voided).outcome, 'voided');
    await stillHeld(second);
  });

  test('one that cannot be asked at the moment is waited for, not passed over', async () => {
    const { customerId } = await shop.boundCustomer({ balance: '100000.00' });
    const own = await held(customerId);
    const waiting = `AUT-${randomUUID()}`;
    // No worker takes it on yet, as where all are busy.
    const busy = await stack.client.workflow.start('authorizedPurchase', {
      workflowId: authorizedPurchaseWorkflowId(waiting),
      taskQueue: `busy-${randomUUID()}`,
      args: [{ partnerReferenceNo: waiting, customerId }],
      typedSearchAttributes: [{ key: searchAttributes.customerId, value: customerId }],
    });
    const query = `WorkflowId = '${busy.workflowId}' AND CustomerId = '${customerId}'`;
    await eventually(
      async () => (await stack.client.workflow.count(query)).count,
      (count) => count === 1,
    );
    const { authorizedPurchase } = shop.journeys;
    const capture = { partnerCaptureNo: `CAP-${randomUUID()}`, amount: idr('12000.00') };
    const captured = authorizedPurchase.capture(own, capture);
    const handle = stack.client.workflow.getHandle(authorizedPurchaseWorkflowId(own));
    await eventually(
      () => handle.query<string>('__temporal_workflow_metadata').then(JSON.stringify),
      (told) => told.includes('not told at the moment'),
    );
    assert.deepEqual(await shop.doku.requests('authCapture', own), []);
    // Nobody waits for one that has ended before it began.
    await busy.terminate('test');
    assert.equal((await captured).outcome, 'captured');
  });

  test('a purchase’s, by a capture and by an authorisation', async () => {
    const { customerId } = await shop.boundCustomer({ balance: '100000.00' });
    const order = shop.order(customerId, { amount: idr('12000.00') });
    await shop.paid(order);
    const { partnerReferenceNo } = order;
    const second = await held(customerId);
    await lost('authCapture', second);
    const capture = { partnerCaptureNo: partnerReferenceNo, amount: idr('12000.00') };
    const { authorizedPurchase } = shop.journeys;
    const answer = await authorizedPurchase.capture(second, capture);
    assert.deepEqual(answer, { ...REFUSED, amount: '12000.00' });
    await stillHeld(second);

    await lost('authPayment', partnerReferenceNo);
    const amount = idr('12000.00');
    const again = { partnerReferenceNo, customerId, amount, title: 'Hotel' };
    await assert.rejects(authorizedPurchase.authorize(again), { name: 'JourneyEndedError' });
    const { outcome, reason } = await authorizedPurchase.result(partnerReferenceNo);
    assert.deepEqual([outcome, reason], ['declined', 'number-used-otherwise']);
  });

  test('one that a purchase takes while it is in doubt is nobody’s proof', async () => {
    const { customerId } = await shop.boundCustomer({ balance: '100000.00' });
    const partnerReferenceNo = await held(customerId);
    const { authorizedPurchase } = shop.journeys;
    await lost('authCapture', partnerReferenceNo);
    const order = shop.order(customerId, { amount: idr('12000.00') });
    const partnerCaptureNo = order.partnerReferenceNo;
    const capture = { partnerCaptureNo, amount: idr('12000.00') };
    const captured = authorizedPurchase.capture(partnerReferenceNo, capture);
    await eventually(
      () => shop.doku.requests('authCapture', partnerReferenceNo),
      ({ length }) => length > 0,
    );
    await shop.paid(order);
    const { attention } = await eventually(
      () => authorizedPurchase.status(partnerReferenceNo),
      ({ status }) => status === 'needs-attention',
    );
    assert.match(attention?.reason ?? '', new RegExp(`that of purchase/${partnerCaptureNo}`));
    const undone = {
      decision: 'record-undone',
      operator: 'ani',
      note: 'the purchase’s',
      force: true,
    };
    await authorizedPurchase.resolve(partnerReferenceNo, undone);
    assert.equal((await captured).outcome, 'rejected');
    await stillHeld(partnerReferenceNo);
  });

  for (const whose of ['another customer', 'the same customer'])
    test(`a top-up of ${whose} is not what DOKU holds under its number`, async () => {
      const { customerId, accountId } = await shop.boundCustomer({ balance: '50000.00' });
      const partnerReferenceNo = await held(customerId);
      const theirs = whose === 'the same customer' ? { customerId } : await shop.boundCustomer();
      const topUp = { partnerReferenceNo, customerId: theirs.customerId, amount: idr('100.00') };
      await shop.journeys.topUp.start(topUp);
      await shop.journeys.topUp.result(partnerReferenceNo);
      const workflowId = authorizedPurchaseWorkflowId(partnerReferenceNo);
      await stack.client.workflow.getHandle(workflowId).terminate('test');
      await forget(stack.client, workflowId);
      const funds = { temperament: 'checksFirst', what: 'funds' } as const;
      const operation = 'authPayment';
      await shop.doku.temperament({ ...funds, operation, reference: partnerReferenceNo });
      const { authorizedPurchase } = shop.journeys;
      const amount = idr('30000.00');
      const again = { partnerReferenceNo, customerId, amount, title: 'Hotel' };
      const { remaining } = await authorizedPurchase.authorize(again);
      assert.equal(remaining, '30000.00');
      await stack.client.workflow.getHandle(workflowId).cancel();
      assert.equal((await authorizedPurchase.result(partnerReferenceNo)).outcome, 'voided');
      const credited = whose === 'the same customer' ? '50100.00' : '50000.00';
      assert.equal(await shop.doku.balance(accountId), credited);
    });

  test('nor does one of another customer keep a new authorisation from being held', async () => {
    const [theirs, own] = [
      await shop.boundCustomer(),
      await shop.boundCustomer({ balance: '60000.00' }),
    ];
    const partnerReferenceNo = `N-${randomUUID()}`;
    const number = { partnerReferenceNo, customerId: theirs.customerId };
    await shop.journeys.topUp.start({ ...number, amount: idr('100.00') });
    await shop.journeys.topUp.result(partnerReferenceNo);
    const amount = idr('30000.00');
    const hold = { partnerReferenceNo, customerId: own.customerId, amount, title: 'Hotel' };
    const { remaining } = await shop.journeys.authorizedPurchase.authorize(hold);
    assert.equal(remaining, '30000.00');
  });

  test('one whose journey somebody without a key has begun once more, as another customer’s', async () => {
    const { customerId } = await shop.boundCustomer({ balance: '60000.00' });
    const partnerReferenceNo = `N-${randomUUID()}`;
    const number = { partnerReferenceNo, customerId };
    await shop.journeys.topUp.start({ ...number, amount: idr('100.00') });
    await shop.journeys.topUp.result(partnerReferenceNo);
    const found = { CustomerId: `other-${randomUUID()}`, JourneyStatus: 'failed' };
    await nobody.begin(topUpWorkflowId(partnerReferenceNo), 'topUp', found);
    const { authorizedPurchase } = shop.journeys;
    const hold = { ...number, amount: idr('30000.00'), title: 'Hotel' };
    await assert.rejects(authorizedPurchase.authorize(hold), { name: 'JourneyEndedError' });
    const { reason } = await authorizedPurchase.result(partnerReferenceNo);
    assert.equal(reason, 'number-used-otherwise');
  });

  test('but one that only somebody without a key has begun is nobody’s', async () => {
    const { customerId } = await shop.boundCustomer({ balance: '60000.00' });
    const own = await held(customerId);
    const capture = { partnerCaptureNo: `CAP-${randomUUID()}`, amount: idr('12000.00') };
    const orderId = purchaseWorkflowId(capture.partnerCaptureNo);
    await nobody.begin(orderId, 'purchase', { CustomerId: customerId, JourneyStatus: 'paid' });
    const { outcome } = await shop.journeys.authorizedPurchase.capture(own, capture);
    assert.equal(outcome, 'captured');
  });

  test('one of an authorisation that many of nobody’s stand before', async () => {
    const { customerId } = await shop.boundCustomer({ balance: '100000.00' });
    const [first, second] = [await held(customerId), await held(customerId)];
    const capture = { partnerCaptureNo: `CAP-${randomUUID()}`, amount: idr('12000.00') };
    const { authorizedPurchase } = shop.journeys;
    assert.equal((await authorizedPurchase.capture(first, capture)).outcome, 'captured');
    const many = Array.from({ length: 25 }, () =>
      authorizedPurchaseWorkflowId(`AUT-${randomUUID()}`),
    );
    for (const workflowId of many)
      await nobody.begin(workflowId, 'authorizedPurchase', { CustomerId: customerId });
    const query = `WorkflowType = 'authorizedPurchase' AND CustomerId = '${customerId}'`;
    await eventually(
      async () => (await stack.client.workflow.count(query)).count,
      (count) => count === many.length + 2,
    );
    const answer = await authorizedPurchase.capture(second, capture);
    assert.deepEqual(answer, { ...REFUSED, amount: '12000.00' });
    await stillHeld(second);
  });

  test('one that DOKU has for somebody else, of whom nothing is known here any more', async () => {
    const [theirs, own] = [await shop.boundCustomer(), await shop.boundCustomer()];
    const partnerReferenceNo = await held(theirs.customerId);
    await forget(stack.client, authorizedPurchaseWorkflowId(partnerReferenceNo));
    const { authorizedPurchase } = shop.journeys;
    const input = { partnerReferenceNo, customerId: own.customerId, amount: idr('12000.00') };
    const asked = authorizedPurchase.authorize({ ...input, title: 'Hotel' });
    const isRefused = assert.rejects(asked, { name: 'JourneyEndedError' });
    const parked = await eventually(
      // It may not have begun yet.
      () => authorizedPurchase.status(partnerReferenceNo).catch(() => undefined),
      (view) => view?.status === 'needs-attention',
    );
    assert.match(parked?.attention?.reason ?? '', /could not be proven/);
    const sent = await shop.doku.requests('authPayment', partnerReferenceNo);
    assert.equal(sent.length, 3);
    const undone = { decision: 'record-undone', operator: 'ani', note: "another customer's" };
    await authorizedPurchase.resolve(partnerReferenceNo, undone);
    await isRefused;
  });
});
