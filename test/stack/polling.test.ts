import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { PurchaseInput } from '../../client/index.js';
import { purchaseWorkflowId } from '../../contract/identity.js';
import { startDevServer } from '../../worker/local/dev-server.js';
import { type Merchant, openMerchant } from '../setting/merchant.js';
import { QUICK } from '../setting/quick-stack.js';
import { eventually, type Shop } from '../setting/shop.js';

/** Between two questions of a worker that is in no hurry: far longer than a worker takes to stop. */
const SELDOM_MS = 6_000;

describe('a purchase whose customer takes a while', { concurrency: true }, () => {
  let temporal: TestWorkflowEnvironment;
  const merchants: Merchant[] = [];
  before(async () => {
    temporal = await startDevServer();
  });
  after(async () => {
    await Promise.all(merchants.map((merchant) => merchant.stop()));
    await temporal?.teardown();
  });

  async function merchantWith(environment: Readonly<Record<string, string>>): Promise<Merchant> {
    const merchant = await openMerchant({
      temporal,
      taskQueue: `merchant-${randomUUID()}`,
      environment: { ...QUICK, ...environment },
    });
    merchants.push(merchant);
    return merchant;
  }

  const questions = async ({ doku }: Shop, { partnerReferenceNo }: PurchaseInput) =>
    (await doku.requests('purchaseStatus', partnerReferenceNo)).length;

  /** One that DOKU was asked about so often, to hear that it is open. */
  async function asked(shop: Shop, times: number): Promise<PurchaseInput> {
    const order = shop.order((await shop.boundCustomer()).customerId);
    await shop.journeys.purchase.redirect(order);
    await eventually(
      () => questions(shop, order),
      (seen) => seen >= times,
    );
    return order;
  }

  test('is asked about several times in one attempt', async () => {
    const { shop, client } = await merchantWith({});
    const order = await asked(shop, 5);
    await shop.doku.customer(order.partnerReferenceNo, 'pay');
    const result = await shop.journeys.purchase.result(order.partnerReferenceNo);
    await shop.assertProven(result, '10000.00');
    assert.ok((await questions(shop, order)) > 5);
    const { events } = await client.workflow
      .getHandle(purchaseWorkflowId(order.partnerReferenceNo))
      .fetchHistory();
    const attempts = (events ?? []).flatMap(
      ({ activityTaskStartedEventAttributes: started }) => started?.attempt ?? [],
    );
    // Purchase Web's, and the one that polls.
    assert.deepEqual(attempts, [1, 1]);
  });

  test('is undone in time where no further attempt would come in time', async () => {
    const { shop, client } = await merchantWith({
      POLL_FIRST_MS: String(SELDOM_MS),
      POLL_MOST_MS: String(SELDOM_MS),
      MAX_PAUSED_ACTIVITIES: '0',
    });
    const { customerId } = await shop.boundCustomer();
    // The first question comes after three seconds, and the next one would come after SELDOM_MS more.
    const order = shop.order(customerId, { payWithin: '6 seconds' });
    await shop.journeys.purchase.redirect(order);
    const result = await shop.journeys.purchase.result(order.partnerReferenceNo);
    await shop.assertProven(result, '0.00');
    assert.equal(result.reason, 'pay-within-elapsed');
    const asked = await questions(shop, order);
    assert.ok(asked <= 3, `asked ${asked} times: by polling, at the end, and after the cancel`);
    const { events } = await client.workflow
      .getHandle(purchaseWorkflowId(order.partnerReferenceNo))
      .fetchHistory();
    const at = (one: (event: NonNullable<typeof events>[number]) => unknown) =>
      Number(events?.find(one)?.eventTime?.seconds) * 1_000;
    const began = at(() => true);
    const undone = at(
      ({ activityTaskScheduledEventAttributes: scheduled }) =>
        scheduled?.activityType?.name === 'cancelPurchase',
    );
    assert.ok(undone - began >= 5_000, `undone ${undone - began} ms after its start`);
  });

  test('is not asked about again once news has proven its end', async () => {
    const { shop } = await merchantWith({
      POLL_FIRST_MS: String(SELDOM_MS),
      POLL_MOST_MS: String(SELDOM_MS),
    });
    const order = await asked(shop, 1);
    await shop.doku.customer(order.partnerReferenceNo, 'pay');
    await shop.journeys.purchase.notified(order.partnerReferenceNo);
    await shop.journeys.purchase.result(order.partnerReferenceNo);
    const told = await questions(shop, order);
    // The pause that the news has ended would be over.
    await setTimeout(1.3 * SELDOM_MS);
    assert.equal(await questions(shop, order), told);
  });

  test('does not keep a worker that is told to stop', async () => {
    const merchant = await merchantWith({
      POLL_FIRST_MS: String(SELDOM_MS),
      POLL_MOST_MS: String(SELDOM_MS),
      SHUTDOWN_GRACE_MS: '600000',
    });
    const order = await asked(merchant.shop, 1);
    await merchant.renewWorker();
    assert.equal(await questions(merchant.shop, order), 1, 'the worker stayed for a question more');
    await eventually(
      () => questions(merchant.shop, order),
      (seen) => seen === 2,
    );
  });
});
