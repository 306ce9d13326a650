import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  patched,
  workflowInfo,
} from '@temporalio/workflow';
import * as z from 'zod';
import type { PurchaseFact, PurchaseKey } from '../../activities/purchase.js';
import { durationMs } from '../../contract/duration.js';
import { written } from '../../contract/money.js';
import {
  type ParsedPurchaseInput,
  type PurchaseInput,
  type PurchaseResult,
  type PurchaseStatus,
  purchaseInputSchema,
} from '../../contract/purchase.js';
import { parsedInput } from '../mechanisms/bad-input.js';
import { Journey } from '../mechanisms/journey.js';
import { HandOver, whenLong } from '../mechanisms/long-history.js';
import { paidTimeOf } from '../mechanisms/purchase-truth.js';
import type { Known } from '../mechanisms/truth.js';
import { awaitAcknowledgement } from './acknowledgement.js';
import { toAskOf } from './delivery-unclear.js';
import { EarlierRuns } from './earlier-runs.js';
import { declinedBy, type End, endOf, isOver, paidBy, type Undo } from './end.js';
import { answerMessages } from './messages.js';
import { Nudges } from './nudges.js';
import { endOfAnothers } from './of-another.js';
import { obtainPage } from './page.js';
import { awaitPayment } from './payment.js';
import { Reversal, runsOfReversal } from './reversal.js';
import {
  type HandedOver,
  hadLives,
  initialState,
  isLaterRun,
  mayHaveSent,
  type PurchaseState,
  type StepOf,
} from './state.js';
import { toldAsPaid } from './told-as-paid.js';
import { type PurchaseTruth, purchaseTruth, reversedAmount } from './truth.js';

/** Its page was any of http. */
const BEFORE = purchaseInputSchema.extend({ returnUrl: z.string() });

/**
 * The purchase journey: Purchase Web → the customer pays → proven `paid`; or cancelled, or refunded, and
 * proven so. Contract: `contract/purchase.ts`.
 *
 * @param earlier - of the run that this one goes on from; whoever starts a purchase has none.
 */
export async function purchase(
  input: PurchaseInput,
  earlier?: HandedOver,
): Promise<PurchaseResult> {
  const goesOn = workflowInfo().continuedFromExecutionRunId !== undefined;
  const order = parsedInput(purchaseInputSchema, BEFORE, input);
  return new Purchase(order, goesOn ? earlier : undefined).run();
}

class Purchase {
  readonly #input: ParsedPurchaseInput;
  /** With the account, once DOKU was asked in its name. */
  readonly #key: PurchaseKey & { accountId?: string };
  readonly #state: PurchaseState;
  readonly #journey: Journey<PurchaseStatus, PurchaseResult>;
  readonly #truth: PurchaseTruth;
  readonly #earlier: EarlierRuns;
  readonly #nudges = new Nudges();
  readonly #isFirstRun: boolean;
  readonly #runsOfReversal = runsOfReversal(() => hadLives(this.#state));
  #isHandingOver = false;

