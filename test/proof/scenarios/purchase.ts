import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { PurchaseInput } from '../../../client/index.js';
import type { OperationName } from '../../../sandbox/doku/faults.js';
import { idr, type Shop } from '../../setting/shop.js';
import type { Claim } from '../claims.js';
import type { Plant, Scenario } from '../scenario.js';
import { until } from '../until.js';

type Customer = Awaited<ReturnType<Shop['boundCustomer']>>;

/** A purchase from its start to its end. `pay` is what happens before anything breaks, `drive` what then does. */
const purchase = (
  call: OperationName,
  outcome: string,
  overrides: Partial<PurchaseInput>,
  drive: (shop: Shop, order: PurchaseInput, plant: Plant) => Promise<void>,
  pay?: (shop: Shop, order: PurchaseInput) => Promise<void>,
): Scenario => ({
  journey: 'purchase',
  call,
  expected: [outcome],
  prepare: async (shop) => {
    const { customerId, accountId } = await shop.boundCustomer();
    const order = shop.order(customerId, overrides);
    await pay?.(shop, order);
    return {
      accountId,
      run: async (plant) => {
        await drive(shop, order, plant);
        const result = await shop.journeys.purchase.result(order.partnerReferenceNo);
        return [{ journey: 'purchase', accountId, amount: order.amount.value, result }];
      },
    };
  },
});

async function untilPaid(shop: Shop, { partnerReferenceNo }: PurchaseInput): Promise<void> {
  await until(
    () => shop.journeys.purchase.status(partnerReferenceNo),
    ({ status }) => status === 'awaiting-acknowledgement',
  );
}

const acknowledged = (call: OperationName): Scenario =>
  purchase(call, 'paid', { acknowledgeWithin: '1 hour' }, async (shop, order, plant) => {
    await plant(order.partnerReferenceNo);
    await shop.paid(order);
    await untilPaid(shop, order);
    await shop.journeys.purchase.acknowledge(order.partnerReferenceNo);
  });

/** The merchant takes back what the customer has paid; the breakdown waits for it there. */
export const takenBack = (call: OperationName): Scenario =>
  purchase(
    call,
    'cancelled',
    { acknowledgeWithin: '1 hour' },
    async (shop, order, plant) => {
      await plant(order.partnerReferenceNo);
      // Its answer comes once the reversal is proven, and may be lost with a server; the result is not.
      shop.journeys.purchase.cancel(order.partnerReferenceNo, 'sold out').catch(() => {});
    },
    async (shop, order) => {
      await shop.paid(order);
      await untilPaid(shop, order);
    },
  );

/**
 * The order is started again once Temporal's retention has forgotten it: its payment is found in the customer's history, or
 * in that of another customer, whose payment is not the order's.
 */
const startedAgain = (call: OperationName, isAnothers: boolean): Scenario => ({
  journey: 'purchase',
  call,
  expected: [isAnothers ? 'declined' : 'paid'],
  onlyFaults: true,
  prepare: async (shop) => {
    const { purchase: purchases } = shop.journeys;
    const first = await shop.boundCustomer();
    const order = shop.order(first.customerId);
    const { partnerReferenceNo, amount } = order;
    await shop.paid(order);
    await purchases.result(partnerReferenceNo);
    await shop.forget(partnerReferenceNo);
    const { customerId, accountId } = isAnothers ? await shop.boundCustomer() : first;
    return {
      accountId,
      run: async (plant) => {
        await plant(call === 'historyList' ? accountId : partnerReferenceNo);
        await purchases.start({ ...order, customerId });
        if (isAnothers) await saidToBeAnothers(shop, partnerReferenceNo);
        const result = await purchases.result(partnerReferenceNo);
        return [{ journey: 'purchase', accountId, amount: amount.value, result }];
      },
    };
  },
});

async function saidToBeAnothers(shop: Shop, partnerReferenceNo: string): Promise<void> {
  const { purchase: purchases } = shop.journeys;
  await until(
    () => purchases.status(partnerReferenceNo),
    ({ status }) => status === 'needs-attention',
  );
  const note = 'paid by another customer';
  await purchases.resolve(partnerReferenceNo, {
    decision: 'record-cancelled',
    operator: 'sari',
    note,
  });
}

