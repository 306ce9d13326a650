import { ActivityFailure } from '@temporalio/workflow';
import type { PurchaseFact, PurchaseKey } from '../activities/purchase.js';
import type { Journey } from './journey.js';
import { questions } from './purchase-calls.js';
import {
  PURCHASE_DECISIONS,
  type PurchaseDecision,
  type PurchaseResult,
  type PurchaseStatus,
} from './purchase-contract.js';
import type { Known } from './purchase-reversal.js';

export interface PurchaseTruthOptions {
  readonly key: PurchaseKey;
  /** "10000.00": what DOKU must hold under this reference. */
  readonly amount: string;
  readonly journey: Journey<PurchaseStatus, PurchaseResult>;
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
  /** An operator's word on the status stands from then on: DOKU is not asked again. */
  #recorded: Known | undefined;

  constructor(options: PurchaseTruthOptions) {
    this.#options = options;
  }

  /** DOKU's reference, when an answer carried it. */
  get referenceNo(): string | undefined {
    return this.#referenceNo;
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
    const { key, journey } = this.#options;
    try {
      const summary = `Query Purchase ${key.partnerReferenceNo}`;
      return await this.believed(
        await questions.queryPurchase.executeWithOptions({ summary }, [key]),
      );
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      journey.story.tell(`Query Purchase: ${error.cause?.message ?? 'no answer'}`);
      return undefined;
    }
  }

  /** A status that cannot be understood, or of another amount, is for an operator to read. */
  async believed(fact: PurchaseFact): Promise<Known> {
    const { amount, journey } = this.#options;
    this.#referenceNo ??= fact.referenceNo;
    journey.story.tell(`DOKU's status: ${fact.status}`);
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
    const { key, journey, onReverse } = this.#options;
    const resolution = await journey.park({
      reason,
      check: [`Look up ${key.partnerReferenceNo} in DOKU's back office: status, amount, refunds.`],
      decisions: PURCHASE_DECISIONS,
      contradiction: (decision) => this.#contradiction(decision),
    });
    switch (resolution.decision) {
      case 'ask-again':
        return undefined;
      case 'reverse':
        onReverse(resolution.note);
        return undefined;
      case 'record-paid':
      case 'record-cancelled':
      case 'record-refunded':
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

  /** A silent DOKU contradicts nobody: that is when an operator's word is needed. */
  async #contradiction(decision: PurchaseDecision): Promise<string | undefined> {
    if (decision === 'ask-again' || decision === 'reverse') return undefined;
    const { key } = this.#options;
    try {
      const { status } = await questions.queryPurchase.executeWithOptions(
        { summary: `Query Purchase before ${decision}`, scheduleToCloseTimeout: '10 seconds' },
        [key],
      );
      return status === 'unknown' || status === RECORDED[decision]
        ? undefined
        : `DOKU's status is ${status}`;
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      return undefined;
    }
  }
}

const RECORDED = {
  'record-paid': 'success',
  'record-cancelled': 'cancelled',
  'record-refunded': 'refunded',
} as const;
