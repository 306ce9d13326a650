import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  isCancellation,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Move } from '../activities/move.js';
import type { PurchaseFact, PurchaseKey, PurchasePage } from '../activities/purchase.js';
import { parsed } from './bad-input.js';
import { durationMs } from './duration.js';
import { written } from './money.js';
import { NeedsAttention } from './needs-attention.js';
import type { Resolution } from './needs-attention-contract.js';
import { moves, waits } from './purchase-calls.js';
import {
  acknowledgeUpdate,
  cancelArgumentSchema,
  cancelUpdate,
  customerReturnedSignal,
  notifiedSignal,
  type ParsedPurchaseInput,
  type PurchaseEndReason,
  type PurchaseInput,
  type PurchaseOutcome,
  type PurchaseRedirect,
  type PurchaseResult,
  type PurchaseStatus,
  type PurchaseView,
  purchaseInputSchema,
  purchaseStatusQuery,
  redirectArgumentSchema,
  redirectUpdate,
} from './purchase-contract.js';
import { reverse, toldOf } from './purchase-reversal.js';
import { PurchaseTruth } from './purchase-truth.js';
import { Story } from './story.js';

/** A page that cannot be had within so many requests will not come in time for the customer. */
const REDIRECT_TRIES = 5;

/**
 * The purchase journey: Purchase Web → the customer pays → proven `paid`; or cancelled, or refunded, and
 * proven so. Contract: `purchase-contract.ts`.
 */
export async function purchase(input: PurchaseInput): Promise<PurchaseResult> {
  return new Purchase(parsed(purchaseInputSchema, input, 'input')).run();
}

type End = Omit<PurchaseResult, 'partnerReferenceNo' | 'referenceNo' | 'resolution'>;

/** Why the purchase is to be undone. */
interface Undo {
  readonly reason: PurchaseEndReason;
  /** The merchant's or operator's words; they go to DOKU as the reason. */
  readonly note?: string;
}

class Purchase {
  readonly #input: ParsedPurchaseInput;
  readonly #key: PurchaseKey;
  readonly #expiresAt: number;
  readonly #story: Story;
  readonly #attention: NeedsAttention;
  readonly #truth: PurchaseTruth;
  #status: PurchaseStatus = 'requesting';
  #page: PurchasePage | undefined;
  /** Whether DOKU held this reference before this run asked for it: then the debit is not this run's to undo. */
  #wasKnownBefore = false;
  #nudged = false;
  #undo: Undo | undefined;
  #acknowledgeBy: number | undefined;
  #acknowledged = false;
  #resolution: Resolution | undefined;
  #result: PurchaseResult | undefined;

