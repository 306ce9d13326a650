import type { PurchaseFact } from '../../activities/purchase.js';
import { ownMember } from '../../contract/own-member.js';
import type { ParsedRefundInput, RefundResult, RefundStatus } from '../../contract/refund.js';
import type { Journey } from '../mechanisms/journey.js';
import { askAbout, type PurchaseDoubt } from '../mechanisms/purchase-truth.js';
import { type RefundSeen, refundMisfit, unnamedMisfit } from '../mechanisms/refund-entry.js';
import { LONG_AGO } from '../mechanisms/run-of-move.js';
import { Truth } from '../mechanisms/truth.js';
import { contradictionOf, refundAsShown } from './fact.js';
import type { WhoseRefund } from './whose.js';

/**
 * What is known of a refund, by DOKU's word on its purchase.
 *
 * @param seen - told of each of these.
 * @param whose - whether what DOKU has of it may be another life's.
 */
export function refundTruth(
  journey: Journey<RefundStatus, RefundResult>,
  input: ParsedRefundInput,
  seen: RefundSeen,
  whose: WhoseRefund,
): Truth<PurchaseFact, PurchaseDoubt> {
  const { partnerRefundNo, partnerReferenceNo, customerId, amount } = input;
  return new Truth<PurchaseFact, PurchaseDoubt>({
    journey,
    name: 'Query Purchase',
    ask: askAbout({ partnerReferenceNo, customerId }),
    misfit: (fact) =>
      refundMisfit(ownMember(fact.refunds, partnerRefundNo), amount.value) ??
      unnamedMisfit(fact) ??
      whose.misfit(fact),
    contradicts: (fact, decision, recorded) =>
      contradictionOf(fact, input, decision, seen.isHidden(fact), recorded),
    asShown: (fact) => (whose.isOtherwise ? undefined : refundAsShown(fact, input)),
    doubt: () => ({
      refund: { ...LONG_AGO, partnerRefundNo, isWhole: false, amount: amount.value },
      isLook: true,
    }),
    heard: seen.heard,
    isTold: ({ refunds }) => ownMember(refunds, partnerRefundNo) !== undefined,
    check: `Look up the refunds of ${partnerReferenceNo} in DOKU's back office: is ${partnerRefundNo} among them?`,
    records: {
      'record-refunded': {
        status: 'refunded',
        refunds: { [partnerRefundNo]: { status: 'success' } },
      },
      'record-not-refunded': { status: 'success', refunds: {} },
    },
  });
}
