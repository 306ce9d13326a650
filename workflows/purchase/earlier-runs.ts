import { patched } from '@temporalio/workflow';
import type { PurchaseFact, PurchaseKey } from '../../activities/purchase.js';
import type { Money } from '../../contract/money.js';
import { ownResets } from '../mechanisms/earlier-run.js';
import { refundEnd } from '../mechanisms/refund-entry.js';
import { sentByAnother } from '../mechanisms/run-of-move.js';
import type { Known } from '../mechanisms/truth.js';
import { counted } from './reversal.js';
import { reversalRefundNo } from './reversal-number.js';
import { LATE_MS, type Standstill, toldOf, Watch } from './standstill.js';
import { hadLives, mayHaveSent, type PurchaseState } from './state.js';
import type { PurchaseTruth } from './truth.js';

/**
 * What earlier runs of a purchase may have sent to undo it: until that has had its time, DOKU's word that it is paid may be
 * one of before (money rule 3).
 */
export class EarlierRuns {
  readonly #key: PurchaseKey;
  readonly #state: PurchaseState;
  readonly #truth: PurchaseTruth;
  /** What a reversal gives back. */
  readonly #amount: () => Money;
  readonly #journey: { doubt(isInDoubt: boolean): void };
  readonly #resets = ownResets.get();
  /** Of how many of them {@link PurchaseState.others} speaks. */
  #resetsKnown = 0;
  #resetsDecided = 0;
  #isAsking = false;
  #isAwaited = false;
  readonly #watch = new Watch();

  constructor(
    key: PurchaseKey,
    state: PurchaseState,
    truth: PurchaseTruth,
    amount: () => Money,
    journey: { doubt(isInDoubt: boolean): void },
  ) {
    this.#key = key;
    this.#state = state;
    this.#truth = truth;
    this.#amount = amount;
    this.#journey = journey;
  }

  /** How often an operator has reset this run, or those that it was made of. */
  get resets(): number {
    return this.#resets.count;
  }

  /**
   * What is known of what other lives of this purchase did. Each reset makes it a question again, and so does a standstill; what has
   * no page of this journey may have been paid in another life of it.
   */
  get #known(): PurchaseState['others'] {
    if (this.#resets.count > this.#resetsKnown) return 'unasked';
    return this.#state.others ?? (hadLives(this.#state) ? 'unasked' : undefined);
  }

