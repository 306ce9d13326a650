import { proxyActivities, sleep } from '@temporalio/workflow';
import type { OpenJourneyActivities } from '../../activities/journeys/open.js';
import type { PurchaseFact, PurchaseKey } from '../../activities/purchase.js';
import { durationMs } from '../../contract/duration.js';
import { purchaseWorkflowId } from '../../contract/identity.js';
import { senOf, written } from '../../contract/money.js';
import {
  type ParsedRefundInput,
  type RefundInput,
  type RefundRejection,
  type RefundResult,
  type RefundStatus,
  type RefundView,
  refundInputSchema,
  refundStatusQuery,
} from '../../contract/refund.js';
import { parsed } from '../mechanisms/bad-input.js';
import { QUESTION } from '../mechanisms/call-options.js';
import { Journey } from '../mechanisms/journey.js';
import { onQuery } from '../mechanisms/messages.js';
import { moves, questions } from '../mechanisms/purchase-calls.js';
import { type Proven, sendUntilProven } from '../mechanisms/send-until-proven.js';
import { type Known, Truth } from '../mechanisms/truth.js';
import { takeRefundTurn } from './turn.js';

const { isJourneyOpen } = proxyActivities<Pick<OpenJourneyActivities, 'isJourneyOpen'>>(QUESTION);

const FIRST_SETTLE_PAUSE_MS = 1_000;
const LONGEST_SETTLE_PAUSE_MS = 3_600_000;
const PENDING_PAUSE_MS = 60_000;

/**
 * The refund journey: cancels before the purchase has settled, refunds after it, in whole or in part, and proves it
 * by Query Purchase's refund history. Contract: `contract/refund.ts`.
 */
export async function refund(input: RefundInput): Promise<RefundResult> {
  return new Refund(parsed(refundInputSchema, input, 'input')).run();
}

type End = Omit<RefundResult, 'partnerRefundNo' | 'partnerReferenceNo' | 'amount' | 'resolution'>;

class Refund {
  readonly #input: ParsedRefundInput;
  readonly #key: PurchaseKey;
  readonly #journey: Journey<RefundStatus, RefundResult>;
  readonly #truth: Truth<PurchaseFact>;
  #isGivenUp = false;

  constructor(input: ParsedRefundInput) {
    this.#input = input;
    const { partnerRefundNo, partnerReferenceNo, customerId, amount } = input;
    this.#key = { partnerReferenceNo, customerId };
    this.#journey = new Journey<RefundStatus, RefundResult>(
      `Refund ${partnerRefundNo} of ${partnerReferenceNo}, ${written(amount)}`,
      'awaiting-turn',
      this.#key,
    );
    this.#truth = new Truth<PurchaseFact>({
      journey: this.#journey,
      name: 'Query Purchase',
      ask: (sent, limit) =>
        questions.queryPurchase.executeWithOptions(
          { summary: `Query Purchase ${partnerReferenceNo}`, ...limit },
          [{ ...this.#key, ...(sent && { sent }) }],
        ),
      check: `Look up the refunds of ${partnerReferenceNo} in DOKU's back office: is ${partnerRefundNo} among them?`,
      records: {
        'record-refunded': {
          status: 'refunded',
          refunds: { [partnerRefundNo]: { status: 'success' } },
        },
        'record-not-refunded': { status: 'success', refunds: {} },
      },
    });
    onQuery(refundStatusQuery, () => this.#view());
  }

