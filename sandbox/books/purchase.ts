import type { Account } from './accounts.js';
import { amountOf, amountOfSum, feeIn, type Sum } from './rupiah.js';

export interface Refund {
  readonly partnerRefundNo: string;
  readonly refundNo: string;
  readonly sen: bigint;
  /** What moves, or moved, for it. */
  readonly sum: Sum;
  readonly at: number;
  readonly reason: string;
  /** One that takes its time waits for its end; its money moves then. */
  state: 'pending' | 'success' | 'failed';
  readonly saysDone: boolean;
}

export interface Purchase {
  readonly partnerReferenceNo: string;
  readonly referenceNo: string;
  readonly externalId: string;
  readonly account: Account;
  readonly sen: bigint;
  /** What moves when the customer pays. */
  readonly sum: Sum;
  /** When it settles if it is paid at a time, where that is not as usual. */
  readonly settlesAt: ((paidAt: number) => number) | undefined;
  readonly returnUrl: string | undefined;
  readonly remarks: string | undefined;
  readonly pageToken: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly fingerprint: string;
  state: 'initiated' | 'paying' | 'paid' | 'cancelled' | 'refunded' | 'failed';
  description: string;
  paidAt: number | undefined;
  isSettled: boolean;
  cancelledAt: number | undefined;
  refunds: Refund[];
}

export interface Order {
  readonly partnerReferenceNo: string;
  readonly externalId: string;
  readonly account: Account;
  readonly sen: bigint;
  readonly returnUrl: string | undefined;
  readonly remarks: string | undefined;
  readonly validUpTo: number | undefined;
  /** Tells a repeat from another request under the same reference. */
  readonly fingerprint: string;
}

/** What became of a customer's attempt to pay. */
export type Payment = 'paid' | 'insufficient-funds' | 'blocked' | 'not-payable';

/** SNAP's `latestTransactionStatus`. */
export const STATUS_CODES: Readonly<Record<Purchase['state'], string>> = {
  initiated: '01',
  paying: '02',
  paid: '00',
  refunded: '04',
  cancelled: '05',
  failed: '06',
};

export const PENDING = '03';

/** SNAP's `refundStatus`. */
export const REFUND_STATUS_CODES: Readonly<Record<Refund['state'], string>> = {
  success: '00',
  pending: PENDING,
  failed: '06',
};

/** How a purchase's money is shown: what moved once it did, and what was asked for until then. */
export const shownSum = ({ sen, sum, paidAt }: Purchase) =>
  paidAt === undefined
    ? { transAmount: amountOf(sen) }
    : { transAmount: amountOfSum(sum), ...feeIn(sum) };
