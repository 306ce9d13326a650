import { ActivityFailure, patched, proxyActivities } from '@temporalio/workflow';
import type { Sent } from '../../activities/calling/absence.js';
import type { PayerActivities } from '../../activities/journeys/payers.js';
import type { TopUpActivities, TopUpFact, TopUpKey } from '../../activities/top-up.js';
import type { Money } from '../../contract/money.js';
import type { KnownNumber } from '../../contract/top-up.js';
import { QUESTION } from '../mechanisms/call-options.js';
import type { Resets } from '../mechanisms/earlier-run.js';
import { inOwnHistory, type OtherAmount } from '../mechanisms/own-history.js';

const { formerAccountsOf } = proxyActivities<Pick<TopUpActivities, 'formerAccountsOf'>>({
  ...QUESTION,
  scheduleToCloseTimeout: '1 hour',
});
const { isNumberOfAnother } = proxyActivities<PayerActivities>({
  ...QUESTION,
  // Batches of days may have to be read.
  startToCloseTimeout: '5 minutes',
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
  const now = await inOwnHistory(key, amount, 'credit', isAmountTold);
  if (now.found === 'own' || now.found === 'unknown') return { whose: now.found };
  const isOther = now.found === 'different' || known === 'other';
  const otherwise: WhoseTopUp = { whose: isOther ? 'other' : 'unknown' };
  if (!patched('former-accounts-are-asked')) return otherwise;
  const earlier = await ofFormerAccounts(key, amount, isAmountTold);
  if (earlier.whose) return { whose: earlier.whose };
  return otherAmountOfOwn(
    key,
    amount,
    { mayBeOwn, now: now.other, before: earlier.other },
    otherwise,
  );
}

/** It may be this one, carried out in another amount, which no refusal of its number tells from another's (money rule 7). */
async function otherAmountOfOwn(
  { partnerReferenceNo, customerId }: TopUpKey,
  amount: Money,
  {
    mayBeOwn,
    now,
    before,
  }: { mayBeOwn: boolean; now: OtherAmount | undefined; before: OtherAmount | undefined },
  otherwise: WhoseTopUp,
): Promise<WhoseTopUp> {
  const asked = (other: OtherAmount): WhoseTopUp => ({
    whose: 'unknown',
    shown: { status: 'success', amount: other.amount },
  });
  const other = now ?? before;
  if (other && patched('payers-of-numbers-are-asked-for')) {
    const payout = { partnerReferenceNo, customerId, amount };
    return (await isPaidByAnother(payout, other)) ? { whose: 'other' } : asked(other);
  }
  return now && mayBeOwn && patched('other-amounts-of-own-are-asked-about')
    ? asked(now)
    : otherwise;
}

/** Whether another payout of this merchant's says that it is its own; not where that cannot be told. */
async function isPaidByAnother(
  payout: TopUpKey & { readonly amount: Money },
  { amount: credited, at }: OtherAmount,
): Promise<boolean> {
  try {
    return await isNumberOfAnother.executeWithOptions(
      { summary: `Which payout of ${payout.partnerReferenceNo} was ${credited}?` },
      [{ ...payout, credited, at }],
    );
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return false;
  }
}

/** Whether what DOKU has under a top-up's number is that top-up (money rule 7). */
export class NumberAtDoku {
  /** What DOKU said of it, where it knew it before anything was sent. */
  known: KnownNumber | undefined;
  readonly #key: TopUpKey;
  readonly #amount: Money;
  readonly #resets: Pick<Resets, 'count'>;
  #isAnothers = false;
  #isShown = false;

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

  /** DOKU knew it as another's before this journey sent anything, unless that was an earlier life of it. */
  get mayBeOwn(): boolean {
    return this.known !== 'other' || this.#resets.count > 0 || this.#isShown;
  }

  async whose(isAmountTold: boolean): Promise<WhoseTopUp> {
    const { known, mayBeOwn } = this;
    const told = await ownTopUp(this.#key, this.#amount, { known, mayBeOwn }, isAmountTold);
    this.#isShown = told.shown !== undefined;
    return told;
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
): Promise<{ readonly whose?: 'own' | 'unknown'; readonly other?: OtherAmount }> {
  try {
    const accountIds = await formerAccountsOf.executeWithOptions(
      { summary: `Earlier accounts, for ${partnerReferenceNo}` },
      [{ customerId }],
    );
    const found: Awaited<ReturnType<typeof inOwnHistory>>[] = [];
    for (const accountId of accountIds) {
      const former = { partnerReferenceNo, customerId, accountId };
      found.push(await inOwnHistory(former, amount, 'credit', isAmountTold));
    }
    const has = (what: string) => found.some((each) => each.found === what);
    if (has('own')) return { whose: 'own' };
    if (has('unknown')) return { whose: 'unknown' };
    const other = found.find((each) => each.other)?.other;
    return other ? { other } : {};
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return { whose: 'unknown' };
  }
}
