import type { PurchaseFact, PurchaseKey } from '../../activities/purchase.js';
import type { ParsedPurchaseInput } from '../../contract/purchase.js';
import { askAbout, type PurchaseDoubt } from '../mechanisms/purchase-truth.js';
import { Truth, type TruthOptions } from '../mechanisms/truth.js';
import { reversalMisfit } from './reversal.js';
import type { PurchaseState } from './state.js';

export type PurchaseTruth = Truth<PurchaseFact, PurchaseDoubt>;

const none = { refunds: {} } as const;

/** What is known of a purchase, by Query Purchase. @param state - takes note of an operator who wants it undone. */
export function purchaseTruth(
  input: ParsedPurchaseInput,
  key: PurchaseKey,
  state: PurchaseState,
  journey: TruthOptions<PurchaseFact, PurchaseDoubt>['journey'],
): PurchaseTruth {
  return new Truth<PurchaseFact, PurchaseDoubt>({
    journey,
    name: 'Query Purchase',
    ask: askAbout(key),
    amount: input.amount.value,
    misfit: reversalMisfit(input),
    check: `Look up ${key.partnerReferenceNo} in DOKU's back office: status, amount, refunds.`,
    records: {
      'record-paid': { status: 'success', ...none },
      'record-cancelled': { status: 'cancelled', ...none },
      'record-refunded': { status: 'refunded', ...none },
    },
    actions: {
      // Whatever DOKU's status is: it is asked again once a cancel was sent.
      reverse: (note) => {
        state.undo = { reason: 'operator-resolved', note };
        return { status: 'unknown', refunds: {} };
      },
    },
    canAct: () => state.undo === undefined,
  });
}
