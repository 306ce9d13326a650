import { ActivityFailure } from '@temporalio/workflow';
import type { PurchaseFact, PurchaseKey } from '../activities/purchase.js';
import type { NeedsAttention } from './needs-attention.js';
import type { Resolution } from './needs-attention-contract.js';
import { questions } from './purchase-calls.js';
import { PURCHASE_DECISIONS } from './purchase-contract.js';
import type { Known } from './purchase-reversal.js';
import type { Story } from './story.js';

export interface PurchaseTruthOptions {
  readonly key: PurchaseKey;
  /** "10000.00": what DOKU must hold under this reference. */
  readonly amount: string;
  readonly story: Story;
  readonly attention: NeedsAttention;
  /** Shows the journey as needing attention while the work lasts. */
  readonly whileParked: <T>(work: () => Promise<T>) => Promise<T>;
  /** The operator wants the purchase undone. */
  readonly onReverse: (note: string) => void;
}

/**
 * What is known of a purchase: DOKU's status, asked for until it can be believed, or an operator's word where it
 * cannot be had.
 */
export class PurchaseTruth {
  readonly #options: PurchaseTruthOptions;
  #referenceNo: string | undefined;
  #resolution: Resolution | undefined;
  /** An operator's word on the status stands from then on: DOKU is not asked again. */
  #recorded: Known | undefined;

  constructor(options: PurchaseTruthOptions) {
    this.#options = options;
  }

  /** DOKU's reference, when an answer carried it. */
  get referenceNo(): string | undefined {
    return this.#referenceNo;
  }

  /** The decision of an operator that took the place of DOKU's status. */
  get resolution(): Resolution | undefined {
    return this.#resolution;
  }

  get recorded(): Known | undefined {
    return this.#recorded;
  }

  /** Query Purchase, however long it takes to get an answer that can be believed. */
  async ask(): Promise<Known> {
    for (;;) {
      if (this.#recorded) return this.#recorded;
      const fact = await this.#askOnce();
      if (fact) return fact;
      const decided = await this.park('DOKU cannot be asked about this purchase');
      if (decided) return decided;
    }
  }

  async #askOnce(): Promise<Known | undefined> {
    const { key, story } = this.#options;
    try {
      const summary = `Query Purchase ${key.partnerReferenceNo}`;
      return await this.believed(
        await questions.queryPurchase.executeWithOptions({ summary }, [key]),
      );
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      story.tell(`Query Purchase: ${error.cause?.message ?? 'no answer'}`);
      return undefined;
    }
  }

  /** A status that cannot be understood, or of another amount, is for an operator to read. */
  async believed(fact: PurchaseFact): Promise<Known> {
    const { amount, story } = this.#options;
    this.#referenceNo ??= fact.referenceNo;
    story.tell(`DOKU's status: ${fact.status}`);
    if (fact.status === 'unknown') {
      return (await this.park('DOKU reports a status that SNAP does not know')) ?? this.ask();
    }
    if (fact.amount !== undefined && fact.amount !== amount) {
      const reason = `DOKU holds this reference with another amount, ${fact.amount}`;
      return (await this.park(reason)) ?? this.ask();
    }
    return fact;
  }

  /** @returns the operator's word in place of DOKU's status, or nothing to ask DOKU again. */
  async park(reason: string): Promise<Known | undefined> {
    const { key, attention, whileParked, onReverse } = this.#options;
    const check = `Look up ${key.partnerReferenceNo} in DOKU's back office: status, amount, refunds.`;
    const resolution = await whileParked(() => attention.park(reason, [check], PURCHASE_DECISIONS));
    switch (resolution.decision) {
      case 'ask-again':
        return undefined;
      case 'reverse':
        onReverse(resolution.note);
        return undefined;
      case 'record-paid':
      case 'record-cancelled':
      case 'record-refunded':
        this.#resolution = resolution;
        this.#recorded = {
          status: RECORDED[resolution.decision],
          refunds: {},
          isOperatorsWord: true,
        };
        return this.#recorded;
      default:
        return resolution.decision satisfies never;
    }
  }
}

const RECORDED = {
  'record-paid': 'success',
  'record-cancelled': 'cancelled',
  'record-refunded': 'refunded',
} as const;
