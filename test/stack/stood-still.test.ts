import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { purchaseWorkflowId } from '../../contract/identity.js';
import { ProcessSite } from '../setting/process-site.js';
import { QUICK } from '../setting/quick-stack.js';
import { eventually } from '../setting/shop.js';

describe('the time of an order stands still', () => {
  let site: ProcessSite;
  before(async () => {
    site = await ProcessSite.start({ environment: QUICK });
  });
  after(() => site?.stop());

  const statusOf = (number: string) => site.shop.journeys.purchase.status(number);
  const isWaiting = ({ status }: { status: string }) => status === 'awaiting-acknowledgement';

  /** Its page is with the customer. */
  async function openOrder(acknowledgeWithin: string) {
    const { shop } = site;
    const { customerId } = await shop.boundCustomer({ balance: '100000.00' });
    const order = { ...shop.order(customerId), acknowledgeWithin };
    await shop.journeys.purchase.redirect(order);
    return order.partnerReferenceNo;
  }

  /** Its page is paid, and the journey has learned of it. */
  async function paidOrder(acknowledgeWithin: string) {
    const number = await openOrder(acknowledgeWithin);
    await site.shop.doku.customer(number, 'pay');
    await eventually(() => statusOf(number), isWaiting);
    return number;
  }

  test('while a killed worker is replaced, which is no restored database: the merchant is heard, and silence a time-out', async () => {
    const { purchase } = site.shop.journeys;
    const silent = await paidOrder('45 seconds');
    const delivered = await paidOrder('45 seconds');
    await site.worker.end('SIGKILL');
    await setTimeout(11_000);
    site.startWorker();
    await eventually(() => statusOf(silent), isWaiting);
    const asked = await site.shop.doku.requests('purchaseStatus', delivered);
    await purchase.acknowledge(delivered);
    assert.equal((await purchase.result(delivered)).outcome, 'paid');
    assert.deepEqual(await site.shop.doku.requests('purchaseStatus', delivered), asked);
    const { attention, result } = await eventually(
      () => statusOf(silent),
      ({ result, attention }) => Boolean(result ?? attention),
    );
    assert.equal(attention, undefined);
    assert.equal(result?.reason, 'acknowledge-within-elapsed');
  });

  test('in a restored database: an order that was acknowledged meanwhile is given back by no cancel', async () => {
    const { purchase } = site.shop.journeys;
    const byBackend = await paidOrder('3 minutes');
    const inTemporal = await paidOrder('3 minutes');
    const unpaid = await openOrder('3 minutes');
    const paidAfter = await openOrder('3 minutes');
    await site.backUp();
    for (const number of [byBackend, inTemporal]) {
      await purchase.acknowledge(number);
      assert.equal((await purchase.result(number)).outcome, 'paid');
    }
    await setTimeout(36_000);
    await site.restore();
    const cancelled = purchase.cancel(byBackend, 'sold out').catch((error) => error);
    await site.client.workflow.getHandle(purchaseWorkflowId(inTemporal)).cancel();
    site.startWorker();
    assert.equal((await purchase.cancel(unpaid, 'sold out')).outcome, 'cancelled');
    await site.shop.doku.customer(paidAfter, 'pay');
    const { outcome, reason } = await purchase.cancel(paidAfter, 'sold out');
    assert.deepEqual([outcome, reason], ['cancelled', 'cancel-requested']);
    for (const number of [byBackend, inTemporal]) {
      const { attention } = await eventually(
        () => statusOf(number),
        ({ result, attention }) => Boolean(result ?? attention),
      );
      assert.match(attention?.reason ?? '', /nothing was recorded here from .*restored/);
      const paid = { decision: 'record-paid', operator: 'ani', note: 'delivered' };
      await purchase.resolve(number, paid);
      await site.shop.assertProven(await purchase.result(number), '10000.00');
      assert.deepEqual(await site.shop.doku.requests('purchaseCancel', number), []);
    }
    await cancelled;
  });
});
