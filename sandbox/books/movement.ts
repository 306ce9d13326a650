import type { Account } from './accounts.js';
import {
  accountBlocked,
  duplicateReference,
  exceedsLimit,
  inconsistentRequest,
  insufficientFunds,
  invalidAmount,
} from './refusal.js';
import { rupiahIn } from './rupiah.js';
import { assertInOrder, type Terms } from './terms.js';

const MOST = 1_000_000_000n;
const LEAST = 100n;

/** Money that is to move under a reference of the merchant's. */
export interface Movement {
  readonly partnerReferenceNo: string;
  readonly externalId: string;
  readonly account: Account;
  readonly sen: bigint;
  /** Tells a repeat from another request under the same reference. */
  readonly fingerprint: string;
}

/**
 * @param known - what came under the same reference before.
 * @param available - on the account that pays.
 * @throws Refusal
 */
export function assertMovable(
  { account, sen, fingerprint }: Movement,
  known: { readonly fingerprint: string } | undefined,
  available: bigint,
  terms: Terms,
): void {
  const assertKnown = (): never => {
    throw known?.fingerprint === fingerprint ? duplicateReference() : inconsistentRequest();
  };
  assertInOrder(terms, known && assertKnown, () => {
    if (account.status === 'blocked') throw accountBlocked();
    if (sen < LEAST) throw invalidAmount();
    if (sen > MOST) throw exceedsLimit();
    if (available < rupiahIn(terms.sumOf(sen))) throw insufficientFunds();
  });
}
