import type { RefundStatus, TransactionStatus } from './snap/transaction-status.js';

/** Which purchase, and in whose name DOKU is asked. */
export interface PurchaseKey {
  readonly partnerReferenceNo: string;
  readonly customerId: string;
  /** The account that the purchase is about, once known (money rule 8). */
  readonly accountId?: string;
}

/** What DOKU's Query Purchase says, reduced to what a decision needs. */
export interface PurchaseFact {
  readonly status: TransactionStatus;
  /** DOKU's own code, where the status is unknown. */
  readonly statusCode?: string;
  readonly referenceNo?: string;
  readonly paidTime?: string;
  /** What DOKU holds as the purchase's amount, when it says: "10000.00", or "USD 10000.00" where it is no rupiah. */
  readonly amount?: string;
  /** What DOKU took from the customer on top, when it says: written as the amount. */
  readonly feeAmount?: string;
  /** DOKU's description of the status, such as "expired", when it says. */
  readonly description?: string;
  /** Refunds that DOKU knows, by `partnerRefundNo`. */
  readonly refunds: Readonly<Record<string, RefundFact>>;
  /** Those that it lists without their number. */
  readonly unnamedRefunds?: readonly RefundFact[];
  /** One of these may be the refund that was asked about, or there is a doubt: neither it nor its absence is proven. */
  readonly mayBeUnnamed?: true;
  /** What else in DOKU's books may be it, in words for an operator. */
  readonly doubt?: string;
}

export interface RefundFact {
  readonly status: RefundStatus;
  /** DOKU's own code, where the status is unknown. */
  readonly statusCode?: string;
  /** When DOKU says it. */
  readonly amount?: string;
}
