import { randomUUID } from 'node:crypto';
import { idr, type Shop } from './shop.js';

interface Of {
  readonly partnerReferenceNo?: string;
  readonly customer?: { readonly customerId: string; readonly accountId: string };
  /** Whether it is not to be cancelled any more. Default true. */
  readonly isSettled?: boolean;
}

/** A purchase that is paid. */
export async function settledPurchase(
  shop: Shop,
  { partnerReferenceNo, customer, isSettled = true }: Of = {},
) {
  const { customerId, accountId } = customer ?? (await shop.boundCustomer());
  const order = shop.order(customerId, { ...(partnerReferenceNo && { partnerReferenceNo }) });
  await shop.paid(order);
  await shop.journeys.purchase.result(order.partnerReferenceNo);
  if (isSettled) await shop.doku.settle(order.partnerReferenceNo);
  return { customerId, accountId, order, partnerReferenceNo: order.partnerReferenceNo };
}

export type PaidPurchase = Awaited<ReturnType<typeof settledPurchase>>;

/** A refund of it, under a number of its own. */
export const refundOf = (
  { customerId, partnerReferenceNo }: Pick<PaidPurchase, 'customerId' | 'partnerReferenceNo'>,
  amount: string,
) => ({
  ...{ customerId, partnerReferenceNo, partnerRefundNo: `REF-${randomUUID()}` },
  ...{ amount: idr(amount), reason: 'damaged' },
});

/** What DOKU's status does not tell. */
export const leavesOut = (
  shop: Shop,
  field: string,
  reference: string,
  more: { readonly forMs?: number } = {},
) =>
  shop.doku.temperament({
    ...{ temperament: 'writesOddly', field, form: 'missing' },
    ...{ operation: 'purchaseStatus', reference, ...more },
  });
