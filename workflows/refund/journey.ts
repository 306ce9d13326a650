import { condition, patched } from '@temporalio/workflow';
import * as z from 'zod';
import type { Sent } from '../../activities/calling/absence.js';
import type { TurnHolder } from '../../activities/journeys/open.js';
import type { PurchaseFact, PurchaseKey } from '../../activities/purchase.js';
import { durationMs } from '../../contract/duration.js';
import { written } from '../../contract/money.js';
import { ownMember } from '../../contract/own-member.js';
import {
  type ParsedRefundInput,
  type RefundInput,
  type RefundResult,
  type RefundStatus,
  refundInputSchema,
  refundStatusQuery,
} from '../../contract/refund.js';
import { parsedInput } from '../mechanisms/bad-input.js';
import { isReset, ownResets } from '../mechanisms/earlier-run.js';
import { Journey } from '../mechanisms/journey.js';
import { onQuery } from '../mechanisms/messages.js';
import { moves } from '../mechanisms/purchase-calls.js';
import { refusedWith } from '../mechanisms/refused-with.js';
import { RunOfMove, sentByAnother, sentByBrokenOff } from '../mechanisms/run-of-move.js';
import { type Proven, sendUntilProven } from '../mechanisms/send-until-proven.js';
import { NO_MORE_SENT } from '../mechanisms/stop-words.js';
import type { Known } from '../mechanisms/truth.js';
import { type End, hasFailed, isUndoneWhole, refusalBy, rejected } from './fact.js';
import { mayBeOwnCancel } from './own-cancel.js';
import { isPurchaseOpen, seenPurchase } from './purchase-lookup.js';
import { Questions } from './questions.js';
import { isStale, unlessForgotten } from './rejection.js';
import { Tries } from './settlement.js';
import { Stopped } from './stopped.js';
import { leaveRefundTurn, takeRefundTurn } from './turn.js';
import { viewOf } from './view.js';

/** Its reason was any text. */
const BEFORE = refundInputSchema.extend({ reason: z.string() });

/**
 * The refund journey: cancels before the purchase has settled, refunds after it, in whole or in part, and proves it
 * by Query Purchase's refund history. Contract: `contract/refund.ts`.
 */
export async function refund(input: RefundInput): Promise<RefundResult> {
  return new Refund(parsedInput(refundInputSchema, BEFORE, input)).run();
}

class Refund {
  readonly #input: ParsedRefundInput;
  readonly #key: PurchaseKey;
  readonly #journey: Journey<RefundStatus, RefundResult>;
  readonly #questions: Questions;
  /** Tries of what DOKU's status had rejected, and does not any more. */
  readonly #rounds = new Tries();
  /** Milliseconds since the epoch: until then it is tried, once DOKU has taken a rejection back. */
  #settleBy: number | undefined;
  #isGivenUp = false;
  #hasTurn = false;
  /** DOKU is asked about it, and may be told to give back. */
  #isBegun = false;
  readonly #resets = ownResets.get();
  /** How many of them DOKU was asked about. */
  #resetsAsked = 0;
  readonly #runOfCancel = new RunOfMove();
  readonly #runOfRefund = new RunOfMove();
  #comesFirst: TurnHolder | undefined;
  /** Workflow ID of the refund that this one waited for last. */
  #cameFirst: string | undefined;
  /** Whether all of the purchase is to go back: then its own status tells of that too. */
  #isWhole = false;
  /** What a try before has sent of the refund. */
  #tried: Sent | undefined;
  /** Whether that is proven not to have happened. */
  #isAbsent = false;