  constructor(input: ParsedPurchaseInput) {
    this.#input = input;
    this.#key = { partnerReferenceNo: input.partnerReferenceNo, customerId: input.customerId };
    this.#expiresAt = Date.now() + durationMs(input.payWithin);
    const title = `Purchase ${input.partnerReferenceNo}, ${written(input.amount)}`;
    this.#story = new Story(title, this.#status, this.#key);
    this.#attention = new NeedsAttention(this.#story);
    this.#truth = new PurchaseTruth({
      key: this.#key,
      amount: input.amount.value,
      story: this.#story,
      attention: this.#attention,
      whileParked: (work) => this.#whileParked(work),
      onReverse: (note) => {
        this.#undo ??= { reason: 'operator-resolved', note };
      },
    });
    setHandler(purchaseStatusQuery, () => this.#view());
    this.#answerRedirect();
    this.#answerAcknowledge();
    this.#answerCancel();
    setHandler(customerReturnedSignal, () => this.#nudge());
    setHandler(notifiedSignal, () => this.#nudge());
  }

  async run(): Promise<PurchaseResult> {
    // Temporal's own cancellation (an operator's button) asks for the same as the update `cancel`. All that
    // follows is shielded from it, as a reversal outlives everything (money rule 4).
    CancellationScope.current().cancelRequested.catch(() => {
      if (!this.#acknowledged)
        this.#undo ??= { reason: 'cancel-requested', note: 'cancelled in Temporal' };
    });
    return CancellationScope.nonCancellable(async () => {
      const end = await this.#journey();
      const resolution = this.#resolution ?? this.#truth.resolution;
      this.#result = {
        partnerReferenceNo: this.#input.partnerReferenceNo,
        ...(this.#referenceNo && { referenceNo: this.#referenceNo }),
        ...(resolution && { resolution }),
        ...end,
      };
      this.#story.tell(`ended ${end.outcome}: ${end.reason}`);
      this.#enter(end.outcome);
      await condition(allHandlersFinished);
      return this.#result;
    });
  }

  /** The business process, step by step. */
  async #journey(): Promise<End> {
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
      const answer = await this.#requestPurchase();
      switch (answer.kind) {
        case 'accepted':
          this.#page = answer.response;
          return undefined;
        case 'refused':
          return { outcome: 'declined', reason: 'refused-by-doku', refusal: answer.refusal };
        case 'not-sent':
          break;
        case 'doubtful': {
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

  async #requestPurchase(): Promise<Move<PurchasePage>> {
    const { amount, returnUrl, description } = this.#input;
    const answer = await moves.requestPurchase.executeWithOptions(
      { summary: `Purchase Web ${this.#key.partnerReferenceNo}, ${written(amount)}` },
      [{ ...this.#key, amount, returnUrl, ...(description && { description }) }],
    );
    this.#story.tell(`Purchase Web: ${toldOf(answer)}`);
    return answer;
  }

  /** Waits until DOKU's status is final, or it is time to undo; then the last status DOKU gave. */
  async #awaitPayment(): Promise<PurchaseFact> {
    this.#enter('awaiting-payment');
    for (;;) {
      const fact = this.#truth.recorded ?? (await this.#polled()) ?? (await this.#truth.ask());
      if (isFinal(fact) || this.#isTimeToUndo()) return fact;
    }
  }

  /** @returns the final status, or nothing when the customer's return, a notification or the time ended the wait. */
  async #polled(): Promise<PurchaseFact | undefined> {
    const polling = new CancellationScope();
    let polled: PurchaseFact | 'failed' | undefined;
    const poll = polling.run(async () => {
      polled = await waits.awaitPurchaseEnd.executeWithOptions(
        { summary: `Query Purchase ${this.#key.partnerReferenceNo} until it is final` },
        [this.#key],
      );
    });
    poll.catch((error) => {
      // Where polling is impossible the question that follows says why.
      if (!isCancellation(error)) polled = 'failed';
    });
    const over = () => polled !== undefined || this.#nudged || this.#undo !== undefined;
    await condition(over, Math.max(1, this.#expiresAt - Date.now()));
    this.#nudged = false;
    if (polled === undefined) polling.cancel();
    if (polled === undefined || polled === 'failed') return undefined;
    return this.#truth.believed(polled);
  }

  async #awaitAcknowledgement(fact: PurchaseFact): Promise<End> {
    const paid = { outcome: 'paid', ...(fact.paidTime && { paidTime: fact.paidTime }) } as const;
    if (!this.#input.acknowledgeWithin)
      return { ...paid, reason: this.#byOperator ?? 'customer-paid' };
    const within = durationMs(this.#input.acknowledgeWithin);
    this.#acknowledgeBy = Date.now() + within;
    this.#enter('awaiting-acknowledgement');
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
    this.#resolution = await this.#whileParked(() =>
      this.#attention.park(
        'paid before this journey started, and not acknowledged to it',
        ['Was the order delivered? Then record it as paid; otherwise reverse it.'],
        ['record-paid', 'reverse'],
      ),
    );
    return this.#resolution.decision === 'reverse'
      ? this.#reverse({ reason: 'operator-resolved', note: this.#resolution.note })
      : { ...paid, reason: 'operator-resolved' };
  }

  async #reverse(undo: Undo): Promise<End> {
    // From here on an acknowledgement is refused: never both fulfilled and reversed (money rule 3).
    this.#undo = undo;
    this.#enter('reversing');
    const order = { ...this.#key, amount: this.#input.amount, reason: undo.note ?? undo.reason };
    for (;;) {
      const fact = await reverse(order, () => this.#truth.ask(), this.#story);
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

  #answerRedirect(): void {
    setHandler(
      redirectUpdate,
      async () => {
        await condition(() => this.#page !== undefined || this.#result !== undefined);
        const redirect = this.#redirect();
        if (redirect) return redirect;
        const ended = this.#result as PurchaseResult;
        throw ApplicationFailure.create({
          message: `no payment page: the purchase ended ${ended.outcome} (${ended.reason})`,
          type: 'JourneyEnded',
          nonRetryable: true,
          details: [ended],
        });
      },
      {
        validator: (argument?: unknown) => {
          const { inputDigest } = parsed(redirectArgumentSchema, argument ?? {}, 'redirect');
          const first = workflowInfo().memo?.inputDigest;
          if (inputDigest && first && inputDigest !== first) {
            throw ApplicationFailure.nonRetryable(
              `purchase ${this.#key.partnerReferenceNo} was started with different input`,
              'InputMismatch',
            );
          }
        },
        description: 'The page where the customer pays',
      },
    );
  }

  #answerAcknowledge(): void {
    setHandler(
      acknowledgeUpdate,
      () => {
        this.#acknowledged = true;
        return this.#view();
      },
      {
        validator: () => {
          if (this.#acknowledged) return;
          if (this.#status !== 'awaiting-acknowledgement' || this.#undo) {
            throw ApplicationFailure.nonRetryable(
              `there is no payment to acknowledge: the purchase is ${this.#status}`,
              'NotAcknowledgeable',
            );
          }
        },
        description: 'The merchant will deliver',
      },
    );
  }

  #answerCancel(): void {
    setHandler(
      cancelUpdate,
      async ({ reason }) => {
        this.#undo ??= { reason: 'cancel-requested', note: reason };
        await condition(() => this.#result !== undefined);
        return this.#result as PurchaseResult;
      },
      {
        validator: (argument) => {
          parsed(cancelArgumentSchema, argument, 'cancel');
          if (this.#acknowledged) {
            throw ApplicationFailure.nonRetryable(
              'acknowledged already: refund it instead',
              'NotCancellable',
            );
          }
        },
        description: 'Cancel, or reverse if paid, and prove it',
      },
    );
  }

  /** What a return or a notification says is only a hint: it ends the wait, and DOKU is asked. */
  #nudge(): void {
    this.#nudged = true;
  }

  #isTimeToUndo(): boolean {
    return this.#undo !== undefined || Date.now() >= this.#expiresAt;
  }

  get #referenceNo(): string | undefined {
    return this.#page?.referenceNo ?? this.#truth.referenceNo;
  }

  get #byOperator(): PurchaseEndReason | undefined {
    return this.#truth.resolution && 'operator-resolved';
  }

  async #whileParked<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#status;
    this.#status = 'needs-attention';
    const done = await work();
    this.#enter(before);
    return done;
  }

  #enter(status: PurchaseStatus): void {
    this.#status = status;
    this.#story.enter(status);
  }

  #redirect(): PurchaseRedirect | undefined {
    if (this.#page === undefined) return undefined;
    return {
      webRedirectUrl: this.#page.webRedirectUrl,
      ...(this.#referenceNo && { referenceNo: this.#referenceNo }),
      expiresAt: new Date(this.#expiresAt).toISOString(),
    };
  }

  #view(): PurchaseView {
    const redirect = this.#redirect();
    return {
      partnerReferenceNo: this.#key.partnerReferenceNo,
      status: this.#status,
      ...(redirect && { redirect }),
      ...(this.#acknowledgeBy && { acknowledgeBy: new Date(this.#acknowledgeBy).toISOString() }),
      ...(this.#attention.current && { attention: this.#attention.current }),
      ...(this.#result && { result: this.#result }),
    };
  }
}

const isFinal = (fact: PurchaseFact) => fact.status !== 'open' && fact.status !== 'not-found';

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