  run(): Promise<RefundResult> {
    return this.#journey.run(
      async () => {
        const { partnerRefundNo, partnerReferenceNo, amount } = this.#input;
        return { partnerRefundNo, partnerReferenceNo, amount, ...(await this.#steps()) };
      },
      () => {
        this.#isGivenUp = true;
      },
    );
  }

  /** The business process, step by step. */
  async #steps(): Promise<End> {
    const { partnerReferenceNo, amount } = this.#input;
    await takeRefundTurn(partnerReferenceNo, this.#journey.story);
    this.#journey.enter('refunding');
    const workflowId = purchaseWorkflowId(partnerReferenceNo);
    const isOpen = await this.#journey.insist('looking up the purchase', () =>
      isJourneyOpen.executeWithOptions({ summary: workflowId }, [{ workflowId }]),
    );
    if (isOpen) return rejected('purchase-open');
    const before = await this.#truth.ask();
    if (this.#isDone(before)) return { outcome: 'refunded', by: 'refund' };
    const refusal = this.#refusalBy(before);
    if (refusal) return refusal;
    const isWhole = before.amount === amount.value && Object.keys(before.refunds).length === 0;
    return (isWhole ? await this.#cancel() : undefined) ?? this.#refund();
  }

  /** What makes a refund impossible before anything is sent. */
  #refusalBy(before: Known<PurchaseFact>): End | undefined {
    if (before.isOperatorsWord) return rejected('operator-resolved');
    const isOnItsWay = before.refunds[this.#input.partnerRefundNo]?.status === 'pending';
    if (isOnItsWay) return undefined;
    if (before.status !== 'success') return rejected('not-refundable', before.status);
    // Where DOKU does not tell the amounts, its own refusal has to do.
    const others = Object.values(before.refunds).filter(({ status }) => status !== 'failed');
    if (before.amount === undefined || others.some((other) => other.amount === undefined))
      return undefined;
    const gone = others.reduce((sum, other) => sum + senOf(other.amount ?? '0.00'), 0n);
    return gone + senOf(this.#input.amount.value) > senOf(before.amount)
      ? rejected('above-paid')
      : undefined;
  }

  /** @returns nothing where DOKU refuses, as it does once the purchase has settled. */
  async #cancel(): Promise<End | undefined> {
    const { partnerReferenceNo, reason } = this.#input;
    const proven = await sendUntilProven(
      {
        name: 'Cancel Purchase',
        send: () =>
          moves.cancelPurchase.executeWithOptions(
            { summary: `Cancel Purchase ${partnerReferenceNo}` },
            [{ ...this.#key, reason }],
          ),
        ask: () => this.#truth.ask(),
        isUndone: (fact) => fact.status === 'success',
      },
      this.#journey.story,
    );
    if (proven.kind === 'refused') return undefined;
    const fact = await this.#factOf(proven);
    if (fact?.status === 'cancelled' || (fact && this.#isDone(fact)))
      return { outcome: 'refunded', by: 'cancel' };
    return fact?.isOperatorsWord
      ? rejected('operator-resolved')
      : rejected('not-refundable', fact?.status ?? 'unproven');
  }

  async #refund(): Promise<End> {
    const settleBy = Date.now() + durationMs(this.#input.settleWithin);
    for (
      let pause = FIRST_SETTLE_PAUSE_MS;
      ;
      pause = Math.min(pause * 2, LONGEST_SETTLE_PAUSE_MS)
    ) {
      const proven = await this.#refundOnce();
      if (proven.kind !== 'refused') {
        const fact = await this.#factOf(proven);
        if (fact && this.#isDone(fact)) return { outcome: 'refunded', by: 'refund' };
        if (fact?.isOperatorsWord) return rejected('operator-resolved');
        continue;
      }
      if (proven.refusal !== 'not-allowed-now') return rejected('refused-by-doku', proven.refusal);
      const { status } = await this.#truth.ask();
      if (status !== 'success') return rejected('not-refundable', status);
      if (this.#isGivenUp) return rejected('cancelled');
      if (Date.now() >= settleBy) return rejected('not-settled');
      this.#journey.enter('awaiting-settlement');
      await sleep(Math.min(pause, Math.max(1, settleBy - Date.now())), {
        summary: 'until the purchase has settled',
      });
      this.#journey.enter('refunding');
    }
  }

  #refundOnce(): Promise<Proven<PurchaseFact>> {
    const { partnerRefundNo, amount, reason } = this.#input;
    return sendUntilProven(
      {
        name: 'Refund Purchase',
        send: () =>
          moves.refundPurchase.executeWithOptions(
            { summary: `Refund Purchase ${partnerRefundNo}, ${written(amount)}` },
            [{ ...this.#key, partnerRefundNo, refundAmount: amount, reason }],
          ),
        ask: () => this.#finalFact(),
        isUndone: (fact) => {
          const own = fact.refunds[partnerRefundNo];
          return own === undefined || own.status === 'failed';
        },
      },
      this.#journey.story,
    );
  }

  /** DOKU's word, once the refund is no longer on its way. */
  async #finalFact(): Promise<Known<PurchaseFact>> {
    for (;;) {
      const fact = await this.#truth.ask();
      const isPending = fact.refunds[this.#input.partnerRefundNo]?.status === 'pending';
      if (fact.isOperatorsWord || !isPending) return fact;
      await sleep(PENDING_PAUSE_MS, { summary: 'DOKU works on the refund' });
    }
  }

  /** @returns nothing where an operator wants it tried again. */
  async #factOf(
    proven: Exclude<Proven<PurchaseFact>, { kind: 'refused' }>,
  ): Promise<Known<PurchaseFact> | undefined> {
    return proven.kind === 'known'
      ? proven.fact
      : this.#truth.park('what became of the refund could not be proven for a day');
  }

  #isDone(fact: PurchaseFact): boolean {
    return fact.refunds[this.#input.partnerRefundNo]?.status === 'success';
  }

  #view(): RefundView {
    const { status, attention, result } = this.#journey;
    const { partnerRefundNo, partnerReferenceNo } = this.#input;
    return {
      partnerRefundNo,
      partnerReferenceNo,
      status,
      ...(attention && { attention }),
      ...(result && { result }),
    };
  }
}

const rejected = (rejection: RefundRejection, refusal?: string): End => ({
  outcome: 'rejected',
  rejection,
  ...(refusal && { refusal }),
});
