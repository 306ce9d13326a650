import type { TransactionStatus } from '../../activities/snap/transaction-status.js';

/** How long a customer may take, as in the product's default. */
export const PAY_WITHIN_MS = 30 * 60_000;

/** Whether DOKU will say nothing else any more. */
export const isFinal = (status: TransactionStatus) => status !== 'open' && status !== 'not-found';

/** The words of the product's contract. */
export const outcomeOf = (status: TransactionStatus) => (status === 'success' ? 'paid' : status);
