import type { PurchaseFact, PurchaseKey, PurchaseQuestion } from '../../activities/purchase.js';
import { questions } from '../mechanisms/purchase-calls.js';
import { Truth, type TruthOptions } from '../mechanisms/truth.js';

/** What may have reached DOKU of a purchase, and may not show yet. */
export interface PurchaseDoubt extends Omit<PurchaseQuestion, keyof PurchaseKey> {
  /** DOKU accepted some of it. */
  readonly isAccepted?: true;
}

export type PurchaseTruth = Truth<PurchaseFact, PurchaseDoubt>;

/** Asks Query Purchase, as {@link Truth} wants it asked. */
export const askAbout =
  (key: PurchaseKey): TruthOptions<PurchaseFact, PurchaseDoubt>['ask'] =>
  ({ isAccepted: _, ...doubt } = {}, limit = undefined) =>
    questions.queryPurchase.executeWithOptions(
      { summary: `Query Purchase ${key.partnerReferenceNo}`, ...limit },
      [{ ...key, ...doubt }],
    );

const none = { refunds: {} } as const;

/** What is known of a purchase, by Query Purchase. */
export function purchaseTruth(
  key: PurchaseKey,
  options: Pick<
    TruthOptions<PurchaseFact, PurchaseDoubt>,
    'journey' | 'amount' | 'misfit' | 'actions' | 'canAct'
  >,
): PurchaseTruth {
  return new Truth<PurchaseFact, PurchaseDoubt>({
    ...options,
    name: 'Query Purchase',
    ask: askAbout(key),
    check: `Look up ${key.partnerReferenceNo} in DOKU's back office: status, amount, refunds.`,
    records: {
      'record-paid': { status: 'success', ...none },
      'record-cancelled': { status: 'cancelled', ...none },
      'record-refunded': { status: 'refunded', ...none },
    },
  });
}
