import { ActivityFailure } from '@temporalio/workflow';
import type { PurchaseFact, PurchaseKey, PurchaseQuestion } from '../../activities/purchase.js';
import type { SumAsked } from '../../activities/sum-of-refunds.js';
import type { UntoldKey } from '../../activities/untold.js';
import { questions } from './purchase-calls.js';
import { Shown } from './shown.js';
import type { TruthOptions } from './truth.js';

/** What may have reached DOKU of a purchase, and may not show yet. */
export interface PurchaseDoubt extends Omit<PurchaseQuestion, keyof PurchaseKey>, SumAsked {
  /** DOKU accepted some of it. */
  readonly isAccepted?: true;
  /** To hold somebody's word against what DOKU says now: that it has shown more before is no reason to wait. */
  readonly isLook?: true;
}

/** What of a purchase DOKU has shown so far: kept up to date, for another run that goes on from there. */
export interface ShownSoFar {
  isShown?: boolean;
  isCancelled?: boolean;
  /** The numbers of its refunds. */
  refunds?: readonly string[];
}

/** Asks Query Purchase, as {@link Truth} wants it asked. */
export function askAbout(
  key: PurchaseKey,
  soFar: ShownSoFar = {},
): TruthOptions<PurchaseFact, PurchaseDoubt>['ask'] {
  const shown = new ShownOfPurchase(soFar);
  return async ({ isAccepted: _, isLook, ...doubt } = {}, limit = undefined) =>
    shown.noted(
      await questions.queryPurchase.executeWithOptions(
        { summary: `Query Purchase ${key.partnerReferenceNo}`, ...limit },
        [{ ...key, ...(isLook ? doubt : shown.with(doubt)) }],
      ),
    );
}

/** What of a purchase DOKU has shown: itself, its cancel, and each refund. */
export class ShownOfPurchase {
  readonly #soFar: ShownSoFar;
  readonly #purchase: Shown;
  readonly #refunds: Map<string, Shown>;

  constructor(soFar: ShownSoFar) {
    this.#soFar = soFar;
    this.#purchase = new Shown(soFar.isShown);
    this.#refunds = new Map((soFar.refunds ?? []).map((number) => [number, new Shown(true)]));
  }

  noted(fact: PurchaseFact): PurchaseFact {
    if (fact.status === 'cancelled') this.#soFar.isCancelled = true;
    for (const [number, refund] of Object.entries(fact.refunds)) {
      const shown = this.#refunds.get(number) ?? new Shown();
      shown.noted(refund);
      this.#refunds.set(number, shown);
    }
    this.#purchase.noted(fact);
    this.#soFar.isShown = this.#purchase.isShown;
    this.#soFar.refunds = [...this.#refunds].flatMap(([number, refund]) =>
      refund.isShown ? [number] : [],
    );
    return fact;
  }

  with({ sent, cancel, refund, ...doubt }: PurchaseDoubt): PurchaseDoubt {
    const { partnerRefundNo = '', isWhole = false } = refund ?? {};
    const purchase = sent && this.#purchase.with(sent);
    const given = refund && { ...this.#refunds.get(partnerRefundNo)?.with(refund) };
    return {
      ...doubt,
      ...(purchase && { sent: purchase }),
      ...(cancel && { cancel: this.#soFar.isCancelled ? { ...cancel, isAtDoku: true } : cancel }),
      ...(refund && { refund: { ...refund, ...given, partnerRefundNo, isWhole } }),
    };
  }
}

/** ISO 8601 with offset: when it was paid, as DOKU's status or its history tells, which may lag. */
export async function paidTimeOf(key: PurchaseKey): Promise<string | undefined> {
  const question: UntoldKey = { ...key, isTimeAsked: true };
  try {
    const fact = await questions.queryPurchase.executeWithOptions(
      { summary: `Query Purchase ${key.partnerReferenceNo}`, scheduleToCloseTimeout: '10 minutes' },
      [question],
    );
    return fact.paidTime;
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return undefined;
  }
}

/**
 * DOKU's word on a purchase, soon or not at all.
 *
 * @param doubt - what may have been sent long ago.
 */
export async function soon(
  key: PurchaseKey,
  doubt: PurchaseDoubt,
): Promise<PurchaseFact | undefined> {
  try {
    return await askAbout(key)(doubt, { scheduleToCloseTimeout: '1 minute' });
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return undefined;
  }
}
