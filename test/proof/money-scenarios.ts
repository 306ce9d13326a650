import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { PurchaseInput } from '../../client/index.js';
import type { OperationName } from '../../sandbox/faults.js';
import { idr, type Shop } from '../shop.js';
import type { Claim } from './claims.js';
import type { Plant, Scenario } from './scenario.js';
import { until } from './until.js';

type Customer = Awaited<ReturnType<Shop['boundCustomer']>>;

/** A purchase from its start to its end; `drive` is what happens once it is paid. */
const purchase = (
  call: OperationName,
  outcome: string,
  overrides: Partial<PurchaseInput>,
  drive: (shop: Shop, order: PurchaseInput, plant: Plant) => Promise<void>,
): Scenario => ({
  journey: 'purchase',
  call,
  expected: [outcome],
  prepare: async (shop) => {
    const { customerId, accountId } = await shop.boundCustomer();
    const order = shop.order(customerId, overrides);
    return {
      run: async (plant) => {
        await drive(shop, order, plant);
        const result = await shop.journeys.purchase.result(order.partnerReferenceNo);
        return [{ journey: 'purchase', accountId, amount: order.amount.value, result }];
      },
    };
  },
});

async function acknowledged(shop: Shop, { partnerReferenceNo }: PurchaseInput): Promise<void> {
  const { purchase: purchases } = shop.journeys;
  await until(
    () => purchases.status(partnerReferenceNo),
    ({ status }) => status === 'awaiting-acknowledgement',
  );
  await purchases.acknowledge(partnerReferenceNo);
}

const purchases: readonly Scenario[] = [
  purchase('purchase', 'paid', { acknowledgeWithin: '1 hour' }, async (shop, order, plant) => {
    await plant(order.partnerReferenceNo);
    await shop.paid(order);
    await acknowledged(shop, order);
  }),
  purchase(
    'purchaseStatus',
    'paid',
    { acknowledgeWithin: '1 hour' },
    async (shop, order, plant) => {
      await plant(order.partnerReferenceNo);
      await shop.paid(order);
      await acknowledged(shop, order);
    },
  ),
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
  purchase('purchaseCancel', 'cancelled', { payWithin: '1 second' }, async (shop, order, plant) => {
    const { partnerReferenceNo } = order;
    await plant(partnerReferenceNo);
    await shop.journeys.purchase.redirect(order);
    // Once the journey has asked what became of its cancel, so that only asking again can tell.
    await until(
      () => shop.doku.requests(),
      (requests) => {
        const own = requests.filter((one) => one.partnerReferenceNo === partnerReferenceNo);
        const cancel = own.findIndex(({ operation }) => operation === 'purchaseCancel');
        return own.some(
          ({ operation }, index) => operation === 'purchaseStatus' && cancel >= 0 && index > cancel,
        );
      },
    );
    await shop.doku.customer(partnerReferenceNo, 'pay');
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

const refunds = (call: OperationName, values: readonly string[], settles: boolean): Scenario => ({
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

const topUp = (call: OperationName): Scenario => ({
  journey: 'topUp',
  call,
  expected: ['completed'],
  prepare: async (shop) => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
    const partnerReferenceNo = `TOP-${randomUUID()}`;
    return {
      run: async (plant) => {
        await plant(partnerReferenceNo);
        await shop.journeys.topUp.start({
          partnerReferenceNo,
          customerId,
          amount: idr('15000.00'),
        });
        const result = await shop.journeys.topUp.result(partnerReferenceNo);
        return [{ journey: 'topUp', accountId, amount: '15000.00', result }];
      },
    };
  },
});

const bankTransfer = (call: OperationName): Scenario => ({
  journey: 'bankTransfer',
  call,
  // An operator who finds nothing in DOKU's books records it as failed.
  expected: ['completed', 'failed'],
  prepare: async (shop) => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '100000.00' });
    const input = {
      partnerReferenceNo: `TRF-${randomUUID()}`,
      customerId,
      amount: idr('25000.00'),
      beneficiaryAccountNumber: '8377388292',
      beneficiaryBankCode: '014',
    };
    return { run: (plant) => runTransfer(shop, call, input, accountId, plant) };
  },
});

async function runTransfer(
  shop: Shop,
  call: OperationName,
  input: Parameters<Shop['journeys']['bankTransfer']['beneficiary']>[0],
  accountId: string,
  plant: Plant,
): Promise<Claim[]> {
  const { bankTransfer: transfers } = shop.journeys;
  const { partnerReferenceNo } = input;
  await plant(partnerReferenceNo);
  // History is only asked when the payment's own answer is lost.
  if (call === 'historyDetail') {
    await shop.doku.fault({
      operation: 'transferBank',
      fault: 'drop',
      when: 'after',
      match: { partnerReferenceNo },
    });
  }
  const { beneficiaryAccountName } = await transfers.beneficiary(input);
  await transfers.confirm(partnerReferenceNo, beneficiaryAccountName);
  const { status } = await until(
    () => transfers.status(partnerReferenceNo),
    (view) => view.result !== undefined || view.status === 'needs-attention',
  );
  if (status === 'needs-attention') {
    const isDebited = (await shop.doku.entries(partnerReferenceNo)).length > 0;
    await transfers.resolve(partnerReferenceNo, {
      decision: isDebited ? 'record-completed' : 'record-failed',
      operator: 'proof',
      note: "what DOKU's back office shows",
    });
  }
  const result = await transfers.result(partnerReferenceNo);
  return [{ journey: 'bankTransfer', accountId, amount: '25000.00', result }];
}

const authorizedPurchase = (call: OperationName): Scenario => ({
  journey: 'authorizedPurchase',
  call,
  expected: ['captured'],
  prepare: async (shop) => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '100000.00' });
    const partnerReferenceNo = `AUT-${randomUUID()}`;
    return {
      run: async (plant) => {
        const { authorizedPurchase: authorized } = shop.journeys;
        const partnerCaptureNo = `CAP-${randomUUID()}`;
        await plant(call === 'historyDetail' ? partnerCaptureNo : partnerReferenceNo);
        if (call === 'historyDetail') {
          await shop.doku.fault({
            operation: 'authCapture',
            fault: 'drop',
            when: 'after',
            match: { partnerReferenceNo: partnerCaptureNo },
          });
        }
        await authorized.authorize({
          partnerReferenceNo,
          customerId,
          amount: idr('50000.00'),
          title: 'Hotel',
          captureWithin: '10 minutes',
        });
        await authorized.capture(partnerReferenceNo, {
          partnerCaptureNo,
          amount: idr('20000.00'),
        });
        await authorized.void(partnerReferenceNo, { partnerVoidNo: `VOID-${randomUUID()}` });
        const result = await authorized.result(partnerReferenceNo);
        return [{ journey: 'authorizedPurchase', accountId, result }];
      },
    };
  },
});

export const moneyScenarios: readonly Scenario[] = [
  ...purchases,
  refunds('purchaseStatus', ['10000.00'], false),
  refunds('purchaseCancel', ['10000.00'], false),
  refunds('purchaseCancel', ['10000.00', '10000.00'], false),
  refunds('purchaseRefund', ['10000.00'], true),
  refunds('purchaseRefund', ['6000.00', '6000.00'], true),
  topUp('topUpInquiry'),
  topUp('topUp'),
  topUp('topUpStatus'),
  bankTransfer('bankAccountInquiry'),
  bankTransfer('transferBank'),
  bankTransfer('historyDetail'),
  authorizedPurchase('authPayment'),
  authorizedPurchase('authCapture'),
  authorizedPurchase('authVoid'),
  authorizedPurchase('historyDetail'),
];
