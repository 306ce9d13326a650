import { ActivityFailure } from '@temporalio/workflow';
import type { PurchaseFact, PurchaseKey, PurchaseQuestion } from '../../activities/purchase.js';
import { questions } from './purchase-calls.js';
import type { TruthOptions } from './truth.js';

/** What may have reached DOKU of a purchase, and may not show yet. */
export interface PurchaseDoubt extends Omit<PurchaseQuestion, keyof PurchaseKey> {
  /** DOKU accepted some of it. */
  readonly isAccepted?: true;
}

/** Asks Query Purchase, as {@link Truth} wants it asked. */
export const askAbout =
  (key: PurchaseKey): TruthOptions<PurchaseFact, PurchaseDoubt>['ask'] =>
  ({ isAccepted: _, ...doubt } = {}, limit = undefined) =>
    questions.queryPurchase.executeWithOptions(
      { summary: `Query Purchase ${key.partnerReferenceNo}`, ...limit },
      [{ ...key, ...doubt }],
    );

/** DOKU's word on a purchase, soon or not at all. */
export async function soon(key: PurchaseKey): Promise<PurchaseFact | undefined> {
  try {
    return await askAbout(key)(undefined, { scheduleToCloseTimeout: '1 minute' });
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return undefined;
  }
}
