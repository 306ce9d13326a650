import type { PurchaseFact, PurchaseKey } from '../../activities/purchase.js';
import { askAbout, type PurchaseDoubt } from '../mechanisms/purchase-truth.js';
import { Truth, type TruthOptions } from '../mechanisms/truth.js';

export type PurchaseTruth = Truth<PurchaseFact, PurchaseDoubt>;

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
