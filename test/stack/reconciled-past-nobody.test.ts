import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { msToTs } from '@temporalio/common/lib/time.js';
import { raiseFinding } from '../../activities/journeys/findings.js';
import {
  findingWorkflowId,
  purchaseWorkflowId,
  recheckWorkflowId,
} from '../../contract/identity.js';
import { notificationWork } from '../../worker/doors/notifications/work.js';
import type { Stack } from '../../worker/local/stack.js';
import { createWorker } from '../../worker/temporal/worker.js';
import { startGatewayDoor } from '../setting/gateway-door.js';
import { Nobody } from '../setting/nobody.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { eventually, idr, Shop } from '../setting/shop.js';
import { SignedCaller } from '../setting/signed-caller.js';

const OURS = 'doku-journeys';
const NOBODYS = 'nobodys';
const ALLOW_DUPLICATE = 1;

/** Whatever hangs does so for ever. */
const within = (seconds: number) => ({ deadline: Date.now() + seconds * 1_000 });

/** Money rule 13: who reaches Temporal without a key can begin any ID, with any search attributes, and ends nothing by it. */
describe('what does not add up is found', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  before(async () => {
    const started = await startQuickStack({ RECONCILIATION_CALLS_A_SECOND: '500' });
    stack = started;
    shop = started.shop;
  });
  after(() => stack?.stop());

  const keyword = (value: string) => ({
    metadata: { encoding: Buffer.from('json/plain'), type: Buffer.from('Keyword') },
    data: Buffer.from(JSON.stringify(value)),
  });
  /** One start, of somebody without a key. */
  const begun = (
    workflowId: string,
    type: string,
    found: Readonly<Record<string, string>>,
    more: object = {},
  ) =>
    stack.client.workflowService.startWorkflowExecution({
      ...{ namespace: 'default', workflowId, requestId: randomUUID() },
      workflowType: { name: type },
      taskQueue: { name: NOBODYS },
      workflowIdReusePolicy: ALLOW_DUPLICATE,
      searchAttributes: {
        indexedFields: Object.fromEntries(
          Object.entries(found).map(([name, value]) => [name, keyword(value)]),
        ),
      },
      ...more,
    });
  const byHand = async () =>
    new SignedCaller(stack.sandbox).signIn((await shop.doku.account({ bound: true })).authCode);
  async function paidOrder(customerId: string) {
    const order = shop.order(customerId);
    await shop.paid(order);
    await shop.journeys.purchase.result(order.partnerReferenceNo);
    return order.partnerReferenceNo;
  }
  const cancelledByHand = async (originalPartnerReferenceNo: string) =>
    (await byHand()).call('b2b/v1.0/debit/cancel', {
      originalPartnerReferenceNo,
      reason: 'by hand',
    });
  async function reconciled({ journeys }: Shop, from: Date) {
    const period = { from, to: new Date() };
    await journeys.reconciliation.start(period);
    return journeys.reconciliation.result(period, within(150));
  }
  const anHourAgo = () => new Date(Date.now() - 3_600_000);
  const queueOf = async (workflowId: string) =>
    (await stack.client.workflow.getHandle(workflowId).describe()).taskQueue;

  test('whatever anybody has begun once more, and calls a journey of the customer', async () => {
    const { customerId, accountId } = await shop.boundCustomer();
    const [cancelled, delayed, refunded] = [
      await paidOrder(customerId),
      await paidOrder(customerId),
      await paidOrder(customerId),
    ];
    await cancelledByHand(cancelled);
    await cancelledByHand(delayed);
    await shop.doku.settle(refunded);
    const [lost, back] = [`LOST-${accountId}`, `BACK-${accountId}`];
    const caller = await byHand();
    const amount = idr('100.00');
    await caller.call('b2b/v1.0/emoney/topup', {
      ...{ partnerReferenceNo: lost, customerNumber: accountId, amount },
    });
    await caller.call('b2b/v1.0/debit/refund', {
      ...{ originalPartnerReferenceNo: refunded, partnerRefundNo: back },
      ...{ refundAmount: amount, reason: 'by hand' },
    });
    const of = (PartnerReferenceNo: string) => ({ CustomerId: customerId, PartnerReferenceNo });
    await begun(purchaseWorkflowId(cancelled), 'purchase', of(cancelled));
    // On the workers' own queue, by what the first run was begun with, and never handed to any of them.
    const [first] = await new Nobody(stack).eventsOf(purchaseWorkflowId(delayed));
    const { input } = first?.workflowExecutionStartedEventAttributes ?? {};
    await begun(purchaseWorkflowId(delayed), 'purchase', of(delayed), {
      ...{ taskQueue: { name: OURS }, workflowStartDelay: msToTs('1 day') },
      ...(input && { input }),
    });
    await begun(`x/${lost}`, 'topUp', of(lost));
    await begun(`top-up/${lost}`, 'topUp', of(lost));
    await begun(`refund/${back}`, 'refund', of(refunded));
    await begun(`authorized-purchase/${back}-A`, 'authorizedPurchase', of(`${back}-A`));
    // What would hold the mismatch itself.
    await begun(findingWorkflowId('status', cancelled), 'finding', of(cancelled));
    await begun(recheckWorkflowId(purchaseWorkflowId(cancelled)), 'recheck', of(cancelled));
    await pause(2_000);
    const { outcome, mismatches, odd } = await reconciled(shop, anHourAgo());
    assert.equal(outcome, 'finished');
    const found = mismatches.filter((mismatch) => mismatch.customerId === customerId);
    assert.deepEqual(
      found.map(({ kind, partnerReferenceNo }) => `${kind} ${partnerReferenceNo}`).sort(),
      [
        `missing-here ${back}`,
        `missing-here ${lost}`,
        `missing-here ${refunded}`,
        `status ${cancelled}`,
        `status ${delayed}`,
      ].sort(),
    );
    assert.ok(odd?.includes(purchaseWorkflowId(cancelled)), 'it is named');
    assert.equal(await queueOf(findingWorkflowId('status', cancelled)), OURS);
    assert.equal(await queueOf(recheckWorkflowId(purchaseWorkflowId(cancelled))), OURS);
  });

  test('by news, too, of an order that anybody has begun once more', async () => {
    const { customerId } = await shop.boundCustomer();
    const number = await paidOrder(customerId);
    await begun(purchaseWorkflowId(number), 'purchase', { CustomerId: customerId });
    const act = notificationWork(stack.client, OURS);
    const about = { partnerReferenceNo: number, latestTransactionStatus: '05' };
    assert.equal(await act({ ...about, delivery: '1', digest: randomUUID() }), 'looked-at-again');
    const stray = `STRAY-${randomUUID()}`;
    await begun(purchaseWorkflowId(stray), 'purchase', { CustomerId: customerId });
    const news = { partnerReferenceNo: stray, latestTransactionStatus: '00' };
    assert.equal(await act({ ...news, delivery: '2', digest: randomUUID() }), 'raised');
  });

  test('by the reconciliation of its own task queue, which no other one holds up', async () => {
    const { configuration, dataConverter, logger, temporal } = stack;
    const worker = await createWorker({
      connection: temporal.nativeConnection,
      namespace: 'default',
      configuration: { ...configuration, DOKU_TASK_QUEUE: 'rehearsal' },
      dataConverter,
      logger,
    });
    const running = worker.run();
    const rehearsal = new Shop(stack.client, stack.sandbox.url, 'rehearsal');
    const { customerId } = await shop.boundCustomer();
    const from = new Date();
    const number = await paidOrder(customerId);
    await cancelledByHand(number);
    await pause(2_000);
    const theirs = await reconciled(rehearsal, from);
    worker.shutdown();
    await running;
    assert.equal(theirs.counts.checked, 0);
    assert.deepEqual(theirs.mismatches, []);
    const { mismatches } = await reconciled(shop, from);
    assert.ok(
      mismatches.some(({ partnerReferenceNo }) => partnerReferenceNo === number),
      'it is found by the queue that it stands on',
    );
    assert.equal(await queueOf(findingWorkflowId('status', number)), OURS);
  });

  test('and only that is listed as found', async () => {
    const number = `REAL-${randomUUID()}`;
    const about = { kind: 'status' as const, facts: ['here: paid'], check: 'Look.' };
    await raiseFinding(stack.client, OURS, { ...about, partnerReferenceNo: number });
    const order = 'finding/refund Rp 500.000 to DANA/ask Pak Budi';
    await begun(order, 'finding', { CustomerId: 'sari@mail.example' });
    const later = { taskQueue: { name: OURS }, workflowStartDelay: msToTs('1 day') };
    for (let nth = 0; nth < 600; nth += 50)
      await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          begun(`finding/amount/${number}-${nth + index}`, 'finding', {}, later),
        ),
      );
    const door = await startGatewayDoor(stack.client);
    try {
      type Page = {
        readonly findings: { partnerReferenceNo: string }[];
        readonly next?: string;
        readonly unread: number;
      };
      const all: string[] = [];
      await eventually(
        async () => {
          all.length = 0;
          let after = '';
          let unread = 0;
          do {
            const { status, body } = await door.ask<Page>('GET', `/v1/findings?${after}`);
            assert.equal(status, 200);
            all.push(...body.findings.map(({ partnerReferenceNo }) => partnerReferenceNo));
            unread += body.unread;
            after = body.next === undefined ? '' : `after=${body.next}`;
          } while (after !== '');
          return unread;
        },
        (unread) => unread >= 600 && all.includes(number),
      );
      assert.ok(
        !all.some((each) => each.startsWith(`${number}-`) || /Budi/.test(each)),
        'no other',
      );
    } finally {
      await door.close();
    }
  });
});
