import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  patched,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type { Sent } from '../../activities/calling/absence.js';
import type { SendingRun } from '../../activities/journeys/run.js';
import type {
  TopUpActivities,
  TopUpFact,
  TopUpKey,
  TopUpSent,
  TopUpTarget,
} from '../../activities/top-up.js';
import { written } from '../../contract/money.js';
import {
  fundedSignal,
  fundedUpdate,
  type ParsedTopUpInput,
  type TopUpInput,
  type TopUpResult,
  type TopUpStatus,
  topUpInputSchema,
  topUpNotifiedSignal,
  topUpStatusQuery,
} from '../../contract/top-up.js';
import { comesAfterBrokenOff } from '../mechanisms/after-broken-off.js';
import { parsed } from '../mechanisms/bad-input.js';
import { MOVE } from '../mechanisms/call-options.js';
import { atResets, ownResets } from '../mechanisms/earlier-run.js';
import { FundsWait } from '../mechanisms/funds-wait.js';
import { Journey } from '../mechanisms/journey.js';
import { HandOver } from '../mechanisms/long-history.js';
import { onQuery, onSignal, onUpdate } from '../mechanisms/messages.js';
import { assertNow } from '../mechanisms/not-now.js';
import { otherAmountInHistory } from '../mechanisms/own-history.js';
import { refusedWith } from '../mechanisms/refused-with.js';
import { LONG_AGO, sentByAnother } from '../mechanisms/run-of-move.js';
import { type Proven, sendUntilProven } from '../mechanisms/send-until-proven.js';
import { NO_MORE_SENT } from '../mechanisms/stop-words.js';
import type { Known, Truth } from '../mechanisms/truth.js';
import { Changes } from './changes.js';
import { CANCELLED, type End } from './end.js';
import { inquire } from './inquiry.js';
import { argumentsOf, type EarlierTopUp, sentBy } from './known.js';
import { NumberAtDoku } from './own.js';
import { tellPart } from './tell-part.js';
import { truthOf } from './truth.js';
import { untilFree } from './until-free.js';
import { viewOf } from './view.js';

const moves = proxyActivities<Pick<TopUpActivities, 'sendTopUp'>>(MOVE);

/**
 * The top-up journey: inquiry → Top Up → Query Top Up until DOKU's status is final. Contract:
 * `contract/top-up.ts`.
 *
 * @param earlier - of the run before, or of a batch that got no clear answer: DOKU may have it already.
 */
export async function topUp(input: TopUpInput, earlier?: EarlierTopUp): Promise<TopUpResult> {
  return new TopUp(parsed(topUpInputSchema, input, 'input'), earlier).run();
}

const EVENTS_A_RUN = 2_000;

class TopUp {
  readonly #input: ParsedTopUpInput;
  /** With the wallet, once the inquiry named it. */
  readonly #key: TopUpKey & { accountId?: string };
  readonly #journey: Journey<TopUpStatus, TopUpResult>;
  readonly #truth: Truth<TopUpFact>;
  readonly #funds: FundsWait;
  /** What may have reached DOKU: by an earlier send, or by whoever handed the top-up over. */
  #sent: Sent | undefined;
  readonly #number: NumberAtDoku;
  /** The run that has proven that those before it sent nothing. */
  #provenIn: string | undefined;
  readonly #changes = new Changes();
  readonly #resets = ownResets.get();
  /** How many of them DOKU was asked about. */
  #resetsAsked = 0;
  #isStopped: boolean;

