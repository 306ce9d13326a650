/** What SNAP's `latestTransactionStatus` says, reduced to what a decision needs. */
export type TransactionStatus =
  | 'not-found'
  | 'open'
  | 'success'
  | 'refunded'
  | 'cancelled'
  | 'failed'
  /** A status that SNAP does not know: nobody may guess. */
  | 'unknown';

/** Maps `latestTransactionStatus` (doku-api §8.4). */
export function transactionStatusOf(code: string): TransactionStatus {
  switch (code) {
    case '00':
      return 'success';
    case '01':
    case '02':
    case '03':
      return 'open';
    case '04':
      return 'refunded';
    case '05':
      return 'cancelled';
    case '06':
      return 'failed';
    case '07':
      return 'not-found';
    default:
      return 'unknown';
  }
}
