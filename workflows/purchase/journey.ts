import { condition, patched } from '@temporalio/workflow';
import type { Sent } from '../../activities/calling/absence.js';
import type { PurchaseFact, PurchaseKey, PurchasePage } from '../../activities/purchase.js';
import { durationMs } from '../../contract/duration.js';
import { written } from '../../contract/money.js';
import {
  type ParsedPurchaseInput,
  type PurchaseInput,
  type PurchaseRedirect,
  type PurchaseResult,
  type PurchaseStatus,
  type PurchaseView,
  purchaseInputSchema,
} from '../../contract/purchase.js';
import { parsed } from '../mechanisms/bad-input.js';
import { isReset } from '../mechanisms/earlier-run.js';
import { Journey } from '../mechanisms/journey.js';
import type { Known } from '../mechanisms/truth.js';
import { awaitAcknowledgement } from './acknowledgement.js';
import { type End, endOf, isOver, paidBy, type Undo } from './end.js';
import { answerMessages, type PurchaseMessages } from './messages.js';
import { obtainPage } from './page.js';
import { awaitPayment } from './payment.js';
import { Reversal, reversalMisfit } from './reversal.js';
import { type PurchaseTruth, purchaseTruth } from './truth.js';

/**
 * The purchase journey: Purchase Web → the customer pays → proven `paid`; or cancelled, or refunded, and
 * proven so. Contract: `contract/purchase.ts`.
 */
export async function purchase(input: PurchaseInput): Promise<PurchaseResult> {
  return new Purchase(parsed(purchaseInputSchema, input, 'input')).run();
}

class Purchase implements PurchaseMessages {
  readonly #input: ParsedPurchaseInput;
  /** With the account, once DOKU was asked in its name. */
  readonly #key: PurchaseKey & { accountId?: string };
  readonly #expiresAt: number;
  readonly #journey: Journey<PurchaseStatus, PurchaseResult>;
  readonly #truth: PurchaseTruth;
  readonly #startedAt = Date.now();
  #page: PurchasePage | undefined;
  /** Purchase Web, as far as it may have reached DOKU. */
  #sent: Sent | undefined;
  #wasKnownToDoku = false;
  #nudged = false;
  #undo: Undo | undefined;
  #acknowledgeBy: number | undefined;
  #acknowledged = false;

