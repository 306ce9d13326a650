import type { Outcome, SnapClient, Unauthorized } from '../../activities/snap/index.js';
import {
  type TransactionStatus,
  transactionStatusOf,
} from '../../activities/snap/transaction-status.js';
import type { Order } from '../contender.js';

export type PurchaseKey = Pick<Order, 'partnerReferenceNo' | 'customerId'>;

export interface PurchasePage {
  readonly webRedirectUrl: string;
  readonly referenceNo?: string;
}

/** What Query Purchase says, cut to what a purchase needs. */
export interface PurchaseFact {
  readonly status: TransactionStatus;
  readonly paidTime?: string;
}

type Credential = Unauthorized['credential'];

/** DOKU did not do it, or nobody knows. */
export class CallFailedError extends Error {
  override readonly name = 'CallFailedError';
  /** Sending it again would bring the same answer. */
  readonly isFinal: boolean;
  /** What DOKU does not accept any more. */
  readonly credential: Credential | undefined;

  constructor(operation: string, outcome: Outcome<unknown>) {
    super(`${operation}: ${outcome.kind}`);
    this.isFinal = outcome.kind === 'refused';
    this.credential = outcome.kind === 'unauthorized' ? outcome.credential : undefined;
  }
}

export type PurchaseCalls = ReturnType<typeof createPurchaseCalls>;

/** The calls of a purchase as every peer makes them, through the product's own signed client. */
export function createPurchaseCalls(snap: SnapClient) {
  return {
    async requestPurchase({
      partnerReferenceNo,
      customerId,
      amount,
    }: Order): Promise<PurchasePage> {
      const outcome = await snap.purchase(
        {
          partnerReferenceNo,
          amount: { value: amount, currency: 'IDR' },
          urlParams: [
            { url: 'https://merchant.example/return', type: 'PAY_RETURN', isDeeplink: 'N' },
          ],
        },
        { customerId },
      );
      if (outcome.kind !== 'succeeded') throw new CallFailedError('Purchase Web', outcome);
      const { webRedirectUrl, referenceNo } = outcome.response;
      return { webRedirectUrl, ...(referenceNo && { referenceNo }) };
    },

    async queryPurchase({ partnerReferenceNo, customerId }: PurchaseKey): Promise<PurchaseFact> {
      const outcome = await snap.purchaseStatus(
        { originalPartnerReferenceNo: partnerReferenceNo },
        { customerId },
      );
      if (outcome.kind !== 'succeeded') throw new CallFailedError('Query Purchase', outcome);
      const { latestTransactionStatus, paidTime } = outcome.response;
      return {
        status: transactionStatusOf(latestTransactionStatus),
        ...(paidTime && { paidTime }),
      };
    },

    async cancelPurchase({ partnerReferenceNo, customerId }: PurchaseKey): Promise<void> {
      const outcome = await snap.purchaseCancel(
        { originalPartnerReferenceNo: partnerReferenceNo, reason: 'not paid in time' },
        { customerId },
      );
      if (outcome.kind !== 'succeeded') throw new CallFailedError('Cancel Purchase', outcome);
    },
  };
}
