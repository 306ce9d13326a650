import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { NotNowError } from '../../client/index.js';
import { authorizedPurchaseWorkflowId } from '../../contract/identity.js';
import { ProcessSite } from '../setting/process-site.js';
import { QUICK } from '../setting/quick-stack.js';
import { eventually, idr } from '../setting/shop.js';

const DECIDED = { operator: 'ani', note: 'looked up' };

describe('a restored database has forgotten what its journeys were told since', () => {
  let site: ProcessSite;
  before(async () => {
    site = await ProcessSite.start({ environment: QUICK });
  });
  after(() => site?.stop());

  /** Its page is paid, and the journey has learned of it. */
  async function paidOrder(acknowledgeWithin: string) {
    const { shop } = site;
    const { customerId, accountId } = await shop.boundCustomer({ balance: '100000.00' });
    const order = { ...shop.order(customerId), acknowledgeWithin };
    const { partnerReferenceNo } = order;
    const { purchase } = shop.journeys;
    await purchase.start(order);
    await purchase.redirect(order);
    await shop.doku.customer(partnerReferenceNo, 'pay');
    await eventually(
      () => purchase.status(partnerReferenceNo),
      ({ status }) => status === 'awaiting-acknowledgement',
    );
    return { order, accountId };
  }

  /** Who comes while DOKU is being asked is neither sent away nor forgotten. */
  async function acknowledgedInDoubt(partnerReferenceNo: string) {
    const { purchase } = site.shop.journeys;
    await eventually(
      () => purchase.status(partnerReferenceNo),
      ({ status }) => status === 'in-doubt',
    );
    await purchase.acknowledge(partnerReferenceNo);
    const { outcome, reason } = await purchase.result(partnerReferenceNo);
    assert.deepEqual([outcome, reason], ['paid', 'merchant-acknowledged']);
  }

  async function heldAmount() {
    const { shop } = site;
    const { customerId } = await shop.boundCustomer({ balance: '100000.00' });
    const partnerReferenceNo = `AUT-${randomUUID()}`;
    const amount = idr('50000.00');
    const input = { partnerReferenceNo, customerId, amount, title: 'Hotel' };
    await shop.journeys.authorizedPurchase.authorize({ ...input, captureWithin: '1 minute' });
    return partnerReferenceNo;
  }

  test('an order that was acknowledged meanwhile is not reversed, nor a hold that was captured told as given back', async () => {
    const { purchase, authorizedPurchase } = site.shop.journeys;
    const { order, accountId } = await paidOrder('90 seconds');
    const { partnerReferenceNo } = order;
    const held = await heldAmount();
    // Its time will be over just as the workers are back.
    const soon = await paidOrder('40 seconds');
    const orders = [partnerReferenceNo, soon.order.partnerReferenceNo];
    const silent = await paidOrder('4 seconds');
    const late = await paidOrder('45 seconds');
    const partly = await heldAmount();
    const ended = await heldAmount();
    await site.backUp();
    for (const number of orders) {
      await purchase.acknowledge(number);
      assert.equal((await purchase.result(number)).outcome, 'paid');
    }
    const capture = { partnerCaptureNo: `CAP-${randomUUID()}`, amount: idr('50000.00') };
    assert.equal((await authorizedPurchase.capture(held, capture)).outcome, 'captured');
    const part = { partnerCaptureNo: `CAP-${randomUUID()}`, amount: idr('20000.00') };
    assert.equal((await authorizedPurchase.capture(partly, part)).outcome, 'captured');
    await authorizedPurchase.capture(ended, { ...part, partnerCaptureNo: `CAP-${randomUUID()}` });
    await site.client.workflow.getHandle(authorizedPurchaseWorkflowId(ended)).cancel();
    assert.equal((await authorizedPurchase.result(ended)).voided, '30000.00');
    const reversed = silent.order.partnerReferenceNo;
    assert.equal((await purchase.result(reversed)).outcome, 'cancelled');
    // Longer than a worker's death may hold it up.
    await setTimeout(36_000);
    await site.restore();
    const acknowledged = Promise.allSettled([purchase.acknowledge(reversed)]);
    site.startWorker();
    await acknowledgedInDoubt(late.order.partnerReferenceNo);
    const [refused] = await acknowledged;
    assert.equal(refused.status, 'rejected', 'nobody is told that what has gone back is theirs');
    assert.equal((await purchase.result(reversed)).outcome, 'cancelled');
    const { attention } = await eventually(
      () => authorizedPurchase.status(held),
      ({ status }) => status === 'needs-attention',
    );
    assert.match(attention?.reason ?? '', /refuses to give the rest back/);
    await assert.rejects(
      authorizedPurchase.resolve(held, { decision: 'record-voided', ...DECIDED }),
      (error) => error instanceof NotNowError && /captures leave it/.test(error.message),
    );
    await authorizedPurchase.resolve(held, { decision: 'record-captured', ...DECIDED });
    const { outcome, unaccounted } = await authorizedPurchase.result(held);
    assert.deepEqual([outcome, unaccounted], ['captured', '50000.00']);

    const rest = await authorizedPurchase.result(partly);
    assert.deepEqual([rest.voided, rest.unaccounted], ['30000.00', '20000.00']);
    // The life before gave its rest back under the very number, and less than this one believes to remain.
    const lost = await authorizedPurchase.result(ended);
    assert.deepEqual([lost.voided, lost.unaccounted], ['30000.00', '20000.00']);

    for (const number of orders) {
      const { attention } = await eventually(
        () => purchase.status(number),
        ({ status }) => status === 'needs-attention',
      );
      assert.match(attention?.reason ?? '', /nothing was recorded here from/);
      await purchase.resolve(number, { decision: 'record-paid', ...DECIDED });
      assert.equal((await purchase.result(number)).outcome, 'paid');
      assert.deepEqual(await site.shop.doku.requests('purchaseCancel', number), []);
    }
    assert.equal(await site.shop.doku.balance(accountId), '90000.00');
  });
});
