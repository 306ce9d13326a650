import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import proto from '@temporalio/proto';
import type { Stack } from '../../worker/local/stack.js';
import { requestNumber } from '../../workflows/mechanisms/request-number.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { eventually, idr, type Shop } from '../setting/shop.js';
import { COSTS, type Cost } from './costs.js';

/** A journey that has ended. */
interface Driven {
  readonly workflowIds: readonly string[];
  /** Of its calls to DOKU. */
  readonly references: readonly string[];
  /** Calls under these references that an earlier journey made. */
  readonly earlierCalls?: number;
}

/** Drives one journey to its end. */
type Drive = (shop: Shop) => Promise<Driven>;

const DRIVES: Readonly<Record<string, Drive>> = {
  'purchase, notified': async (shop) => {
    const { partnerReferenceNo } = await paid(shop);
    return purchaseOf(partnerReferenceNo);
  },
  // However often it polls: an attempt leaves no event.
  'purchase, found by polling': async (shop) => {
    const order = shop.order((await shop.boundCustomer()).customerId);
    await shop.journeys.purchase.redirect(order);
    await shop.doku.customer(order.partnerReferenceNo, 'pay');
    await shop.journeys.purchase.result(order.partnerReferenceNo);
    return purchaseOf(order.partnerReferenceNo);
  },
  'purchase, acknowledged': async (shop) => {
    const order = shop.order((await shop.boundCustomer()).customerId, {
      acknowledgeWithin: '1 hour',
    });
    await shop.paid(order);
    await eventually(
      () => shop.journeys.purchase.status(order.partnerReferenceNo),
      ({ status }) => status === 'awaiting-acknowledgement',
    );
    await shop.journeys.purchase.acknowledge(order.partnerReferenceNo);
    return purchaseOf(order.partnerReferenceNo);
  },
  'purchase, cancelled on silence': async (shop) => {
    const order = shop.order((await shop.boundCustomer()).customerId, {
      acknowledgeWithin: '1 second',
    });
    await shop.paid(order);
    await shop.journeys.purchase.result(order.partnerReferenceNo);
    return purchaseOf(order.partnerReferenceNo);
  },
  'purchase, refunded, settled': async (shop) => {
    const order = shop.order((await shop.boundCustomer()).customerId, {
      acknowledgeWithin: '1 second',
    });
    await shop.journeys.purchase.redirect(order);
    await shop.doku.customer(order.partnerReferenceNo, 'pay');
    await shop.doku.settle(order.partnerReferenceNo);
    await shop.journeys.purchase.notified(order.partnerReferenceNo);
    await shop.journeys.purchase.result(order.partnerReferenceNo);
    return purchaseOf(order.partnerReferenceNo);
  },
  'refund, by cancel': (shop) => refunded(shop, false),
  'refund, once settled': (shop) => refunded(shop, true),
  topUp: async (shop) => {
    const { customerId } = await shop.boundCustomer();
    const partnerReferenceNo = `TOP-${randomUUID()}`;
    await shop.journeys.topUp.start({ partnerReferenceNo, customerId, amount: idr('15000.00') });
    await shop.journeys.topUp.result(partnerReferenceNo);
    return { workflowIds: [`top-up/${partnerReferenceNo}`], references: [partnerReferenceNo] };
  },
  bankTransfer: async (shop) => {
    const { customerId } = await shop.boundCustomer();
    const partnerReferenceNo = `TRF-${randomUUID()}`;
    const { bankTransfer } = shop.journeys;
    const { beneficiaryAccountName } = await bankTransfer.beneficiary({
      partnerReferenceNo,
      customerId,
      amount: idr('25000.00'),
      beneficiaryAccountNumber: '8377388292',
      beneficiaryBankCode: '014',
    });
    await bankTransfer.confirm(partnerReferenceNo, beneficiaryAccountName);
    await bankTransfer.result(partnerReferenceNo);
    return { workflowIds: [`transfer/${partnerReferenceNo}`], references: [partnerReferenceNo] };
  },
  'authorizedPurchase, captured': async (shop) => {
    const { customerId } = await shop.boundCustomer();
    const partnerReferenceNo = `AUT-${randomUUID()}`;
    const partnerCaptureNo = `CAP-${randomUUID()}`;
    const { authorizedPurchase } = shop.journeys;
    await authorizedPurchase.authorize({
      partnerReferenceNo,
      customerId,
      amount: idr('50000.00'),
      title: 'Hotel',
      captureWithin: '10 minutes',
    });
    await authorizedPurchase.capture(partnerReferenceNo, {
      partnerCaptureNo,
      amount: idr('50000.00'),
    });
    await authorizedPurchase.result(partnerReferenceNo);
    return {
      workflowIds: [`authorized-purchase/${partnerReferenceNo}`],
      references: [partnerReferenceNo, partnerCaptureNo],
    };
  },
  closeAccount: async (shop) => {
    const { customerId, phoneNo, accountId } = await shop.boundCustomer();
    const key = { customerId, reference: `close-${randomUUID().slice(0, 8)}` };
    const { closeAccount } = shop.journeys;
    await closeAccount.start(key);
    await eventually(
      () => closeAccount.status(key),
      ({ next }) => next.show === 'enter-otp',
    );
    await closeAccount.submitOtp(key, await shop.doku.otp(phoneNo));
    await closeAccount.result(key);
    return {
      workflowIds: [`account/${customerId}/close/${key.reference}`],
      references: [requestNumber({ journey: 'close', ...key }, 1), accountId],
    };
  },
};

