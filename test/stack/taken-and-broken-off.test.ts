import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { AbortedError, DeadlineExceededError } from '../../client/index.js';
import { purchaseWorkflowId } from '../../contract/identity.js';
import type { Stack } from '../../worker/local/stack.js';
import { startGatewayDoor } from '../setting/gateway-door.js';
import { heldPurchase } from '../setting/held-purchase.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { reset } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

describe('a call that its run has taken, and that a reset breaks off', {
  concurrency: true,
}, () => {
  let stack: Stack;
  let shop: Shop;
  let door: Awaited<ReturnType<typeof startGatewayDoor>>;
  before(async () => {
    const started = await startQuickStack({ ABSENT_AFTER: '2 seconds' });
    stack = started;
    shop = started.shop;
    door = await startGatewayDoor(stack.client);
  });
  after(async () => {
    await door?.close();
    await stack?.stop();
  });

  /** DOKU does it, and says so so late that the run is reset meanwhile. */
  const slowly = (operation: 'authCapture' | 'authVoid', partnerReferenceNo: string) =>
    shop.doku.fault({
      ...{ operation, fault: 'slow', when: 'after', delayMs: 2_500, times: 1 },
      match: { partnerReferenceNo },
    });
  const sent = (operation: 'authCapture' | 'authVoid', partnerReferenceNo: string) =>
    eventually(
      () => shop.doku.requests(operation, partnerReferenceNo),
      ({ length }) => length > 0,
    );
  const moved = async (partnerReferenceNo: string) =>
    (await shop.doku.entries(partnerReferenceNo)).map(({ type }) => type);

  for (const isTold of [true, false]) {
    const ofReset = `by a run that Temporal ${isTold ? 'tells' : 'does not tell'} of it`;

    for (const operation of ['authCapture', 'authVoid'] as const)
      test(`is answered as DOKU has it, ${operation} ${ofReset}`, async () => {
        const held = await heldPurchase(shop);
        await slowly(operation, held.partnerReferenceNo);
        const asked = operation === 'authCapture' ? held.capture : held.voided;
        const answer = asked('20000.00');
        await sent(operation, held.partnerReferenceNo);
        await reset(stack.client, held.workflowId, { isTold });
        const { amount, remaining } = await answer;
        assert.deepEqual([amount, remaining], ['20000.00', '30000.00']);
        assert.deepEqual(await moved(held.partnerReferenceNo), ['authPayment', operation]);
      });

    test(`is answered so over HTTP ${ofReset}`, async () => {
      const { partnerReferenceNo, workflowId } = await heldPurchase(shop);
      await slowly('authCapture', partnerReferenceNo);
      const body = { partnerCaptureNo: `CAP-${randomUUID()}`, amount: idr('20000.00') };
      const path = `/v1/authorized-purchases/${partnerReferenceNo}/capture`;
      const answer = door.ask('POST', path, { body });
      await sent('authCapture', partnerReferenceNo);
      await reset(stack.client, workflowId, { isTold });
      const said = await answer;
      assert.deepEqual([said.status, said.body.remaining], [200, '30000.00']);
    });

    test(`is heard once the question is asked again, a decision ${ofReset}`, async () => {
      const { purchase } = shop.journeys;
      const { customerId } = await shop.boundCustomer();
      const order = shop.order(customerId, { acknowledgeWithin: '2 seconds' });
      const { partnerReferenceNo } = order;
      await shop.paid(order);
      const workflowId = purchaseWorkflowId(partnerReferenceNo);
      const whenStatus = (status: string) =>
        eventually(
          () => purchase.status(partnerReferenceNo),
          (view) => view.status === status,
        );
      await whenStatus('awaiting-acknowledgement');
      await reset(stack.client, workflowId);
      await whenStatus('needs-attention');
      const statuses = () => shop.doku.requests('purchaseStatus', partnerReferenceNo);
      const asked = (await statuses()).length;
      await shop.doku.fault({
        ...{ operation: 'purchaseStatus', fault: 'slow', when: 'before', delayMs: 2_500, times: 1 },
        match: { partnerReferenceNo },
      });
      const resolution = { decision: 'record-paid', operator: 'ani', note: 'seen' };
      const decided = purchase.resolve(partnerReferenceNo, resolution);
      await eventually(statuses, ({ length }) => length > asked);
      await reset(stack.client, workflowId, { isTold });
      await decided;
      assert.equal((await purchase.result(partnerReferenceNo)).outcome, 'paid');
    });
  }

  test('is not refused either where it is asked anew, while the next run has yet to learn of it', async () => {
    const { partnerReferenceNo, workflowId } = await heldPurchase(shop);
    await slowly('authCapture', partnerReferenceNo);
    const capture = { partnerCaptureNo: `CAP-${randomUUID()}`, amount: idr('20000.00') };
    const { authorizedPurchase } = shop.journeys;
    const lost = new AbortController();
    const first = authorizedPurchase.capture(partnerReferenceNo, capture, { signal: lost.signal });
    const ended = assert.rejects(first, AbortedError);
    await sent('authCapture', partnerReferenceNo);
    lost.abort();
    await ended;
    await reset(stack.client, workflowId);
    const { remaining } = await authorizedPurchase.capture(partnerReferenceNo, capture);
    assert.equal(remaining, '30000.00');
    assert.deepEqual(await moved(partnerReferenceNo), ['authPayment', 'authCapture']);
  });

  test('is not told as refused where its time ends first', async () => {
    const { input, workflowId, ...held } = await heldPurchase(shop);
    const { partnerReferenceNo } = held;
    await slowly('authCapture', partnerReferenceNo);
    const capture = { partnerCaptureNo: `CAP-${randomUUID()}`, amount: idr('20000.00') };
    const { authorizedPurchase } = shop.journeys;
    const answer = authorizedPurchase.capture(partnerReferenceNo, capture, {
      deadline: Date.now() + 8_000,
    });
    const refused = assert.rejects(
      answer,
      (error) => error instanceof DeadlineExceededError && error.isWorthAgain,
    );
    await sent('authCapture', partnerReferenceNo);
    // The next run is not done with its first question before.
    await shop.doku.fault({
      ...{ operation: 'authPayment', fault: 'hang', when: 'before', times: 1 },
      match: { partnerReferenceNo },
    });
    await shop.doku.fault({
      ...{ operation: 'historyDetail', fault: 'slow', when: 'before', delayMs: 9_000, times: 2 },
      match: { partnerReferenceNo },
    });
    await reset(stack.client, workflowId);
    await refused;
    assert.equal(
      (await authorizedPurchase.capture(partnerReferenceNo, capture)).outcome,
      'captured',
    );
    assert.deepEqual(await moved(partnerReferenceNo), ['authPayment', 'authCapture']);
  });
});
