import { patched } from '@temporalio/workflow';
import type { PurchaseFact, PurchaseKey } from '../../activities/purchase.js';
import type { Money } from '../../contract/money.js';
import { ownResets } from '../mechanisms/earlier-run.js';
import { refundEnd } from '../mechanisms/refund-entry.js';
import { sentByAnother } from '../mechanisms/run-of-move.js';
import type { Known } from '../mechanisms/truth.js';
import { counted, reversalRefundNo } from './reversal.js';
import { LATE_MS, type Standstill, toldOf, Watch } from './standstill.js';
import { mayHaveSent, type PurchaseState } from './state.js';
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
  #resetsAsked = 0;
  #isAsked = false;
  #isAsking = false;
  /** Resets of before DOKU said last that nobody has paid. */
  #unpaidAfter: number | undefined;
  readonly #watch = new Watch();
  #isStandstillNews = false;

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

  /** A reset, or a standstill, came after which DOKU was not asked: whoever is told meanwhile that it is paid may be told wrong. */
  get isNews(): boolean {
    const isReset = this.#resets.count > this.#resetsAsked;
    return isReset || this.#isStandstillNews || this.#watch.isOverdue;
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
    this.#isStandstillNews = true;
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
    return this.isNews && this.isToAsk;
  }

  /** Whether they may have sent what DOKU was not asked about. What has no page of this journey may have been paid in another life of it. */
  get isToAsk(): boolean {
    const hadLives = this.#state.isLater || this.#state.page === undefined;
    const isUnknown = this.isNews || (hadLives && !this.#isAsked);
    return isUnknown && patched('earlier-reversals-are-asked-about');
  }

  /**
   * Whether it is yet to be found out here if the payment stands: a run that was reset, or had another life, may have told so. To
   * be looked at by validators, which leave nothing behind, and so may ask for no patch.
   */
  get isUnknown(): boolean {
    const { step, page } = this.#state;
    const { count } = this.#resets;
    if (step.name === 'reversal') return false;
    if (this.#isAsking || this.#isStandstillNews || step.name === 'delivery-unclear') return true;
    if (step.name !== 'page' && step.name !== 'payment') return count > this.#resetsAsked;
    return this.#unpaidAfter !== count && (count > this.#resetsAsked || page === undefined);
  }

  /** DOKU says that nobody has paid yet. */
  noteUnpaid(): void {
    this.#unpaidAfter = this.#resets.count;
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
    this.#resetsAsked = count;
    this.#isStandstillNews = false;
    this.#isAsked = true;
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
