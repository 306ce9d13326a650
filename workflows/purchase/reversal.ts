import { condition, patched } from '@temporalio/workflow';
import type { Sent } from '../../activities/calling/absence.js';
import type { Move } from '../../activities/calling/move.js';
import type { PurchaseFact, PurchaseKey } from '../../activities/purchase.js';
import type { Money } from '../../contract/money.js';
import { written } from '../../contract/money.js';
import { ownMember } from '../../contract/own-member.js';
import type { Journey } from '../mechanisms/journey.js';
import { moves } from '../mechanisms/purchase-calls.js';
import type { PurchaseDoubt } from '../mechanisms/purchase-truth.js';
import { refundEnd, refundMisfit, unnamedMisfit } from '../mechanisms/refund-entry.js';
import { isOfEarlierRun, RunOfMove, sentByAnother, underWay } from '../mechanisms/run-of-move.js';
import { toldOf } from '../mechanisms/told.js';
import type { Known, Truth } from '../mechanisms/truth.js';
import { leftTo, refundsOfOthers } from './refunds-of-others.js';
import { reversalRefundNo } from './reversal-number.js';

/** How long a reversal goes on by itself before an operator is asked to help. */
const PATIENCE_MS = 24 * 3_600_000;
const FIRST_PAUSE_MS = 1_000;
/** Some fifty tries a day at most: a history holds many such days. */
const LONGEST_PAUSE_MS = 30 * 60_000;
/** What DOKU takes as a reason (SNAP). */
const LONGEST_REASON = 256;
const TOOK_A_DAY = 'the reversal could not be proven for a day';
/** Under its number DOKU takes no other, and under a number of its own it might be one too many. */
const REFUND_FAILED =
  'DOKU took the refund of the whole on, and then did not carry it out: the money is with the merchant, and has to go back another way';

export interface ReversalOrder extends PurchaseKey {
  /** What a refund gives back. */
  amount(): Money;
  /** Words, of which DOKU is told as many as it takes. */
  readonly reason: string;
  /** Purchase Web; accepted where it brought a page. */
  readonly sent: Sent;
  readonly runs: RunsOfReversal;
  /** Whether it was decided before the last reset: another run may have said meanwhile that it is paid (money rule 6). */
  isDecidedBefore(): boolean;
  /** Whether another run may have cancelled it before. */
  isLaterRun(): Promise<boolean>;
}

/** Which run asks for each of its movements: kept for as long as the journey runs, however often it is reversed. */
interface RunsOfReversal {
  readonly cancel: RunOfMove;
  readonly refund: RunOfMove;
}

/** @param isEarlierUnknown - whether other lives may have sent what this one does not know. */
export const runsOfReversal = (isEarlierUnknown: () => boolean): RunsOfReversal => ({
  cancel: new RunOfMove(isEarlierUnknown),
  refund: new RunOfMove(isEarlierUnknown),
});

interface ReversalMemory {
  /** What may have reached DOKU so far, whatever later requests came to. */
  cancel?: Sent;
  refund?: Sent;
  /** How long it still goes on by itself, whichever run does. */
  trying?: Trying | undefined;
}

export interface Trying {
  /** Milliseconds since the epoch. */
  readonly giveUpAt: number;
  /** Before its next try. */
  pauseMs: number;
}

/**
 * Undoes a purchase and returns what DOKU's own status says once that is final (money rules 4 and 5).
 *
 * Cancels first, as only DOKU knows whether the purchase has settled; refunds when the purchase proves to
 * be paid and no longer cancellable. Every request is followed by the question what became of it, and
 * nothing is sent again before DOKU's status says that it did not happen. Run it in a non-cancellable scope.
 */
export class Reversal {
  readonly #order: ReversalOrder;
  readonly #key: PurchaseKey;
  readonly #reason: string;
  readonly #truth: Truth<PurchaseFact, PurchaseDoubt>;
  // biome-ignore lint/suspicious/noExplicitAny: only its story and its doubts are written
  readonly #journey: Journey<any, any>;
  readonly #memory: ReversalMemory;
  /** An earlier run may have sent what this one was about to send, so that DOKU was asked first. */
  #isOfEarlierRun = false;
  #whyUnproven = TOOK_A_DAY;
  #parkingsBefore: number;