  constructor(input: ParsedTopUpInput, earlier?: EarlierTopUp) {
    this.#input = input;
    this.#sent = sentBy(earlier);
    this.#isStopped = earlier?.isStopped ?? false;
    const { partnerReferenceNo, customerId } = input;
    const accountId = earlier?.accountId;
    this.#key = { partnerReferenceNo, customerId, ...(accountId && { accountId }) };
    this.#number = new NumberAtDoku(this.#key, input.amount, this.#resets, earlier?.isKnown);
    this.#funds = new FundsWait(input.waitForFunds);
    const title = `Top-up ${input.partnerReferenceNo}, ${written(input.amount)}`;
    this.#journey = new Journey<TopUpStatus, TopUpResult>(title, 'inquiring', {
      ...this.#key,
      amount: input.amount,
    });
    if (earlier?.journey) this.#journey.goOnFrom(earlier.journey);
    this.#journey.whenParked((isParked) => void tellPart(partnerReferenceNo, isParked));
    this.#truth = truthOf(input, this.#journey, this.#number);
    onQuery(topUpStatusQuery, () => viewOf(partnerReferenceNo, this.#journey, this.#funds.until));
    onSignal(fundedSignal, () => this.#funds.funded());
    onUpdate(fundedUpdate, () => this.#funds.funded(), {
      validator: () =>
        assertNow(
          this.#funds.isWaiting && this.#funds.isNews,
          'nobody waits for funds, or it was said before',
        ),
      description: 'Money came in',
    });
    onSignal(topUpNotifiedSignal, () => this.#changes.nudge());
  }

  async run(): Promise<TopUpResult> {
    try {
      return await this.#ended();
    } catch (error) {
      if (!(error instanceof HandOver)) throw error;
      return CancellationScope.nonCancellable(() => this.#goOnAsNew());
    }
  }

  #ended(): Promise<TopUpResult> {
    return this.#journey.run(
      async () => {
        void atResets(this.#resets, () => this.#funds.lookAgain());
        const end = await this.#unlessMoved(await this.#steps());
        const referenceNo = this.#truth.referenceNo;
        return {
          partnerReferenceNo: this.#key.partnerReferenceNo,
          amount: this.#input.amount,
          ...(referenceNo && { referenceNo }),
          ...end,
        };
      },
      // Only what has not been sent can be given up.
      () => {
        this.#isStopped = true;
      },
      () => NO_MORE_SENT,
    );
  }

  /** The business process, step by step. */
  async #steps(): Promise<End> {
    if (this.#sent) {
      const fact = await this.#proven(this.#sent);
      if (fact.status !== 'not-found') return this.#endOf(fact);
      if (this.#isStopped && patched('stopped-before-inquiry')) return CANCELLED;
    }
    const target = await this.#inquire();
    if ('outcome' in target) return target;
    /** Proven by the question above, or nothing was sent. */
    let isAbsent = true;
    for (;;) {
      if (this.#isStopped && isAbsent) return CANCELLED;
      const proven = await this.#send(target, isAbsent);
      switch (proven.kind) {
        case 'stopped':
          return CANCELLED;
        case 'known':
          return this.#endOf(proven.fact);
        case 'refused': {
          const { refusal } = proven;
          if (refusal !== 'insufficient-funds')
            return { outcome: 'failed', refusal, ...refusedWith(proven) };
          if (!(await this.#awaitFunds()))
            return this.#isStopped
              ? CANCELLED
              : { outcome: refusal, refusal, ...refusedWith(proven) };
          isAbsent = true;
          break;
        }
        case 'unproven': {
          const fact = await this.#truth.park(
            'what became of the top-up could not be proven: a day went by, or DOKU contradicts itself',
          );
          if (fact) return this.#endOf(fact);
          // Histories of before send again without a question.
          isAbsent = this.#sent === undefined || !patched('sent-is-remembered');
          break;
        }
        default:
          return proven satisfies never;
      }
    }
  }

  /** Before it is said that nothing moved, as it was stopped: a run before this one may have sent it (money rule 10). */
  async #unlessMoved(end: End): Promise<End> {
    const isReset = this.#resets.count > this.#resetsAsked;
    const isUnasked = isReset || (this.#sent === undefined && end.refusal === 'cancelled');
    if (end.outcome === 'completed' || !isUnasked || !patched('cancelled-is-asked-about'))
      return end;
    // Where nothing tells of such a run, nobody waits long for DOKU's answer.
    const isLater = isReset || (await comesAfterBrokenOff());
    if (!isLater && !(await this.#truth.isShown(LONG_AGO))) return end;
    const fact = await this.#proven(sentByAnother());
    return fact.status === 'not-found' ? end : this.#endOf(fact);
  }

  async #inquire(): Promise<TopUpTarget | End> {
    const answer = await inquire(
      { ...this.#key, amount: this.#input.amount, ...this.#run() },
      this.#journey,
      () => this.#isStopped,
    );
    switch (answer.kind) {
      case 'answer':
        this.#key.accountId = answer.response.customerNumber;
        return answer.response;
      case 'stopped':
        return CANCELLED;
      case 'given-up':
        return { outcome: 'failed', refusal: 'no-answer' };
      case 'refused': {
        const { refusal, mayBeSent, isKnown, claimedBy } = answer;
        if (this.#sent === undefined) this.#number.known = isKnown;
        this.#journey.story.tell(`inquiry refused: ${refusal}`);
        await this.#untilFree(claimedBy);
        const fact = mayBeSent && (await this.#proven(sentByAnother()));
        if (fact && fact.status !== 'not-found') return this.#endOf(fact);
        return { outcome: 'failed', refusal };
      }
      default:
        return answer satisfies never;
    }
  }

  /** @param isAbsent - what was sent before, if anything, is proven not to have happened. */
  #send(target: TopUpTarget, isAbsent: boolean): Promise<Proven<TopUpFact>> {
    this.#journey.enter('sending');
    return sendUntilProven(
      {
        name: 'Top Up',
        send: () => this.#sendOnce(target),
        ask: (sent) => this.#final(sent),
        isUndone: (fact) => fact.status === 'not-found',
        sent: this.#sent,
        isAbsent,
        isStopped: () => this.#isStopped,
        onDoubt: (isInDoubt) => this.#journey.doubt(isInDoubt),
        onSent: (sent) => this.#noteSent(sent),
      },
      this.#journey.story,
    );
  }

  async #sendOnce(target: TopUpTarget): Promise<TopUpSent> {
    const { partnerReferenceNo, amount, notes } = this.#input;
    const answer = await moves.sendTopUp.executeWithOptions(
      { summary: `Top Up ${partnerReferenceNo}, ${written(amount)}` },
      [
        {
          ...this.#key,
          ...target,
          amount,
          ...(notes && { notes }),
          ...this.#run(),
        },
      ],
    );
    // Once something of ours may be there, that DOKU knows the number is no surprise.
    if (this.#sent === undefined) this.#number.known = answer.isKnown;
    this.#provenIn = answer.unprovenIn ?? this.#provenIn;
    await this.#untilFree(answer.claimedBy);
    return answer;
  }

  #untilFree(claimedBy: string | undefined): Promise<void> {
    const { partnerReferenceNo } = this.#key;
    return untilFree(partnerReferenceNo, claimedBy, this.#journey.story, () => this.#isStopped);
  }

  #run(): SendingRun {
    return { firstRunId: workflowInfo().originalExecutionRunId, provenIn: this.#provenIn };
  }

  /** DOKU is asked about it, by whichever run it was sent. */
  #noteSent(sent: Sent): void {
    this.#sent = sent;
    this.#resetsAsked = this.#resets.count;
  }

  /** What became of what was sent before this journey, or this run of it, sends anything. */
  async #proven(sent: Sent): Promise<Known<TopUpFact>> {
    this.#noteSent(sent);
    this.#journey.doubt(!sent.isAccepted);
    const fact = await this.#final(sent);
    this.#journey.doubt(false);
    return fact;
  }

  /** DOKU's final status: from seconds to days, and a history of the same size. */
  async #final(sent?: Sent): Promise<Known<TopUpFact>> {
    for (;;) {
      const fact = await this.#truth.ask(sent);
      if (fact.isOperatorsWord) return fact;
      if (fact.isOthers) {
        const word = await this.#truth.park('DOKU says that it went to another wallet');
        if (word) return word;
      } else if (fact.status === 'open') {
        this.#journey.doubt(false);
        if (this.#sent) this.#sent = { ...this.#sent, isAtDoku: true };
        await this.#untilChanged();
      } else return fact;
    }
  }

  /** Until DOKU's status changes, or a notification says that it did. */
  async #untilChanged(): Promise<void> {
    this.#handOverIfLong();
    await this.#changes.await(this.#key);
  }

  /** However often it is told something: a run that has grown long hands what it knows to another. */
  #handOverIfLong(): void {
    if (workflowInfo().historyLength >= EVENTS_A_RUN && patched('goes-on-in-another-run'))
      throw new HandOver('its history is long');
  }

  /** With what it was told while its events were handed over, too. */
  async #goOnAsNew(): Promise<never> {
    await condition(allHandlersFinished);
    const known = {
      fundsUntil: this.#funds.until,
      sent: this.#sent,
      known: this.#number.known,
      accountId: this.#key.accountId,
      isStopped: this.#isStopped,
      journey: this.#journey.kept,
    };
    return continueAsNew<typeof topUp>(...argumentsOf(this.#input, known));
  }

  /** @returns whether to try again; `false` when nobody waits any longer. */
  async #awaitFunds(): Promise<boolean> {
    if (this.#funds.until === undefined) return false;
    this.#handOverIfLong();
    this.#journey.enter('awaiting-funds');
    this.#journey.story.tell('waits for the corporate balance');
    return this.#funds.await(this.#input.amount.value, () => this.#isStopped);
  }

  /** Another's success under this number is none of ours (money rule 7). */
  async #endOf(fact: Known<TopUpFact>): Promise<End> {
    if (this.#number.isAnothers && !fact.isOperatorsWord)
      return { outcome: 'failed', refusal: 'number-used-otherwise' };
    if (fact.status !== 'success') return { outcome: 'failed', refusal: fact.status };
    if (fact.isOperatorsWord)
      return { outcome: 'completed', ...(fact.amount && { creditedAmount: fact.amount }) };
    const isAmountTold = fact.amount !== undefined;
    if (!this.#number.isToBeProven(this.#sent)) {
      const { amount } = this.#input;
      if (isAmountTold) return { outcome: 'completed' };
      const other = await otherAmountInHistory(this.#key, amount, 'credit');
      if (other === undefined) return { outcome: 'completed' };
      return this.#askedAbout({ status: 'success', amount: other });
    }
    const { whose, shown } = await this.#number.whose(isAmountTold);
    switch (whose) {
      case 'own':
        return { outcome: 'completed' };
      case 'other':
        return { outcome: 'failed', refusal: 'number-used-otherwise' };
      default:
        return this.#askedAbout(shown);
    }
  }

  /** @param shown - what the customer's history has under the number, in another amount. */
  async #askedAbout(shown?: TopUpFact): Promise<End> {
    const reason = shown
      ? "DOKU's history has it in another amount"
      : 'DOKU paid something under this number, and does not say whether it was this';
    return this.#endOf((await this.#truth.park(reason, shown)) ?? (await this.#final(this.#sent)));
  }
}
