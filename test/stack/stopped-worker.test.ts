import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ProcessSite } from '../setting/process-site.js';
import { eventually } from '../setting/shop.js';

describe('a worker that is told to stop', () => {
  let site: ProcessSite;
  before(async () => {
    site = await ProcessSite.start({ environment: { LOG_LEVEL: 'warn' } });
  });
  after(() => site?.stop());

  test('finishes the first task of a purchase, whose page still comes from its one request', async () => {
    const { worker: stopping, shop } = site;
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    const { partnerReferenceNo } = order;
    await shop.doku.fault({
      operation: 'purchase',
      fault: 'slow',
      when: 'after',
      delayMs: 4_000,
      match: { partnerReferenceNo },
    });
    const page = shop.journeys.purchase.redirect(order);
    await eventually(
      () => shop.doku.requests('purchase'),
      (arrived) => arrived.length > 0,
    );
    const ended = stopping.end('SIGTERM');
    site.startWorker();
    assert.ok((await page).webRedirectUrl);
    assert.equal(await ended, 0, stopping.output);
    await shop.doku.customer(partnerReferenceNo, 'pay');
    await shop.journeys.purchase.notified(partnerReferenceNo);
    const result = await shop.journeys.purchase.result(partnerReferenceNo);
    await shop.assertProven(result, '10000.00');
    const asked = await shop.doku.requests(undefined, partnerReferenceNo);
    assert.deepEqual(
      asked.map(({ operation }) => operation),
      ['purchase', 'purchaseStatus'],
    );
  });
});
