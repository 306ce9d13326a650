/**
 * What an entry of DOKU's history says: of which kind of movement it is, how that stands, over what amount.
 *
 * @module
 */
import { ownMember } from '../contract/own-member.js';

/** What a movement does, as far as DOKU's history tells kinds apart. */
export type MovementKind =
  /** Debits the wallet for a merchant: a purchase, what is held of it, a capture. */
  | 'payment'
  /** Gives something back to the wallet: a refund, a void. */
  | 'give-back'
  /** Debits the wallet for a bank account, or somebody else's wallet. */
  | 'transfer'
  /** Credits the wallet. */
  | 'credit';

/** SNAP's words, and those that DOKU's products use beside them. The list is open (doku-api §10.16). */
const KINDS: Readonly<Record<string, MovementKind>> = {
  PAYMENT: 'payment',
  AUTH_PAYMENT: 'payment',
  CAPTURE: 'payment',
  REFUND: 'give-back',
  VOID: 'give-back',
  CANCEL: 'give-back',
  REVERSAL: 'give-back',
  SEND_MONEY: 'transfer',
  DISBURSMENT: 'transfer',
  DISBURSEMENT: 'transfer',
  TOP_UP: 'credit',
  RECEIVE_MONEY: 'credit',
};

/** Whether an entry of this type may be the movement that is meant. A word that nobody has documented tells nothing. */
export function fits(type: string, kind: MovementKind | undefined): boolean {
  const shown = ownMember(KINDS, type.trim().toUpperCase());
  return kind === undefined || shown === undefined || shown === kind;
}

/** Whether its type is a word that is known to be of this kind. */
export const isKnownAs = (type: string, kind: MovementKind | undefined): boolean =>
  kind !== undefined && ownMember(KINDS, type.trim().toUpperCase()) === kind;

/** How a movement stands, in the words of its history. */
export type HistoryStatus =
  /** Neither Transaction History Detail nor List has it. That is no proof that it never happened. */
  | 'absent'
  | 'open'
  | 'success'
  | 'cancelled'
  | 'closed'
  /** List has an entry without its number that may be the movement: neither it nor its absence is proven. */
  | 'unnamed'
  /** DOKU has this number for a movement of another kind: a conflict, and no answer (money rule 7). */
  | 'other'
  | 'unknown';

export function historyStatusOf(status: string): HistoryStatus {
  switch (status.trim().toUpperCase()) {
    case 'INIT':
      return 'open';
    case 'SUCCESS':
      return 'success';
    case 'CANCELLED':
      return 'cancelled';
    case 'CLOSED':
      return 'closed';
    default:
      return 'unknown';
  }
}
