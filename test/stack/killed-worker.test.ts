import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { PurchaseInput, PurchaseResult } from '../../client/index.js';
import { ProcessSite } from '../setting/process-site.js';
import { eventually, type Shop } from '../setting/shop.js';

const CALLS = ['purchase', 'purchaseStatus', 'purchaseCancel', 'purchaseRefund'] as const;
type Call = (typeof CALLS)[number];
const EXPECTED: Readonly<Record<Call, PurchaseResult['outcome']>> = {
  purchase: 'paid',
  purchaseStatus: 'paid',
  purchaseCancel: 'cancelled',
  purchaseRefund: 'refunded',
};

describe('a worker killed in the middle of any call of a purchase', { concurrency: true }, () => {
  let site: ProcessSite;
  let shop: Shop;

  before(async () => {
    site = await ProcessSite.start({ environment: { POLL_FIRST_MS: '500', LOG_LEVEL: 'warn' } });
    shop = site.shop;
  });
  after(() => site?.stop());

  test('leaves every purchase proven once another one is there', async () => {
    const points = CALLS.flatMap((call) =>
      (['before', 'after'] as const).map((when) => ({ call, when })),
    );
    const stuck = await Promise.all(points.map(({ call, when }) => purchaseStuckIn(call, when)));
    await site.renewWorker();
    const results = await Promise.all(stuck.map(finish));
    for (const [index, result] of results.entries()) {
      const point = points[index];
      assert.equal(result.outcome, point && EXPECTED[point.call], JSON.stringify(point));
      await shop.assertProven(result, '10000.00');
      if (point?.call === 'purchase') await assertAskedFirst(result);
    }
    assert.equal(await site.worker.end('SIGTERM'), 0, site.worker.output);
  });

  /** Fails if the worker that came after the lost one sent the request again before it asked what became of it. */
  async function assertAskedFirst({ partnerReferenceNo }: PurchaseResult): Promise<void> {
    const requests = await shop.doku.requests(undefined, partnerReferenceNo);
    const [first, second] = requests.map(({ operation }) => operation);
    assert.deepEqual([first, second], ['purchase', 'purchaseStatus']);
  }

  /** A purchase whose worker waits for DOKU's answer to one call, which has or has not had its effect. */
  async function purchaseStuckIn(
    call: Call,
    when: 'before' | 'after',
  ): Promise<PurchaseInput & { call: Call }> {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId, { acknowledgeWithin: '1 hour' });
    const { partnerReferenceNo } = order;
    const hang = () =>
      shop.doku.fault({ operation: call, fault: 'hang', when, match: { partnerReferenceNo } });
    if (call === 'purchase') {
      await hang();
      await shop.journeys.purchase.start(order);
    } else {
      if (call === 'purchaseStatus') await hang();
      await shop.paid(order);
      if (call !== 'purchaseStatus') await reversing(order, call, hang);
    }
    await eventually(
      () => shop.doku.requests(call),
      (arrived) =>
        arrived.some(
          (request) =>
            request.partnerReferenceNo === partnerReferenceNo && request.verdict === 'fault',
        ),
    );
    return { ...order, call };
  }

  async function reversing(
    { partnerReferenceNo }: PurchaseInput,
    call: Call,
    hang: () => Promise<unknown>,
  ): Promise<void> {
    await eventually(
      () => shop.journeys.purchase.status(partnerReferenceNo),
      ({ status }) => status === 'awaiting-acknowledgement',
    );
    if (call === 'purchaseRefund') await shop.doku.settle(partnerReferenceNo);
    await hang();
    // Its answer comes once the reversal is proven, by the other worker.
    shop.journeys.purchase.cancel(partnerReferenceNo, 'test').catch(() => {});
  }

  async function finish(order: PurchaseInput & { call: Call }): Promise<PurchaseResult> {
    const { partnerReferenceNo, call } = order;
    const { purchase } = shop.journeys;
    if (call === 'purchase') {
      const { call: _call, ...input } = order;
      await shop.paid(input);
    }
    if (call === 'purchase' || call === 'purchaseStatus') {
      await untilAcknowledgeable(partnerReferenceNo);
      await purchase.acknowledge(partnerReferenceNo);
    }
    return purchase.result(partnerReferenceNo);
  }

  /** A lost worker is noticed after 20 s, so this may take longer than a look usually does. */
  async function untilAcknowledgeable(partnerReferenceNo: string): Promise<void> {
    for (;;) {
      const { status } = await shop.journeys.purchase.status(partnerReferenceNo);
      if (status === 'awaiting-acknowledgement') return;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
});