  constructor(input: ParsedPurchaseInput) {
    this.#input = input;
    this.#key = { partnerReferenceNo: input.partnerReferenceNo, customerId: input.customerId };
    this.#expiresAt = this.#startedAt + durationMs(input.payWithin);
    const title = `Purchase ${input.partnerReferenceNo}, ${written(input.amount)}`;
    this.#journey = new Journey<PurchaseStatus, PurchaseResult>(title, 'requesting', this.#key);
    this.#truth = purchaseTruth(this.#key, {
      journey: this.#journey,
      amount: input.amount.value,
      misfit: reversalMisfit(input),
      actions: {
        // Whatever DOKU's status is: it is asked again once a cancel was sent.
        reverse: (note) => {
          this.#undo = { reason: 'operator-resolved', note };
          return { status: 'unknown', refunds: {} };
        },
      },
      canAct: () => this.#undo === undefined,
    });
    answerMessages(this);
  }

  run(): Promise<PurchaseResult> {
    return this.#journey.run(
      async () => {
        const end = await this.#steps();
        return {
          partnerReferenceNo: this.#input.partnerReferenceNo,
          amount: this.#input.amount,
          ...(this.#referenceNo && { referenceNo: this.#referenceNo }),
          ...end,
        };
      },
      // Temporal's own cancellation (an operator's button) asks for the same as the update `cancel`.
      () => {
        if (!this.#acknowledged)
          this.#undo ??= { reason: 'cancel-requested', note: 'cancelled in Temporal' };
      },
    );
  }

  /** The business process, step by step. */
  async #steps(): Promise<End> {
    const refused = await this.#obtainPage();
    if (refused) return refused;
    const fact = await this.#awaitPayment();
    if (isOver(fact)) return this.#endOf(fact, { reason: 'ended-at-doku' });
    if (fact.status === 'success' && !this.#undo) return this.#awaitAcknowledgement(fact);
    return this.#undoOwn(this.#undo ?? { reason: 'pay-within-elapsed' });
  }

  /** @returns the end, if DOKU refused; otherwise DOKU may hold the purchase. */
  async #obtainPage(): Promise<End | undefined> {
    const { amount, returnUrl, description } = this.#input;
    const obtained = await obtainPage({
      order: () => ({ ...this.#key, amount, returnUrl, ...(description && { description }) }),
      journey: this.#journey,
      truth: this.#truth,
      sent: this.#sent,
      onAccount: (accountId) => {
        this.#key.accountId ??= accountId;
      },
      onSent: (sent) => {
        this.#sent = sent;
      },
      isOver: () => this.#isTimeToUndo(),
      isUndone: () => this.#undo !== undefined,
    });
    if (obtained.kind === 'refused')
      return { outcome: 'declined', reason: 'refused-by-doku', refusal: obtained.refusal };
    if (obtained.kind === 'page') this.#page = obtained.page;
    if (obtained.kind === 'past') this.#wasKnownToDoku = obtained.firstDoubt === 'known-to-doku';
    if (obtained.kind === 'unobtainable') this.#undo ??= { reason: 'redirect-unobtainable' };
    return undefined;
  }

  #awaitPayment(): Promise<Known<PurchaseFact>> {
    this.#journey.enter('awaiting-payment');
    return awaitPayment({
      key: this.#key,
      truth: this.#truth,
      expiresAt: this.#expiresAt,
      looksFirst: this.#journey.story.isFoundFromStart,
      page: this.#page,
      hasNews: () => this.#nudged || this.#undo !== undefined,
      newsSeen: () => {
        this.#nudged = false;
      },
      isOver: () => this.#isTimeToUndo(),
    });
  }

  async #awaitAcknowledgement(fact: Known<PurchaseFact>): Promise<End> {
    if (!this.#input.acknowledgeWithin)
      return paidBy(fact, this.#byOperator ? 'operator-resolved' : 'customer-paid');
    const learnedAt = Date.now();
    this.#acknowledgeBy = learnedAt + durationMs(this.#input.acknowledgeWithin);
    this.#journey.enter('awaiting-acknowledgement');
    const answer = await awaitAcknowledgement({
      payment: {
        paidTime: fact.paidTime,
        learnedAt,
        hadPage: this.#page !== undefined,
        isOperatorsWord: fact.isOperatorsWord === true,
        wasKnownToDoku: this.#wasKnownToDoku,
      },
      startedAt: this.#startedAt,
      acknowledgeBy: this.#acknowledgeBy,
      isAcknowledged: () => this.#acknowledged,
      isUndone: () => this.#undo !== undefined,
    });
    switch (answer.kind) {
      case 'acknowledged':
        return paidBy(fact, 'merchant-acknowledged');
      case 'undone':
        return this.#undoOwn(this.#undo ?? { reason: 'cancel-requested' });
      case 'silent':
        return this.#reverse({ reason: 'acknowledge-within-elapsed' });
      case 'unclear':
        return this.#askWhoDelivered(fact, answer.why);
      default:
        return answer satisfies never;
    }
  }

  /** Nobody may guess whether it was delivered. */
  async #askWhoDelivered(fact: PurchaseFact, why: string): Promise<End> {
    const { decision, note } = await this.#journey.park({
      reason: why,
      check: ['Was the order delivered? Then record it as paid; otherwise reverse it.'],
      decisions: ['record-paid', 'reverse'],
      contradiction: (wanted) => this.#truth.contradiction(wanted),
    });
    return decision === 'reverse'
      ? this.#reverse({ reason: 'operator-resolved', note })
      : paidBy(fact, 'operator-resolved');
  }

  /** Undoes what nobody but this run was told of: another one may have said `paid`, and the order be delivered. */
  async #undoOwn(undo: Undo): Promise<End> {
    // From here on an acknowledgement is refused: never both fulfilled and reversed.
    this.#undo = undo;
    this.#journey.enter('reversing');
    if (undo.reason === 'operator-resolved' || !patched('asks-before-reversal'))
      return this.#reverse(undo);
    if (this.#page !== undefined && !(await isReset())) return this.#reverse(undo);
    this.#truth.forgetRecorded();
    const payment = { lastSentAt: new Date().toISOString() };
    const fact = await this.#truth.ask({ sent: this.#mayHaveSent, payment });
    if (fact.isOperatorsWord || isOver(fact)) return this.#endOf(fact, { reason: 'ended-at-doku' });
    if (fact.status !== 'success') return this.#reverse(undo);
    if (undo.reason === 'cancel-requested')
      return this.#askWhoDelivered(fact, 'paid in an earlier run, which may have been told so');
    this.#undo = undefined;
    return this.#awaitAcknowledgement(fact);
  }

  async #reverse(undo: Undo): Promise<End> {
    this.#undo = undo;
    this.#journey.enter('reversing');
    // What is sent now changes what an operator knew (money rule 10).
    this.#truth.forgetRecorded();
    const reversal = new Reversal(
      {
        ...this.#key,
        amount: this.#input.amount,
        reason: undo.note ?? undo.reason,
        sent: this.#mayHaveSent,
        isOfEarlierRun: this.#page === undefined,
      },
      this.#truth,
      this.#journey,
    );
    for (;;) {
      const fact = await reversal.run();
      if (fact !== 'unproven') return this.#endOf(fact, undo);
      const decided = await this.#truth.park('the reversal could not be proven for a day');
      if (decided) return this.#endOf(decided, undo);
    }
  }

  /** A run without a page cannot tell when an earlier one sent last. */
  get #mayHaveSent(): Sent {
    this.#sent ??= { lastSentAt: new Date().toISOString() };
    return this.#page ? { ...this.#sent, isAccepted: true } : this.#sent;
  }

  #endOf(fact: PurchaseFact, undo: Undo): End {
    return endOf(fact, undo, this.#byOperator);
  }

  #isTimeToUndo(): boolean {
    return this.#undo !== undefined || Date.now() >= this.#expiresAt;
  }

  get #referenceNo(): string | undefined {
    return this.#page?.referenceNo ?? this.#truth.referenceNo;
  }

  get #byOperator(): boolean {
    return this.#truth.recorded !== undefined;
  }

  async redirect(): Promise<PurchaseRedirect | PurchaseResult> {
    await condition(() => this.#page !== undefined || this.#journey.result !== undefined);
    return this.#redirect() ?? this.#journey.ended();
  }

  acknowledge(): void {
    this.#acknowledged = true;
  }

  unacknowledgeable(): string | undefined {
    if (this.#acknowledged) return undefined;
    const { status } = this.#journey;
    return status === 'awaiting-acknowledgement' && !this.#undo
      ? undefined
      : `there is no payment to acknowledge: the purchase is ${status}`;
  }

  isAcknowledged(): boolean {
    return this.#acknowledged;
  }

  cancel(reason: string): Promise<PurchaseResult> {
    this.#undo ??= { reason: 'cancel-requested', note: reason };
    return this.#journey.ended();
  }

  nudge(): void {
    this.#nudged = true;
  }

  view(): PurchaseView {
    const { status, attention, inDoubtSince, result } = this.#journey;
    const redirect = this.#redirect();
    return {
      partnerReferenceNo: this.#key.partnerReferenceNo,
      status,
      ...(redirect && { redirect }),
      ...(this.#acknowledgeBy && { acknowledgeBy: new Date(this.#acknowledgeBy).toISOString() }),
      ...(inDoubtSince && { inDoubtSince }),
      ...(attention && { attention }),
      ...(result && { result }),
    };
  }

  #redirect(): PurchaseRedirect | undefined {
    if (this.#page === undefined) return undefined;
    return {
      webRedirectUrl: this.#page.webRedirectUrl,
      ...(this.#referenceNo && { referenceNo: this.#referenceNo }),
      expiresAt: new Date(this.#expiresAt).toISOString(),
    };
  }
}
