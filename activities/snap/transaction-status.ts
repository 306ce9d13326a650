import { withoutPersons } from './reading.js';

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

/** Maps `latestTransactionStatus` (doku-api §8.4); as a number it has lost its zero. */
export function transactionStatusOf(code: string): TransactionStatus {
  switch (code.padStart(2, '0')) {
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

/** What became of one refund of a purchase. */
export type RefundStatus = 'success' | 'pending' | 'failed' | 'unknown';

/** Maps an entry's `refundStatus`; without one it is unknown, neither failed nor on its way. */
export function refundStatusOf(code: string | undefined): RefundStatus {
  switch (code?.padStart(2, '0')) {
    case '00':
      return 'success';
    case '01':
    case '02':
    case '03':
      return 'pending';
    case '06':
      return 'failed';
    default:
      return 'unknown';
  }
}

/** A status with DOKU's own code beside it where SNAP does not know it, so that an operator sees what it was. */
export function shownStatus<Status extends string>(
  statusOf: (code: string) => Status,
  code: string | undefined,
): { readonly status: Status | 'unknown'; readonly statusCode?: string } {
  const status = code === undefined ? 'unknown' : statusOf(code);
  return status === 'unknown' && code !== undefined
    ? { status, statusCode: toldStatus(code) }
    : { status };
}

/** As many digits as no status has, and a phone number has. */
const MANY_DIGITS = 7;

/** DOKU's code or word of a status as people may read it: anything may stand there, also what is a person's. */
export function toldStatus(code: string): string {
  const told = withoutPersons(code.slice(0, 100).normalize('NFKC')).slice(0, 40);
  return (told.match(/\p{Nd}/gu)?.length ?? 0) < MANY_DIGITS ? told : '…';
}