  /** @param memory - kept up to date, for another run that goes on from there. */
  constructor(
    order: ReversalOrder,
    memory: ReversalMemory,
    truth: Truth<PurchaseFact, PurchaseDoubt>,
    // biome-ignore lint/suspicious/noExplicitAny: as above
    journey: Journey<any, any>,
  ) {
    this.#memory = memory;
    this.#order = order;
    this.#key = keyOf(order);
    this.#reason = cut(order.reason);
    this.#truth = truth;
    this.#journey = journey;
    this.#parkingsBefore = journey.parkings;
  }

  /**
   * Goes on day by day, and asks an operator each time that one has passed.
   *
   * @returns also what is paid, where it was decided by an earlier run: then nothing was sent.
   */
  async untilProven(): Promise<Known<PurchaseFact>> {
    for (;;) {
      const fact = this.#truth.parkedFor ? 'unproven' : await this.#run();
      this.#memory.trying = undefined;
      if (fact !== 'unproven') return fact;
      const why = this.#truth.parkedFor ?? this.#whyUnproven;
      const decided = await this.#truth.park(why);
      if (decided) return decided;
    }
  }

  async #run(): Promise<Known<PurchaseFact> | 'unproven'> {
    this.#whyUnproven = TOOK_A_DAY;
    let trying: Trying;
    // Once in any case, as a run that is reset may have been handed a time of long ago.
    do {
      const cancel = await this.#sendCancel();
      let fact = await this.#ask();
      if (fact.isOperatorsWord) return fact;
      if (this.#isUnderWay(fact) && patched('what-was-shown-is-awaited'))
        fact = await this.#refundEnd(fact);
      const others =
        fact.status === 'success' && refundsOfOthers(fact, this.#key.partnerReferenceNo);
      if (others && patched('refunds-of-others-are-left')) {
        this.#whyUnproven = leftTo(others);
        return 'unproven';
      }
      if (fact.status === 'success' && cancel.kind === 'refused') fact = await this.#refunded();
      if (fact.isOperatorsWord || this.#isReversed(fact)) return fact;
      if (fact.status === 'success' && this.#isOfEarlierRun && this.#order.isDecidedBefore())
        return fact;
      if (this.#hasFailed(fact) && patched('failed-refund-is-asked-about')) {
        this.#whyUnproven = REFUND_FAILED;
        return 'unproven';
      }
      trying = this.#trying();
      const { pauseMs } = trying;
      trying.pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      await condition(() => this.#journey.isInterrupted, pauseMs);
      this.#journey.throwIfInterrupted();
    } while (Date.now() < trying.giveUpAt);
    return 'unproven';
  }

  /** Anew after each question to an operator, however long he took. */
  #trying(): Trying {
    const { parkings } = this.#journey;
    const wasAsked = parkings !== this.#parkingsBefore && patched('questions-begin-a-new-day');
    if (this.#memory.trying === undefined || wasAsked)
      this.#memory.trying = { giveUpAt: Date.now() + PATIENCE_MS, pauseMs: FIRST_PAUSE_MS };
    this.#parkingsBefore = parkings;
    return this.#memory.trying;
  }

  async #sendCancel(): Promise<Move<null>> {
    const { cancel: run } = this.#order.runs;
    const notBefore = new Date().toISOString();
    const cancel = run.noted(
      await moves.cancelPurchase.executeWithOptions(
        { summary: `Cancel Purchase ${this.#key.partnerReferenceNo}` },
        [{ ...this.#key, ...run.argument, reason: this.#reason }],
      ),
    );
    this.#isOfEarlierRun ||= isOfEarlierRun(cancel);
    this.#journey.story.tell(`Cancel Purchase: ${toldOf(cancel)}`);
    remember(this.#memory, 'cancel', cancel, notBefore);
    return cancel;
  }

  /** The money has settled with the merchant: it can only come back as a refund. */
  async #refunded(): Promise<Known<PurchaseFact>> {
    const before = await this.#undoneBefore();
    if (before) return before;
    const partnerRefundNo = reversalRefundNo(this.#key.partnerReferenceNo);
    const amount = this.#order.amount();
    const { refund: run } = this.#order.runs;
    const refund = run.noted(
      await moves.refundPurchase.executeWithOptions(
        { summary: `Refund Purchase ${this.#key.partnerReferenceNo}, ${written(amount)}` },
        [
          {
            ...this.#key,
            ...run.argument,
            partnerRefundNo,
            refundAmount: amount,
            reason: this.#reason,
          },
        ],
      ),
    );
    this.#isOfEarlierRun ||= isOfEarlierRun(refund);
    this.#journey.story.tell(`Refund Purchase: ${toldOf(refund)}`);
    remember(this.#memory, 'refund', refund);
    return this.#refundEnd(await this.#ask());
  }

  async #refundEnd(seen: Known<PurchaseFact>): Promise<Known<PurchaseFact>> {
    const partnerRefundNo = reversalRefundNo(this.#key.partnerReferenceNo);
    const fact = await refundEnd(seen, {
      key: this.#key,
      partnerRefundNo,
      amount: this.#order.amount().value,
      isWhole: true,
      truth: this.#truth,
      wasAsked: false,
    });
    return counted(fact, partnerRefundNo);
  }

  /** An earlier run's cancel may be why DOKU refuses this one's: then its books have to have had their time. */
  async #undoneBefore(): Promise<Known<PurchaseFact> | undefined> {
    if (this.#memory.cancel !== undefined || !patched('refund-after-earlier-cancel'))
      return undefined;
    if (!(await this.#order.isLaterRun())) return undefined;
    this.#memory.cancel = sentByAnother();
    const fact = await this.#ask();
    return fact.status === 'success' && !fact.isOperatorsWord ? undefined : fact;
  }

  async #ask(): Promise<Known<PurchaseFact>> {
    const { sent } = this.#order;
    const { cancel, refund } = this.#memory;
    const partnerRefundNo = reversalRefundNo(this.#key.partnerReferenceNo);
    const amount = this.#order.amount().value;
    const isAccepted = cancel?.isAccepted ?? refund?.isAccepted ?? sent.isAccepted;
    const doubt: PurchaseDoubt = {
      sent,
      ...(cancel && { cancel }),
      ...(refund && { refund: { ...refund, partnerRefundNo, isWhole: true, amount } }),
      ...(isAccepted && { isAccepted }),
    };
    this.#journey.doubt(isOpen(cancel) || isOpen(refund));
    const fact = await this.#truth.ask(doubt);
    this.#journey.doubt(false);
    return fact.status === 'unknown' ? counted(fact, partnerRefundNo) : fact;
  }

  #isUnderWay = ({ refunds }: PurchaseFact) =>
    ownMember(refunds, reversalRefundNo(this.#key.partnerReferenceNo))?.status === 'pending';

  #hasFailed({ status, refunds }: PurchaseFact): boolean {
    const own = ownMember(refunds, reversalRefundNo(this.#key.partnerReferenceNo));
    return status === 'success' && own?.status === 'failed';
  }

  /** "Not found" after an accepted cancel contradicts itself: then DOKU is asked again. */
  #isReversed({ status }: PurchaseFact): boolean {
    return (
      status === 'cancelled' ||
      status === 'refunded' ||
      status === 'failed' ||
      (status === 'not-found' && !this.#memory.cancel?.isAccepted)
    );
  }
}

const keyOf = ({ partnerReferenceNo, customerId, accountId }: PurchaseKey): PurchaseKey => ({
  partnerReferenceNo,
  customerId,
  ...(accountId !== undefined && { accountId }),
});

function remember(
  memory: ReversalMemory,
  what: 'cancel' | 'refund',
  move: Move<null>,
  notBefore?: string,
): void {
  if (move.kind === 'refused' || move.kind === 'not-sent') return;
  const isAccepted = move.kind === 'accepted' || memory[what]?.isAccepted;
  memory[what] = {
    lastSentAt: new Date().toISOString(),
    ...(notBefore && { notBefore }),
    ...(isAccepted && { isAccepted }),
    ...underWay(move),
  };
}

/** Whether it is not known whether it happened. */
const isOpen = (sent: Sent | undefined) => sent !== undefined && !sent.isAccepted;

/** As much of a reason as DOKU takes; half a character is none. */
const cut = (reason: string) => reason.slice(0, LONGEST_REASON).replace(/[\uD800-\uDBFF]$/, '');

/** DOKU may show the refund in its history before the purchase's own status follows. */
export const counted = (fact: Known<PurchaseFact>, partnerRefundNo: string): Known<PurchaseFact> =>
  ownMember(fact.refunds, partnerRefundNo)?.status === 'success'
    ? { ...fact, status: 'refunded' }
    : fact;

/** A refund of another amount under the number of the reversal's is not its own (money rule 7). */
export const reversalMisfit =
  (partnerReferenceNo: string, amount: Money) =>
  (fact: PurchaseFact): string | undefined =>
    refundMisfit(ownMember(fact.refunds, reversalRefundNo(partnerReferenceNo)), amount.value) ??
    unnamedMisfit(fact);