  constructor(input: ParsedRefundInput) {
    this.#input = input;
    const { partnerRefundNo, partnerReferenceNo, customerId, amount } = input;
    this.#key = { partnerReferenceNo, customerId };
    this.#journey = new Journey<RefundStatus, RefundResult>(
      `Refund ${partnerRefundNo} of ${partnerReferenceNo}, ${written(amount)}`,
      'awaiting-turn',
      { ...this.#key, partnerRefundNo, amount },
    );
    this.#questions = new Questions(this.#journey, input);
    this.#journey.interruptBy(() => this.#stoppedUnasked);
    onQuery(refundStatusQuery, () => viewOf(this.#input, this.#journey, this.#comesFirst));
  }

  run(): Promise<RefundResult> {
    return this.#journey.run(
      async () => {
        const { partnerRefundNo, partnerReferenceNo, amount } = this.#input;
        const end = await this.#end();
        return { partnerRefundNo, partnerReferenceNo, amount, ...end, ...this.#asRecorded(end) };
      },
      () => {
        this.#isGivenUp = true;
      },
      () => NO_MORE_SENT,
    );
  }

  async #end(): Promise<End> {
    const told = await this.#proven(() => this.#steps());
    if (this.#hasTurn && this.#resets.count > 0 && patched('turn-is-left'))
      await leaveRefundTurn(this.#input.partnerReferenceNo);
    return told;
  }

  /** Less, or more, than was asked for, where an operator has recorded that it went back. */
  #asRecorded({ outcome }: End): Pick<End, 'refundedAmount'> {
    const recorded = this.#questions.truth.recorded;
    const refundedAmount = recorded && this.#own(recorded)?.amount;
    return outcome === 'refunded' && refundedAmount ? { refundedAmount } : {};
  }

  /** How it ended, once DOKU does not take that back. */
  async #proven(steps: () => Promise<End>): Promise<End> {
    const end = await steps().catch((error) => {
      if (!(error instanceof Stopped)) throw error;
      return rejected('cancelled');
    });
    if (end.rejection === 'cancelled' && patched('cancelled-is-asked-about'))
      return this.#unlessMade(end);
    const ask = async (sent: Sent) => this.#untilEnded(await this.#questions.ask(sent));
    const told = await unlessForgotten(end, this.#input, ask, (fact) => this.#isDone(fact));
    if (told) return told;
    this.#settleBy ??= this.#settlesBy;
    if (this.#isGivenUp || Date.now() > this.#settleBy) return end;
    await condition(() => this.#isGivenUp, this.#rounds.next());
    return this.#proven(async () =>
      this.#isGivenUp ? rejected('cancelled') : await this.#giveBack(),
    );
  }

  get #settlesBy(): number {
    return this.#settleBy ?? Date.now() + durationMs(this.#input.settleWithin);
  }

  /** Before it is said that nothing went back: a run before this one may have seen to it (money rule 10). */
  async #unlessMade(end: End): Promise<End> {
    const sent = this.#sentBefore ?? (await sentByBrokenOff(this.#runOfRefund));
    // What this run has not asked about it has not sent: then nobody waits long for an answer, or decides.
    const isAsked = this.#isBegun && !patched('stopped-refunds-are-looked-for');
    if (!sent && (isAsked || !(await this.#isShown()))) return end;
    this.#isBegun = true;
    const seen = await this.#untilEnded(await this.#questions.ask(sent ?? sentByAnother()));
    const fact = await this.#ended(seen);
    if (this.#isDone(fact)) return { outcome: 'refunded', by: 'refund' };
    return (await this.#mayBeOwnCancel(fact)) ? this.#askWhoUndid(fact) : end;
  }

  /** Whether DOKU shows something that may be this refund, as far as it says so soon. */
  async #isShown(): Promise<boolean> {
    const fact = await this.#questions.soon();
    if (fact === undefined) return false;
    return this.#own(fact) !== undefined || fact.mayBeUnnamed || this.#mayBeOwnCancel(fact);
  }

  /** What a run before the last reset may have sent, as long as DOKU was not asked about it. */
  get #sentBefore(): Sent | undefined {
    return this.#resets.count === this.#resetsAsked ? undefined : sentByAnother();
  }

  /** The business process, step by step. */
  async #steps(): Promise<End> {
    const { partnerReferenceNo } = this.#input;
    // What an earlier run may have sent is for DOKU to tell of.
    const seen =
      this.#resets.count > 0 ? {} : await seenPurchase(partnerReferenceNo, this.#journey);
    const { customerId = this.#input.customerId } = seen;
    if (customerId !== this.#input.customerId) return rejected('other-customer');
    let hasWaited = false;
    this.#hasTurn = await takeRefundTurn({
      partnerReferenceNo,
      story: this.#journey.story,
      isStopped: () => this.#isStopped,
      onHolder: (holder) => {
        hasWaited = true;
        this.#comesFirst = holder;
        this.#cameFirst = holder?.workflowId ?? this.#cameFirst;
      },
    });
    if (!this.#hasTurn) return rejected('cancelled');
    this.#journey.enter('refunding');
    const known = hasWaited ? undefined : seen.isOpen;
    const isOpen = known ?? (await isPurchaseOpen(partnerReferenceNo, this.#journey));
    return isOpen ? rejected('purchase-open') : this.#giveBack();
  }

  async #giveBack(): Promise<End> {
    this.#isBegun = true;
    // What an earlier run sent has had its time then, and shows.
    const isLater = patched('refund-of-later-run') && (await isReset());
    if (isLater) this.#resetsAsked = this.#resets.count;
    const first = await this.#questions.unlessStale(
      isLater ? await this.#questions.ask(sentByAnother()) : await this.#questions.look(),
    );
    const before = await this.#untilEnded(first);
    if (this.#isDone(before)) return { outcome: 'refunded', by: 'refund' };
    if (before !== first && hasFailed(before, this.#input.partnerRefundNo))
      return rejected('refused-by-doku', 'failed');
    if (isLater && isUndoneWhole(before) && !patched('others-tell-who-undid'))
      return this.#askWhoUndid(before);
    if (await this.#mayBeOwnCancel(before)) return this.#askWhoUndid(before);
    const refusal = refusalBy(before, this.#input);
    if (refusal) return refusal;
    this.#isWhole =
      before.amount === this.#input.amount.value && Object.keys(before.refunds).length === 0;
    return (this.#isWhole ? await this.#cancel() : undefined) ?? this.#refund();
  }

  /** What DOKU works on is neither sent again nor refused. */
  async #untilEnded(fact: Known<PurchaseFact>): Promise<Known<PurchaseFact>> {
    if (this.#own(fact)?.status !== 'pending' || !patched('what-was-shown-is-awaited')) return fact;
    this.#isWhole ||= fact.amount === this.#input.amount.value;
    return this.#ended(fact);
  }

  #mayBeOwnCancel(fact: Known<PurchaseFact>): Promise<boolean> {
    return mayBeOwnCancel(this.#input, fact, this.#cameFirst, this.#journey);
  }

  /** The order went back whole, maybe by a cancel of an earlier run's, which has no number of its own. */
  async #askWhoUndid({ status }: PurchaseFact): Promise<End> {
    const decided = await this.#questions.truth.park(
      `the purchase is ${status}, and an earlier run of this journey may have done it`,
    );
    if (!decided) return this.#giveBack();
    return this.#isDone(decided)
      ? { outcome: 'refunded', by: 'cancel' }
      : rejected('operator-resolved');
  }

  /** @returns nothing where DOKU refuses, as it does once the purchase has settled. */
  async #cancel(): Promise<End | undefined> {
    const { partnerReferenceNo, reason } = this.#input;
    const proven = await sendUntilProven(
      {
        name: 'Cancel Purchase',
        send: async () =>
          this.#runOfCancel.noted(
            await moves.cancelPurchase.executeWithOptions(
              { summary: `Cancel Purchase ${partnerReferenceNo}` },
              [{ ...this.#key, ...this.#runOfCancel.argument, isRefund: true, reason }],
            ),
          ),
        ask: (sent) => this.#questions.of('cancel', sent, this.#isWhole),
        isUndone: (fact) => fact.status === 'success',
        sent: this.#sentBefore,
        ...this.#moving,
      },
      this.#journey.story,
    );
    if (proven.kind === 'refused')
      return proven.refusal === 'ended-before' ? rejected('ended-before') : undefined;
    if (proven.kind === 'stopped') return rejected('cancelled');
    const fact = await this.#factOf(proven);
    if (fact && (isUndoneWhole(fact) || this.#isDone(fact)))
      return { outcome: 'refunded', by: this.#own(fact) ? 'refund' : 'cancel' };
    if (fact?.isOperatorsWord) return rejected('operator-resolved');
    if (fact && fact.status !== 'open' && fact.status !== 'not-found')
      return rejected('not-refundable', fact.status);
    // It was paid, and a cancel was sent: that proves nothing.
    const decided =
      fact && (await this.#questions.truth.park(`DOKU shows a paid purchase as ${fact.status}`));
    if (decided)
      return this.#isDone(decided)
        ? { outcome: 'refunded', by: 'cancel' }
        : rejected('operator-resolved');
    return this.#cancel();
  }

  async #refund(): Promise<End> {
    const settleBy = this.#settlesBy;
    const tries = new Tries();
    for (;;) {
      const pause = tries.next();
      const proven = await this.#refundOnce();
      if (proven.kind === 'stopped') return rejected('cancelled');
      this.#isAbsent = proven.kind === 'refused';
      if (proven.kind !== 'refused') {
        const fact = await this.#factOf(proven);
        const end = fact && this.#endBy(fact);
        if (end) return end;
        continue;
      }
      if (proven.refusal === 'ended-before') return rejected('ended-before');
      if (proven.refusal !== 'not-allowed-now')
        return { ...rejected('refused-by-doku', proven.refusal), ...refusedWith(proven) };
      const shown = await this.#questions.unlessStale(await this.#questions.ask());
      const own = await this.#ownEnd(shown);
      if (own) return own;
      const { status } = shown;
      if (status !== 'success' && !isStale(shown)) return rejected('not-refundable', status);
      if (this.#isGivenUp) return rejected('cancelled');
      if (Date.now() >= settleBy) return rejected('not-settled');
      this.#journey.enter('awaiting-settlement');
      await condition(() => this.#isStopped, Math.min(pause, Math.max(1, settleBy - Date.now())));
      if (this.#isStopped) return rejected('cancelled');
      // Each change costs an event, and it is still settlement that is waited for.
      if (!patched('settles-quietly')) this.#journey.enter('refunding');
    }
  }

  /** What was refused may have been carried out by then, late, for a try before. */
  async #ownEnd(shown: Known<PurchaseFact>): Promise<End | undefined> {
    if (!this.#own(shown) || !patched('own-refund-is-seen')) return undefined;
    return this.#endBy(await this.#ended(shown));
  }

  #endBy(fact: Known<PurchaseFact>): End | undefined {
    if (this.#isDone(fact)) return { outcome: 'refunded', by: 'refund' };
    if (fact.isOperatorsWord) return rejected('operator-resolved');
    return this.#own(fact)?.status === 'failed' ? rejected('refused-by-doku', 'failed') : undefined;
  }

  #refundOnce(): Promise<Proven<PurchaseFact>> {
    const { partnerRefundNo, amount, reason } = this.#input;
    const before = this.#sentBefore;
    // Remembered also where it has not happened: a refusal is a doubt from then on.
    const tried = this.#tried && patched('refund-remembers-its-tries') ? this.#tried : undefined;
    this.#resetsAsked = this.#resets.count;
    return sendUntilProven(
      {
        name: 'Refund Purchase',
        send: async () => {
          const answer = await moves.refundPurchase.executeWithOptions(
            { summary: `Refund Purchase ${partnerRefundNo}, ${written(amount)}` },
            [
              {
                ...this.#key,
                ...this.#runOfRefund.argument,
                isRefund: true,
                partnerRefundNo,
                refundAmount: amount,
                reason,
              },
            ],
          );
          return this.#questions.whose.noted(this.#runOfRefund.noted(answer));
        },
        ask: async (sent) => this.#ended(await this.#questions.of('refund', sent, this.#isWhole)),
        isUndone: (fact) =>
          hasFailed(fact, partnerRefundNo)
            ? !patched('failed-refund-is-final')
            : ownMember(fact.refunds, partnerRefundNo) === undefined && !this.#isDone(fact),
        sent: before ?? tried,
        isAbsent: before === undefined && this.#isAbsent,
        onSent: (last) => {
          this.#tried = last;
        },
        ...this.#moving,
      },
      this.#journey.story,
    );
  }

  /** DOKU's word, once the refund is no longer on its way. */
  #ended = (fact: Known<PurchaseFact>) => this.#questions.ended(fact, this.#isWhole);

  /** An operator pressed Temporal's cancel button. Journeys that began before this patch went on at times. */
  get #isStopped(): boolean {
    return this.#isGivenUp && patched('refund-stops');
  }

  /** Nobody is asked to decide about a refund that is stopped before DOKU was asked about it, by whatever run. */
  get #stoppedUnasked(): Stopped | undefined {
    if (!this.#isGivenUp || this.#isBegun || this.#resets.count > 0) return undefined;
    return patched('stopped-is-asked-about-no-more') ? new Stopped() : undefined;
  }

  get #moving() {
    return {
      isStopped: () => this.#isStopped,
      onDoubt: (isInDoubt: boolean) => this.#journey.doubt(isInDoubt),
    };
  }

  /** @returns nothing where an operator wants it tried again. */
  async #factOf(
    proven: Exclude<Proven<PurchaseFact>, { kind: 'refused' | 'stopped' }>,
  ): Promise<Known<PurchaseFact> | undefined> {
    return proven.kind === 'known'
      ? proven.fact
      : this.#questions.truth.park(
          'what became of the refund could not be proven: a day went by, or DOKU contradicts itself',
        );
  }

  #own = ({ refunds }: PurchaseFact) => ownMember(refunds, this.#input.partnerRefundNo);

  #isDone(fact: PurchaseFact): boolean {
    const own = this.#own(fact);
    return own ? own.status === 'success' : this.#isWhole && isUndoneWhole(fact);
  }
}
