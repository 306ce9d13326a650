import type { PurchaseFact, PurchaseKey } from '../../activities/purchase.js';
import { questions } from '../mechanisms/purchase-calls.js';
import { Truth, type TruthOptions } from '../mechanisms/truth.js';

const none = { refunds: {} } as const;

/** What is known of a purchase, by Query Purchase. */
export function purchaseTruth(
  key: PurchaseKey,
  options: Pick<TruthOptions<PurchaseFact>, 'journey' | 'amount' | 'actions'>,
): Truth<PurchaseFact> {
  return new Truth<PurchaseFact>({
    ...options,
    name: 'Query Purchase',
    ask: (sent, limit) =>
      questions.queryPurchase.executeWithOptions(
        { summary: `Query Purchase ${key.partnerReferenceNo}`, ...limit },
        [{ ...key, ...(sent && { sent }) }],
      ),
    check: `Look up ${key.partnerReferenceNo} in DOKU's back office: status, amount, refunds.`,
    records: {
      'record-paid': { status: 'success', ...none },
      'record-cancelled': { status: 'cancelled', ...none },
      'record-refunded': { status: 'refunded', ...none },
    },
  });
}