  constructor(input: ParsedPurchaseInput, earlier: HandedOver | undefined) {
    this.#input = input;
    this.#isFirstRun = earlier === undefined;
    this.#state = earlier?.state ?? initialState(input);
    const { accountId } = this.#state;
    this.#key = {
      partnerReferenceNo: input.partnerReferenceNo,
      customerId: input.customerId,
      ...(accountId !== undefined && { accountId }),
    };
    const title = `Purchase ${input.partnerReferenceNo}, ${written(input.amount)}`;
    this.#journey = new Journey<PurchaseStatus, PurchaseResult>(title, 'requesting', {
      ...this.#key,
      amount: input.amount,
    });
    this.#journey.interruptBy(whenLong);
    this.#truth = purchaseTruth(input, this.#key, this.#state, this.#journey);
    this.#earlier = new EarlierRuns(
      this.#key,
      this.#state,
      this.#truth,
      () => reversedAmount(this.#input, this.#state),
      this.#journey,
    );
    if (earlier) {
      this.#journey.goOnFrom(earlier.journey);
      this.#truth.goOnFrom(earlier);
      this.#earlier.goOn();
    }
    answerMessages({
      input,
      state: this.#state,
      journey: this.#journey,
      nudges: this.#nudges,
      referenceNo: () => this.#referenceNo,
      resultOf: (end) => this.#journey.withResolution(this.#resultOf(end)),
      isHandingOver: () => this.#isHandingOver,
      earlier: this.#earlier,
      undo: (undo) => {
        this.#state.undo ??= undo;
      },
    });
  }

  async run(): Promise<PurchaseResult> {
    try {
      return await this.#journey.run(
        async () => this.#resultOf(await this.#steps()),
        // Temporal's own cancellation (an operator's button) asks for the same as the update `cancel`.
        () => {
          if (!this.#state.isAcknowledged)
            this.#state.undo ??= { reason: 'cancel-requested', note: 'cancelled in Temporal' };
        },
        () =>
          this.#state.isAcknowledged
            ? 'nothing: the payment is acknowledged, and a refund gives it back'
            : 'it is cancelled, or given back where it was paid',
      );
    } catch (error) {
      if (!(error instanceof HandOver)) throw error;
      return CancellationScope.nonCancellable(() => this.#goOnAsNew());
    }
  }

  #resultOf(end: End): PurchaseResult {
    const { partnerReferenceNo, amount } = this.#input;
    const referenceNo = this.#referenceNo;
    return { partnerReferenceNo, amount, ...(referenceNo && { referenceNo }), ...end };
  }

  /** Its history is long: another run goes on from the same step. */
  async #goOnAsNew(): Promise<never> {
    this.#isHandingOver = true;
    // Only this run can tell, as the next one is no reset's.
    this.#state.isLater = await isLaterRun(this.#state);
    await condition(allHandlersFinished);
    this.#earlier.keep();
    const { recorded, parkedFor } = this.#truth;
    const referenceNo = this.#referenceNo;
    return continueAsNew<typeof purchase>(this.#input, {
      state: this.#state,
      journey: this.#journey.kept,
      ...(recorded && { recorded }),
      ...(parkedFor && { parkedFor }),
      ...(referenceNo && { referenceNo }),
    });
  }

  /** The business process, step by step; another run goes on from the last one that was entered. */
  async #steps(): Promise<End> {
    const { step } = this.#state;
    switch (step.name) {
      case 'page':
        return (await this.#obtainPage()) ?? this.#awaitPayment();
      case 'payment':
        return this.#awaitPayment();
      case 'acknowledgement':
        return this.#awaitAcknowledgement(step);
      case 'delivery-unclear':
        return this.#askWhoDelivered(step);
      case 'undo':
        return this.#undoOwn(step.undo);
      case 'reversal':
        return this.#reversed(step.undo);
      default:
        return step satisfies never;
    }
  }

  /** @returns the end, if DOKU refused; otherwise DOKU may hold the purchase. */
  async #obtainPage(): Promise<End | undefined> {
    const { amount, returnUrl, description } = this.#input;
    const state = this.#state;
    const obtained = await obtainPage({
      order: () => ({ ...this.#key, amount, returnUrl, ...(description && { description }) }),
      journey: this.#journey,
      truth: this.#truth,
      sent: state.sent,
      onAccount: (accountId) => {
        state.accountId ??= accountId;
        this.#key.accountId ??= accountId;
      },
      onSent: (sent) => {
        state.sent = sent;
      },
      isLaterRun: () => isLaterRun(state),
      isOver: () => state.undo !== undefined || Date.now() >= state.expiresAt,
      isUndone: () => state.undo !== undefined,
    });
    if (obtained.kind === 'refused') return declinedBy(obtained);
    if (obtained.kind === 'page') state.page = obtained.page;
    if (obtained.kind === 'past') state.wasKnownToDoku = obtained.firstDoubt === 'known-to-doku';
    if (obtained.kind === 'unobtainable') state.undo ??= { reason: 'redirect-unobtainable' };
    return undefined;
  }

  async #awaitPayment(): Promise<End> {
    const state = this.#state;
    state.step = { name: 'payment' };
    this.#journey.enter('awaiting-payment');
    const seen = await awaitPayment({
      key: this.#key,
      truth: this.#truth,
      expiresAt: state.expiresAt,
      looksFirst: this.#journey.story.isFoundFromStart || !this.#isFirstRun,
      page: state.page,
      nudges: this.#nudges,
      journey: this.#journey,
      isUndone: () => state.undo !== undefined,
      earlier: this.#earlier,
    });
    const isToAsk = seen.status === 'success' && !state.undo && this.#earlier.isToAsk;
    const fact = isToAsk ? await this.#earlier.settled() : seen;
    if (isOver(fact)) return this.#endedAtDoku(fact);
    if (fact.status === 'success' && !state.undo) return this.#paid(fact);
    if (fact.status === 'success') this.#earlier.learned(fact, Date.now());
    return this.#undoOwn(state.undo ?? { reason: 'pay-within-elapsed' });
  }

  /** The page of an order that DOKU says is over may be open all the same, and be paid on: it is closed before that is told. */
  async #endedAtDoku(fact: Known<PurchaseFact>): Promise<End> {
    const mayBeOpen = this.#state.page && fact.status !== 'refunded' && !fact.isOperatorsWord;
    if (!mayBeOpen || !patched('ended-pages-are-closed')) return this.#overThere(fact);
    return this.#undoOwn({ reason: 'ended-at-doku' });
  }

  async #paid(fact: Known<PurchaseFact>): Promise<End> {
    const other = await this.#ofAnother(fact);
    if (other) return other;
    if (!this.#input.acknowledgeWithin)
      return paidBy(fact, this.#isByOperator ? 'operator-resolved' : 'customer-paid');
    const learnedAt = Date.now();
    const acknowledgeBy = learnedAt + durationMs(this.#input.acknowledgeWithin);
    return this.#awaitAcknowledgement({ name: 'acknowledgement', fact, learnedAt, acknowledgeBy });
  }

  /** @returns the end that an operator decides, where it is not known to be this customer's. */
  async #ofAnother(fact: Known<PurchaseFact>): Promise<End | undefined> {
    if (this.#state.page !== undefined || fact.isOperatorsWord) return undefined;
    if (!patched('paid-is-proven-own')) return undefined;
    return endOfAnothers(this.#key, this.#input.amount, this.#journey);
  }

  async #awaitAcknowledgement(step: StepOf<'acknowledgement'>): Promise<End> {
    const { fact, learnedAt, acknowledgeBy } = step;
    const state = this.#state;
    state.step = step;
    this.#journey.enter('awaiting-acknowledgement');
    const answer = await awaitAcknowledgement({
      payment: {
        paidTime: fact.paidTime,
        learnedAt,
        page: state.page,
        isOperatorsWord: fact.isOperatorsWord === true,
        wasKnownToDoku: state.wasKnownToDoku,
      },
      startedAt: state.startedAt,
      acknowledgeBy,
      isAcknowledged: () => state.isAcknowledged,
      isUndone: () => state.undo !== undefined,
      earlier: this.#earlier,
      isLaterRun: async () => (await isLaterRun(state)) || this.#earlier.resets > 0,
      paidTimeNow: () => paidTimeOf(this.#key),
      journey: this.#journey,
    });
    switch (answer.kind) {
      case 'doubted': {
        const still = await this.#stillPaid();
        return 'outcome' in still ? still : this.#awaitAcknowledgement(step);
      }
      case 'acknowledged':
        return paidBy(fact, 'merchant-acknowledged');
      case 'undone':
        this.#earlier.learned(fact, learnedAt);
        return this.#undoOwn(state.undo ?? { reason: 'cancel-requested' });
      case 'silent':
        return this.#reverse({ reason: 'acknowledge-within-elapsed' });
      case 'unclear':
        return this.#askWhoDelivered({ name: 'delivery-unclear', fact, why: answer.why });
      default:
        return answer satisfies never;
    }
  }

  /** @returns DOKU's word, once what earlier runs sent has had its time; or how it ends where that has it as paid no more. */
  async #stillPaid(): Promise<Known<PurchaseFact> | End> {
    const fact = await this.#earlier.settled();
    if (isOver(fact)) return this.#overThere(fact);
    return fact.status === 'success' ? fact : this.#awaitPayment();
  }

  /** Nobody may guess whether it was delivered. */
  async #askWhoDelivered(
    step: StepOf<'delivery-unclear'>,
    isToAsk = this.#earlier.isToAsk,
  ): Promise<End> {
    const fact = isToAsk ? await this.#stillPaid() : step.fact;
    if ('outcome' in fact) return fact;
    const now = { ...step, fact };
    this.#state.step = now;
    const decided = await this.#journey.parkUnless(() => this.#earlier.isToAskAgain, {
      ...toAskOf(now, this.#key.partnerReferenceNo),
      contradiction: (wanted) => this.#truth.contradiction(wanted),
    });
    if (!decided) return this.#askWhoDelivered(now);
    const { decision, note } = decided;
    if (decision === 'ask-again') return this.#askWhoDelivered(now, true);
    if (decision === 'reverse') return this.#reverse({ reason: 'operator-resolved', note });
    return paidBy(fact, 'operator-resolved');
  }

  /** Undoes what nobody but this run was told of: another one may have said `paid`, and the order be delivered. */
  async #undoOwn(undo: Undo): Promise<End> {
    // From here on an acknowledgement is refused: never both fulfilled and reversed.
    this.#state.undo = undo;
    this.#state.step = { name: 'undo', undo };
    this.#journey.enter('reversing');
    if (undo.reason === 'operator-resolved' || !patched('asks-before-reversal'))
      return this.#reverse(undo);
    const isLater = this.#state.page === undefined || (await isLaterRun(this.#state));
    const isAlone = !isLater && this.#earlier.resets === 0;
    if (isAlone && !this.#earlier.isOfLostLife) return this.#reverse(undo);
    this.#truth.forgetRecorded();
    const payment = { lastSentAt: new Date().toISOString() };
    const fact = this.#earlier.isToAsk
      ? await this.#earlier.settled()
      : await this.#truth.ask({ sent: mayHaveSent(this.#state), payment });
    if (fact.isOperatorsWord || isOver(fact)) return this.#overThere(fact);
    if (fact.status !== 'success') return this.#reverse(undo);
    const other = await this.#ofAnother(fact);
    if (other) return other;
    const why = this.#earlier.whyUnclear;
    if (undo.reason === 'cancel-requested')
      return this.#askWhoDelivered({ name: 'delivery-unclear', fact, why });
    this.#state.undo = undefined;
    return this.#paid(fact);
  }

  #reverse(undo: Undo): Promise<End> {
    this.#earlier.decided();
    return this.#reversed(undo);
  }

  async #reversed(undo: Undo): Promise<End> {
    this.#state.undo = undo;
    this.#state.step = { name: 'reversal', undo };
    this.#journey.enter('reversing');
    // What is sent now changes what an operator knew (money rule 10).
    this.#truth.forgetRecorded();
    const order = {
      ...this.#key,
      amount: () => reversedAmount(this.#input, this.#state),
      reason: undo.note ?? undo.reason,
      sent: mayHaveSent(this.#state),
      runs: this.#runsOfReversal,
      isDecidedBefore: () => this.#earlier.isDecidedBefore,
      isLaterRun: async () => this.#state.page === undefined || isLaterRun(this.#state),
    };
    const reversal = new Reversal(order, this.#state, this.#truth, this.#journey);
    const fact = await reversal.untilProven();
    if (fact.status !== 'success' || fact.isOperatorsWord) return this.#endOf(fact, undo);
    const why =
      'paid, and to be undone by an earlier run: another one may have said since that it is paid';
    return this.#askWhoDelivered({ name: 'delivery-unclear', fact, why });
  }

  async #overThere(fact: Known<PurchaseFact>): Promise<End> {
    const told = await toldAsPaid(this.#key.partnerReferenceNo, fact, this.#journey);
    return told ?? this.#endOf(fact, { reason: 'ended-at-doku' });
  }

  #endOf(fact: PurchaseFact, undo: Undo): End {
    return endOf(fact, undo, this.#isByOperator, this.#state.agreedAmount);
  }

  get #referenceNo(): string | undefined {
    return this.#state.page?.referenceNo ?? this.#truth.referenceNo;
  }

  get #isByOperator(): boolean {
    return this.#truth.recorded !== undefined;
  }
}