  #learn(others: NonNullable<PurchaseState['others']>, resets = this.#resets.count): void {
    this.#state.others = others;
    this.#resetsKnown = resets;
  }

  /** Writes down what the next run cannot tell, as it counts its own resets alone. */
  keep(): void {
    // One more may have come since it was asked for.
    if (this.#resets.count > 0) this.#state.isLater = true;
    const known = this.#known;
    if (known) this.#learn(known);
    if (this.isDecidedBefore) this.#state.isDecidedBefore = true;
  }

  /** Goes on from another run, which may have been one of workers that handed no such question on. */
  goOn(): void {
    const { others, step } = this.#state;
    if (others || step.name !== 'acknowledgement' || !this.#known) return;
    this.#learn(patched('questions-are-handed-on') ? 'unasked' : 'presumed');
  }

  /** It is to be reversed, by what is known now. */
  decided(): void {
    this.#resetsDecided = this.#resets.count;
    this.#state.isDecidedBefore = false;
  }

  /** Whether its reversal was decided before the last reset: another life may have said meanwhile that it is paid (money rule 6). */
  get isDecidedBefore(): boolean {
    return this.#state.isDecidedBefore === true || this.#resets.count > this.#resetsDecided;
  }

  /** A standstill shows by the clock, and nobody has been asked since. */
  get isOverdue(): boolean {
    return this.#watch.isOverdue;
  }

  /** Waits until something is so, or a time has come, and keeps in mind where its time stood still: another life may have acted. */
  async watched(isSo: () => boolean, until: number): Promise<void> {
    const isSliced = this.#state.page?.isWaitSliced === true;
    const standstill = await this.#watch.condition(isSo, until, isSliced);
    if (!standstill) return;
    this.#state.standstill ??= standstill;
    this.#learn('unasked');
  }

  /** When nothing was recorded of this journey while the merchant could have been heard, if ever. */
  get standstill(): Standstill | undefined {
    return this.#state.standstill;
  }

  /**
   * Takes note of a payment that is to be undone. Of one that was made long before this run learned of it, a life that was lost
   * with a restored database may have told.
   */
  learned({ paidTime }: PurchaseFact, learnedAt: number): void {
    const paidAt = Date.parse(paidTime ?? '');
    if (learnedAt > paidAt + LATE_MS)
      this.#state.standstill ??= {
        from: new Date(paidAt).toISOString(),
        until: new Date(learnedAt).toISOString(),
      };
  }

  /** Whether what is to be undone may have been told as paid while nothing was recorded here. */
  get isOfLostLife(): boolean {
    return this.standstill !== undefined && patched('cancels-of-lost-lives-are-asked-about');
  }

  /** Why nobody may guess whether what is paid was delivered. */
  get whyUnclear(): string {
    return this.standstill
      ? `paid, but ${toldOf(this.standstill)}`
      : 'paid in an earlier run, which may have been told so';
  }

  /** Whether there is news that DOKU is to be asked about, for waits that began after it was asked. */
  get isToAskAgain(): boolean {
    return this.#isToAsk(this.#known === 'unasked');
  }

  /** Whether they may have sent what DOKU was not asked about. */
  get isToAsk(): boolean {
    const known = this.#known;
    return this.#isToAsk(known === 'unasked' || known === 'presumed');
  }

  #isToAsk(isUnasked: boolean): boolean {
    return (isUnasked || this.isOverdue) && patched('earlier-reversals-are-asked-about');
  }

  /**
   * Whether it is yet to be found out here if the payment stands: a run that was reset, or had another life, may have told so. To
   * be looked at by validators, which leave nothing behind, and so may ask for no patch.
   */
  get isUnknown(): boolean {
    const { step } = this.#state;
    if (step.name === 'reversal') return false;
    if (step.name === 'delivery-unclear' || this.#isAsking) return true;
    const isBefore = step.name === 'page' || step.name === 'payment';
    const known = this.#known;
    // Whose payment it is may yet be asked.
    return known === 'unasked' || (isBefore && known === 'paid');
  }

  /** Somebody waits to hear whether it is paid: that is asked with all the time that it takes. */
  await(): void {
    this.#isAwaited = patched('unpaid-is-given-time');
  }

  get isAwaited(): boolean {
    return this.#isAwaited && this.isUnknown;
  }

  /**
   * DOKU says that nobody has paid yet. One such answer may be a lag, which an acknowledgement is not refused by: who waits with
   * one is answered once that is proven (money rule 3).
   *
   * @returns what it says then, where somebody waits.
   */
  async unpaid(): Promise<Known<PurchaseFact> | undefined> {
    if (!this.isUnknown) return undefined;
    if (this.isAwaited) return this.settled();
    // Of before, one answer was enough.
    if (!patched('unpaid-is-given-time')) this.#learn('presumed');
    return undefined;
  }

  /** DOKU's word, once all that they may have sent has had its time and shows. */
  async settled(): Promise<Known<PurchaseFact>> {
    const { count } = this.#resets;
    this.#isAsking = true;
    this.#journey.doubt(true);
    const fact = await this.#asked();
    this.#journey.doubt(false);
    this.#isAsking = false;
    // Nobody can acknowledge it any more.
    if (fact.status !== 'success') this.#state.step = { name: 'payment' };
    this.#learn(fact.status === 'success' ? 'paid' : 'unpaid', count);
    return fact;
  }

  async #asked(): Promise<Known<PurchaseFact>> {
    const { partnerReferenceNo } = this.#key;
    const partnerRefundNo = reversalRefundNo(partnerReferenceNo);
    const sent = sentByAnother();
    const amount = this.#amount().value;
    const seen = await this.#truth.ask({
      sent: mayHaveSent(this.#state),
      payment: sent,
      cancel: sent,
      refund: { ...sent, partnerRefundNo, isWhole: true, amount },
    });
    const fact = await refundEnd(seen, {
      key: this.#key,
      partnerRefundNo,
      amount,
      isWhole: true,
      truth: this.#truth,
      wasAsked: false,
    });
    return counted(fact, partnerRefundNo);
  }
}
