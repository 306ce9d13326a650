import type { TurnHolder } from '../../activities/journeys/open.js';
import type {
  ParsedRefundInput,
  RefundResult,
  RefundStatus,
  RefundView,
} from '../../contract/refund.js';
import type { Journey } from '../mechanisms/journey.js';

/** Where a refund stands. @param comesFirst - the refund of the same purchase that it waits for. */
export function viewOf(
  { partnerRefundNo, partnerReferenceNo }: ParsedRefundInput,
  { status, attention, inDoubtSince, result, stop }: Journey<RefundStatus, RefundResult>,
  comesFirst: TurnHolder | undefined,
): RefundView {
  const first = result ? undefined : comesFirst;
  return {
    partnerRefundNo,
    partnerReferenceNo,
    status,
    ...(first?.workflowId && { waitsFor: [first.workflowId] }),
    ...(first?.needsAttention && { waitsForOperator: true as const }),
    ...(inDoubtSince && { inDoubtSince }),
    ...stop,
    ...(attention && { attention }),
    ...(result && { result }),
  };
}
