import type { Money } from '../contract/money.js';
import type { TransactionStatus } from './snap/transaction-status.js';

/** What DOKU's Query Top Up says. */
export interface TopUpFact {
  readonly status: TransactionStatus;
  /** DOKU's own code, where the status is unknown. */
  readonly statusCode?: string;
  readonly referenceNo?: string;
  /** What DOKU holds as the amount, when it says: "10000.00", with its currency where that is not the rupiah. */
  readonly amount?: string;
  /** DOKU says that it went to another wallet. */
  readonly isOthers?: true;
}

export const fits = ({ amount, isOthers }: TopUpFact, expected: Money): boolean =>
  !isOthers && (amount === undefined || amount === expected.value);

export const isGivenUp = ({ status }: TopUpFact) => status === 'failed' || status === 'cancelled';
export const isOver = (fact: TopUpFact) => isGivenUp(fact) || fact.status === 'refunded';
export const isUnknownToDoku = ({ status }: TopUpFact) => status === 'not-found';
