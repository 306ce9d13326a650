/**
 * Journeys from their start to their end, as cheap as each can be had.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { requestNumber } from '../../workflows/mechanisms/request-number.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

/** A journey that has ended. */
export interface Driven {
  readonly workflowIds: readonly string[];
  /** Of its calls to DOKU. */
  readonly references: readonly string[];
  /** Calls under these references that an earlier journey made. */
  readonly earlierCalls?: number;
}

/** Drives one journey to its end. */
export type Drive = (shop: Shop) => Promise<Driven>;

export const DRIVES: Readonly<Record<string, Drive>> = {
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

const purchaseOf = (partnerReferenceNo: string) => ({
  workflowIds: [`purchase/${partnerReferenceNo}`],
  references: [partnerReferenceNo],
});

export async function paid(shop: Shop) {
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

export async function callsUnder(shop: Shop, references: readonly string[]): Promise<number> {
  const requests = await shop.doku.requests();
  return requests.filter(
    ({ partnerReferenceNo, operation }) =>
      !operation.startsWith('token') && references.includes(partnerReferenceNo ?? ''),
  ).length;
}