// A batch tells its progress as it comes, so its figures depend on time: the bench measures it.
describe('what each journey costs', () => {
  let stack: Stack & { shop: Shop };
  before(async () => {
    stack = await startQuickStack({ POLL_FIRST_MS: '100', POLL_MOST_MS: '100' });
    // The first journey of a worker asks for the merchant's token; that is not the journey's.
    await paid(stack.shop);
  });
  after(() => stack.stop());

  test('is in the table', () => assert.deepEqual(Object.keys(DRIVES), Object.keys(COSTS)));

  for (const [name, drive] of Object.entries(DRIVES)) {
    test(name, async (context) => {
      const seen = await costOf(stack, await drive(stack.shop));
      context.diagnostic(`${name}: ${Object.values(seen).join(', ')}`);
      assertCost(seen, COSTS[name] as Cost);
    });
  }
});

/** Answers that arrive together share a workflow task, so how many there are is the one figure that time decides. */
function assertCost(seen: Cost, expected: Cost): void {
  const exact = ({ eventsBetween, activities, localActivities, calls }: Cost) => ({
    eventsBetween,
    activities,
    localActivities,
    calls,
  });
  assert.deepEqual(exact(seen), exact(expected));
  assertNear(seen.workflowTasks, expected.workflowTasks, Math.max(1, expected.workflowTasks * 0.2));
  assertNear(seen.payloadBytes, expected.payloadBytes, expected.payloadBytes * 0.03);
}

function assertNear(seen: number, expected: number, slack: number): void {
  assert.ok(Math.abs(seen - expected) <= slack, `${seen}, not about ${expected}`);
}

async function costOf(
  { client, shop }: Stack & { shop: Shop },
  { workflowIds, references, earlierCalls = 0 }: Driven,
): Promise<Cost> {
  const histories = await Promise.all(
    workflowIds.map((workflowId) => client.workflow.getHandle(workflowId).fetchHistory()),
  );
  const events = histories.flatMap((history) => history.events ?? []);
  const count = (attributes: keyof (typeof events)[number]) =>
    events.filter((event) => event[attributes]).length;
  const eventsOfTasks = events.filter(
    (event) =>
      event.workflowTaskScheduledEventAttributes ??
      event.workflowTaskStartedEventAttributes ??
      event.workflowTaskCompletedEventAttributes,
  );
  const isLocal = (event: (typeof events)[number]) =>
    event.markerRecordedEventAttributes?.markerName === 'core_local_activity';
  return {
    eventsBetween: events.length - eventsOfTasks.length,
    workflowTasks: count('workflowTaskCompletedEventAttributes'),
    activities: count('activityTaskScheduledEventAttributes'),
    localActivities: events.filter(isLocal).length,
    calls: (await callsUnder(shop, references)) - earlierCalls,
    payloadBytes: events.reduce((sum, event) => sum + payloadBytesIn(event), 0),
  };
}

async function callsUnder(shop: Shop, references: readonly string[]): Promise<number> {
  const requests = await shop.doku.requests();
  return requests.filter(
    ({ partnerReferenceNo, operation }) =>
      !operation.startsWith('token') && references.includes(partnerReferenceNo ?? ''),
  ).length;
}

/** Data and metadata of every payload, wherever in the event it stands. */
function payloadBytesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return 0;
  const isPayload = 'metadata' in value && 'data' in value && value.data instanceof Uint8Array;
  if (isPayload)
    return proto.temporal.api.common.v1.Payload.encode(value as object).finish().length;
  return Object.values(value).reduce<number>((sum, inner) => sum + payloadBytesIn(inner), 0);
}

const purchaseOf = (partnerReferenceNo: string) => ({
  workflowIds: [`purchase/${partnerReferenceNo}`],
  references: [partnerReferenceNo],
});

async function paid(shop: Shop) {
  const { customerId } = await shop.boundCustomer();
  const order = shop.order(customerId);
  await shop.paid(order);
  await shop.journeys.purchase.result(order.partnerReferenceNo);
  return order;
}

async function refunded(shop: Shop, isSettled: boolean) {
  const { partnerReferenceNo, customerId, amount } = await paid(shop);
  if (isSettled) await shop.doku.settle(partnerReferenceNo);
  const earlierCalls = await callsUnder(shop, [partnerReferenceNo]);
  const partnerRefundNo = `REF-${randomUUID()}`;
  const input = { partnerRefundNo, partnerReferenceNo, customerId, amount, reason: 'returned' };
  await shop.journeys.refund.start(input);
  await shop.journeys.refund.result(partnerRefundNo);
  return {
    workflowIds: [`refund/${partnerRefundNo}`],
    references: [partnerReferenceNo],
    earlierCalls,
  };
}