const purchases: readonly Scenario[] = [
  startedAgain('historyDetail', false),
  startedAgain('historyList', true),
  acknowledged('purchase'),
  acknowledged('purchaseStatus'),
  // The merchant's silence: the payment comes back by itself.
  purchase(
    'purchaseCancel',
    'cancelled',
    { acknowledgeWithin: '1 second' },
    async (shop, order, plant) => {
      await plant(order.partnerReferenceNo);
      await shop.paid(order);
    },
  ),
  // The same after it has settled.
  purchase(
    'purchaseRefund',
    'refunded',
    { acknowledgeWithin: '2 seconds' },
    async (shop, order, plant) => {
      await plant(order.partnerReferenceNo);
      await shop.journeys.purchase.redirect(order);
      await shop.doku.customer(order.partnerReferenceNo, 'pay');
      await shop.doku.settle(order.partnerReferenceNo);
      await shop.journeys.purchase.notified(order.partnerReferenceNo);
    },
  ),
  // The customer pays while a cancel is on its way.
  purchase('purchaseCancel', 'cancelled', {}, async (shop, order, plant) => {
    const { partnerReferenceNo } = order;
    await plant(partnerReferenceNo);
    await shop.journeys.purchase.redirect(order);
    const cancelled = shop.journeys.purchase.cancel(partnerReferenceNo, 'order withdrawn');
    // Once the journey has asked what became of its cancel, so that only asking again can tell.
    await until(
      () => shop.doku.requests(undefined, partnerReferenceNo),
      (own) => {
        const cancel = own.findIndex(({ operation }) => operation === 'purchaseCancel');
        return own.some(
          ({ operation }, index) => operation === 'purchaseStatus' && cancel >= 0 && index > cancel,
        );
      },
    );
    await shop.doku.customer(partnerReferenceNo, 'pay');
    await cancelled;
  }),
];

async function paidPurchase(shop: Shop): Promise<Customer & { partnerReferenceNo: string }> {
  const customer = await shop.boundCustomer();
  const order = shop.order(customer.customerId);
  await shop.paid(order);
  const { outcome } = await shop.journeys.purchase.result(order.partnerReferenceNo);
  assert.equal(outcome, 'paid');
  return { ...customer, partnerReferenceNo: order.partnerReferenceNo };
}

export const refunds = (
  call: OperationName,
  values: readonly string[],
  settles: boolean,
): Scenario => ({
  journey: 'refund',
  call,
  // Of several refunds of the whole, one is too many.
  expected: ['refunded', ...(values.length > 1 ? ['rejected'] : [])],
  prepare: async (shop) => {
    const { customerId, accountId, partnerReferenceNo } = await paidPurchase(shop);
    if (settles) await shop.doku.settle(partnerReferenceNo);
    const inputs = values.map((value) => ({
      partnerRefundNo: `REF-${randomUUID()}`,
      partnerReferenceNo,
      customerId,
      amount: idr(value),
      reason: 'returned',
    }));
    return {
      accountId,
      run: async (plant) => {
        await plant(partnerReferenceNo, inputs.length);
        await Promise.all(inputs.map((input) => shop.journeys.refund.start(input)));
        return Promise.all(
          inputs.map(async ({ partnerRefundNo, amount }): Promise<Claim> => {
            const result = await shop.journeys.refund.result(partnerRefundNo);
            return { journey: 'refund', accountId, amount: amount.value, result };
          }),
        );
      },
    };
  },
});

export const purchaseScenarios: readonly Scenario[] = [
  ...purchases,
  refunds('purchaseStatus', ['10000.00'], false),
  refunds('purchaseCancel', ['10000.00'], false),
  refunds('purchaseCancel', ['10000.00', '10000.00'], false),
  refunds('purchaseRefund', ['10000.00'], true),
  refunds('purchaseRefund', ['6000.00', '6000.00'], true),
];
