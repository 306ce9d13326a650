import { randomUUID } from 'node:crypto';
import { authorizedPurchaseWorkflowId } from '../../contract/identity.js';
import { eventually, idr, type Shop } from './shop.js';

/** 50,000 that is held of a customer's 100,000, and what one does with it. */
export async function heldPurchase(shop: Shop, captureWithin = '10 minutes') {
  const { customerId, accountId } = await shop.boundCustomer({ balance: '100000.00' });
  const partnerReferenceNo = `AUT-${randomUUID()}`;
  const amount = idr('50000.00');
  const input = { partnerReferenceNo, customerId, amount, title: 'Hotel', captureWithin };
  const { authorizedPurchase } = shop.journeys;
  await authorizedPurchase.authorize(input);
  const status = () => authorizedPurchase.status(partnerReferenceNo);
  return {
    ...{ input, accountId, partnerReferenceNo, status },
    workflowId: authorizedPurchaseWorkflowId(partnerReferenceNo),
    capture: (value?: string, more: { partnerCaptureNo?: string; last?: boolean } = {}) =>
      authorizedPurchase.capture(partnerReferenceNo, {
        ...{ partnerCaptureNo: `CAP-${randomUUID()}`, ...more },
        ...(value && { amount: idr(value) }),
      }),
    voided: (value?: string, partnerVoidNo = `VOID-${randomUUID()}`) =>
      authorizedPurchase.void(partnerReferenceNo, {
        ...{ partnerVoidNo, ...(value && { amount: idr(value) }) },
      }),
    parked: () => eventually(status, ({ attention }) => attention !== undefined),
    resolve: (decision: string) =>
      authorizedPurchase.resolve(partnerReferenceNo, { decision, operator: 'ani', note: 'seen' }),
    /** Where the money is, by the result. */
    told: async () => {
      const result = await authorizedPurchase.result(partnerReferenceNo);
      const { outcome, captured, voided, unaccounted } = result;
      return [outcome, captured, voided, unaccounted];
    },
  };
}

export type HeldPurchase = Awaited<ReturnType<typeof heldPurchase>>;
