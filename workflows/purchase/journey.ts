import { condition } from '@temporalio/workflow';
import type { Move } from '../../activities/calling/move.js';
import type { PurchaseFact, PurchaseKey, PurchasePage } from '../../activities/purchase.js';
import { durationMs } from '../../contract/duration.js';
import { written } from '../../contract/money.js';
import {
  type ParsedPurchaseInput,
  type PurchaseEndReason,
  type PurchaseInput,
  type PurchaseOutcome,
  type PurchaseRedirect,
  type PurchaseResult,
  type PurchaseStatus,
  type PurchaseView,
  purchaseInputSchema,
} from '../../contract/purchase.js';
import { parsed } from '../mechanisms/bad-input.js';
import { Journey } from '../mechanisms/journey.js';
import { moves } from '../mechanisms/purchase-calls.js';
import { toldOf } from '../mechanisms/told.js';
import type { Truth } from '../mechanisms/truth.js';
import { answerMessages, type PurchaseMessages } from './messages.js';
import { requestPurchaseWithinTask } from './page.js';
import { awaitPayment, isFinal } from './payment.js';
import { reverse } from './reversal.js';
import { purchaseTruth } from './truth.js';

/** A page that cannot be had within so many requests will not come in time for the customer. */
const REDIRECT_TRIES = 5;

/**
 * The purchase journey: Purchase Web → the customer pays → proven `paid`; or cancelled, or refunded, and
 * proven so. Contract: `contract/purchase.ts`.
 */
export async function purchase(input: PurchaseInput): Promise<PurchaseResult> {
  return new Purchase(parsed(purchaseInputSchema, input, 'input')).run();
}

type End = Omit<PurchaseResult, 'partnerReferenceNo' | 'amount' | 'referenceNo' | 'resolution'>;

/** Why the purchase is to be undone. */
interface Undo {
  readonly reason: PurchaseEndReason;
  /** The merchant's or operator's words; they go to DOKU as the reason. */
  readonly note?: string;
}

class Purchase implements PurchaseMessages {
  readonly #input: ParsedPurchaseInput;
  readonly #key: PurchaseKey;
  readonly #expiresAt: number;
  readonly #journey: Journey<PurchaseStatus, PurchaseResult>;
  readonly #truth: Truth<PurchaseFact>;
  #page: PurchasePage | undefined;
  /** Whether DOKU held this reference before this run asked for it: then the debit is not this run's to undo. */
  #wasKnownBefore = false;
  #nudged = false;
  #undo: Undo | undefined;
  #acknowledgeBy: number | undefined;
  #acknowledged = false;

  constructor(input: ParsedPurchaseInput) {
    this.#input = input;
    this.#key = { partnerReferenceNo: input.partnerReferenceNo, customerId: input.customerId };
    this.#expiresAt = Date.now() + durationMs(input.payWithin);
    const title = `Purchase ${input.partnerReferenceNo}, ${written(input.amount)}`;
    this.#journey = new Journey<PurchaseStatus, PurchaseResult>(title, 'requesting', this.#key);
    this.#truth = purchaseTruth(this.#key, {
      journey: this.#journey,
      amount: input.amount.value,
      actions: {
        reverse: (note) => {
          this.#undo ??= { reason: 'operator-resolved', note };
        },
      },
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
    const refused = await this.#obtainRedirect();
    if (refused) return refused;
    const fact = await this.#awaitPayment();
    if (fact.status === 'success' && !this.#undo) return this.#awaitAcknowledgement(fact);
    if (isFinal(fact) && fact.status !== 'success')
      return this.#endOf(fact, { reason: 'ended-at-doku' });
    return this.#reverse(this.#undo ?? { reason: 'pay-within-elapsed' });
  }

  /** @returns the end, if DOKU refused; otherwise DOKU may hold the purchase. */
  async #obtainRedirect(): Promise<End | undefined> {
    for (let tries = 1; tries <= REDIRECT_TRIES && !this.#isTimeToUndo(); tries++) {
      const answer = await this.#requestPurchase(tries === 1);
      switch (answer.kind) {
        case 'accepted':
          this.#page = answer.response;
          return undefined;
        case 'refused':
          return { outcome: 'declined', reason: 'refused-by-doku', refusal: answer.refusal };
        case 'not-sent':
          this.#journey.enter('requesting');
          break;
        case 'doubtful': {
          this.#journey.enter('requesting');
          const fact = await this.#truth.ask();
          if (tries === 1 && answer.doubt === 'known-to-doku') this.#wasKnownBefore = isFinal(fact);
          // Past the page: the next steps decide. Still open, the same request brings its page again.
          if (isFinal(fact)) return undefined;
          break;
        }
        default:
          return answer satisfies never;
      }
      await condition(() => this.#undo !== undefined, 1_000 * 2 ** (tries - 1));
    }
    this.#undo ??= { reason: 'redirect-unobtainable' };
    return undefined;
  }

  async #requestPurchase(isFirst: boolean): Promise<Move<PurchasePage>> {
    const { amount, returnUrl, description } = this.#input;
    const order = { ...this.#key, amount, returnUrl, ...(description && { description }) };
    const summary = `Purchase Web ${this.#key.partnerReferenceNo}, ${written(amount)}`;
    const answer =
      (isFirst ? await requestPurchaseWithinTask(order, summary) : undefined) ??
      (await moves.requestPurchase.executeWithOptions({ summary }, [order]));
    this.#journey.story.tell(`Purchase Web: ${toldOf(answer)}`);
    return answer;
  }

  #awaitPayment(): Promise<PurchaseFact> {
    this.#journey.enter('awaiting-payment');
    return awaitPayment({
      key: this.#key,
      truth: this.#truth,
      expiresAt: this.#expiresAt,
      looksFirst: this.#journey.story.isFoundFromStart,
      asksForMs: this.#page?.asksForMs,
      hasNews: () => this.#nudged || this.#undo !== undefined,
      newsSeen: () => {
        this.#nudged = false;
      },
      isOver: () => this.#isTimeToUndo(),
    });
  }

