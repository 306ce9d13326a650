import { ActivityFailure, patched, proxyActivities } from '@temporalio/workflow';
import type { Sent } from '../../activities/calling/absence.js';
import type { TopUpActivities, TopUpFact, TopUpKey } from '../../activities/top-up.js';
import type { Money } from '../../contract/money.js';
import type { KnownNumber } from '../../contract/top-up.js';
import { QUESTION } from '../mechanisms/call-options.js';
import type { Resets } from '../mechanisms/earlier-run.js';
import { inOwnHistory } from '../mechanisms/own-history.js';

const { formerAccountsOf } = proxyActivities<Pick<TopUpActivities, 'formerAccountsOf'>>({
  ...QUESTION,
  scheduleToCloseTimeout: '1 hour',
});

/** Whose a top-up is that DOKU has under a number. */
export interface WhoseTopUp {
  /** `unknown` where the history cannot be read, or lacks what DOKU did not call another top-up. */
  readonly whose: 'own' | 'other' | 'unknown';
  /** The customer has it, in another amount. */
  readonly shown?: TopUpFact;
}

/**
 * Whether the top-up that DOKU has under a number went to this customer, be it to an account that they had before.
 *
 * @param known - what DOKU said of the number when it was sent; and whether what it has may be this one all the same.
 * @param isAmountTold - DOKU's status has said the amount, and it fits.
 */
export async function ownTopUp(
  key: TopUpKey,
  amount: Money,
  { known, mayBeOwn = known !== 'other' }: { known?: KnownNumber | undefined; mayBeOwn?: boolean },
  isAmountTold: boolean,
): Promise<WhoseTopUp> {
  const { found, otherAmount } = await inOwnHistory(key, amount, 'credit', isAmountTold);
  if (found === 'own' || found === 'unknown') return { whose: found };
  const isOther = found === 'different' || known === 'other';
  const otherwise: WhoseTopUp = { whose: isOther ? 'other' : 'unknown' };
  if (!patched('former-accounts-are-asked')) return otherwise;
  const earlier = await ofFormerAccounts(key, amount, isAmountTold);
  if (earlier) return { whose: earlier };
  // It may be this one, carried out in another amount.
  const isUnclear = mayBeOwn && otherAmount !== undefined;
  return isUnclear && patched('other-amounts-of-own-are-asked-about')
    ? { whose: 'unknown', shown: { status: 'success', amount: otherAmount } }
    : otherwise;
}

/** Whether what DOKU has under a top-up's number is that top-up (money rule 7). */
export class NumberAtDoku {
  /** What DOKU said of it, where it knew it before anything was sent. */
  known: KnownNumber | undefined;
  readonly #key: TopUpKey;
  readonly #amount: Money;
  readonly #resets: Pick<Resets, 'count'>;
  #isAnothers = false;

  constructor(key: TopUpKey, amount: Money, resets: Pick<Resets, 'count'>, known?: KnownNumber) {
    this.#key = key;
    this.#amount = amount;
    this.#resets = resets;
    this.known = known;
  }

  /** It is proven to be another's. */
  get isAnothers(): boolean {
    return this.#isAnothers;
  }

  /** DOKU knew it as another's before this journey sent anything, unless that was an earlier run of it. */
  get mayBeOwn(): boolean {
    return this.known !== 'other' || this.#resets.count > 0;
  }

  whose(isAmountTold: boolean): Promise<WhoseTopUp> {
    const { known, mayBeOwn } = this;
    return ownTopUp(this.#key, this.#amount, { known, mayBeOwn }, isAmountTold);
  }

  /** What DOKU's word means for this top-up: of another amount, where it knew the number before, it may be proven to be another's. */
  async read(fact: TopUpFact): Promise<TopUpFact> {
    const isOther = fact.amount !== undefined && fact.amount !== this.#amount.value;
    if (!isOther || !this.known || !patched('other-amount-is-anothers')) return fact;
    this.#isAnothers = (await this.whose(true)).whose === 'other';
    return this.#isAnothers ? { status: 'failed' } : fact;
  }

  /** What DOKU accepted of this journey is its own; what lost its answer may have found another's there. */
  isToBeProven(sent: Sent | undefined): boolean {
    if (this.known) return patched('known-is-proven-own');
    return !sent?.isAccepted && patched('only-accepted-is-own');
  }
}

/** An earlier life of the top-up may have paid it before the customer bound another account. */
async function ofFormerAccounts(
  { partnerReferenceNo, customerId }: TopUpKey,
  amount: Money,
  isAmountTold: boolean,
): Promise<'own' | 'unknown' | undefined> {
  try {
    const accountIds = await formerAccountsOf.executeWithOptions(
      { summary: `Earlier accounts, for ${partnerReferenceNo}` },
      [{ customerId }],
    );
    const found: string[] = [];
    for (const accountId of accountIds) {
      const former = { partnerReferenceNo, customerId, accountId };
      found.push((await inOwnHistory(former, amount, 'credit', isAmountTold)).found);
    }
    if (found.includes('own')) return 'own';
    return found.includes('unknown') ? 'unknown' : undefined;
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return 'unknown';
  }
}