  async #awaitAcknowledgement(fact: PurchaseFact): Promise<End> {
    const paid = { outcome: 'paid', ...(fact.paidTime && { paidTime: fact.paidTime }) } as const;
    if (!this.#input.acknowledgeWithin)
      return { ...paid, reason: this.#byOperator ?? 'customer-paid' };
    const within = durationMs(this.#input.acknowledgeWithin);
    this.#acknowledgeBy = Date.now() + within;
    this.#journey.enter('awaiting-acknowledgement');
    await condition(() => this.#acknowledged || this.#undo !== undefined, within);
    if (this.#acknowledged) return { ...paid, reason: 'merchant-acknowledged' };
    if (this.#wasKnownBefore && !this.#undo) return this.#askWhoDelivered(paid);
    return this.#reverse(this.#undo ?? { reason: 'acknowledge-within-elapsed' });
  }

  /**
   * The payment is older than this run (Temporal's retention forgot the first one, say), so it may have been
   * delivered long ago: the merchant's silence towards this run proves nothing, and nobody may guess.
   */
  async #askWhoDelivered(paid: { outcome: 'paid'; paidTime?: string }): Promise<End> {
    const { decision, note } = await this.#journey.park({
      reason: 'paid before this journey started, and not acknowledged to it',
      check: ['Was the order delivered? Then record it as paid; otherwise reverse it.'],
      decisions: ['record-paid', 'reverse'],
    });
    return decision === 'reverse'
      ? this.#reverse({ reason: 'operator-resolved', note })
      : { ...paid, reason: 'operator-resolved' };
  }

  async #reverse(undo: Undo): Promise<End> {
    // From here on an acknowledgement is refused: never both fulfilled and reversed (money rule 3).
    this.#undo = undo;
    this.#journey.enter('reversing');
    const order = { ...this.#key, amount: this.#input.amount, reason: undo.note ?? undo.reason };
    for (;;) {
      const fact = await reverse(order, () => this.#truth.ask(), this.#journey.story);
      if (fact !== 'unproven') return this.#endOf(fact, undo);
      const decided = await this.#truth.park('the reversal could not be proven for a day');
      if (decided) return this.#endOf(decided, undo);
    }
  }

  #endOf(fact: PurchaseFact, { reason, note }: Undo): End {
    return {
      outcome: outcomeOf(fact),
      reason:
        this.#byOperator ??
        (fact.status === 'failed' && reason === 'ended-at-doku' ? 'customer-declined' : reason),
      ...(fact.paidTime && { paidTime: fact.paidTime }),
      ...(note && { note }),
    };
  }

  #isTimeToUndo(): boolean {
    return this.#undo !== undefined || Date.now() >= this.#expiresAt;
  }

  get #referenceNo(): string | undefined {
    return this.#page?.referenceNo ?? this.#truth.referenceNo;
  }

  get #byOperator(): PurchaseEndReason | undefined {
    return this.#truth.recorded && 'operator-resolved';
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
    const { status, attention, result } = this.#journey;
    const redirect = this.#redirect();
    return {
      partnerReferenceNo: this.#key.partnerReferenceNo,
      status,
      ...(redirect && { redirect }),
      ...(this.#acknowledgeBy && { acknowledgeBy: new Date(this.#acknowledgeBy).toISOString() }),
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

function outcomeOf(fact: PurchaseFact): PurchaseOutcome {
  switch (fact.status) {
    case 'success':
      return 'paid';
    case 'cancelled':
    case 'refunded':
      return fact.status;
    case 'failed':
      return /expire/i.test(fact.description ?? '') ? 'expired' : 'declined';
    case 'not-found':
    case 'open':
    case 'unknown':
      return 'expired';
    default:
      return fact.status satisfies never;
  }
}
