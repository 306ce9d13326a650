import { patched, proxyActivities } from '@temporalio/workflow';
import type { UndoneActivities } from '../../activities/journeys/undone.js';
import type { PurchaseFact } from '../../activities/purchase.js';
import type { ParsedRefundInput } from '../../contract/refund.js';
import { QUESTION } from '../mechanisms/call-options.js';
import type { Journey, JourneyResult } from '../mechanisms/journey.js';
import type { Known } from '../mechanisms/truth.js';
import { isUndoneWhole } from './fact.js';

const { isUndoneByAnother } =
  proxyActivities<Pick<UndoneActivities, 'isUndoneByAnother'>>(QUESTION);

/**
 * Whether the order went back whole, as the refund would have it, and no other journey says that it saw to that: then a life of
 * the refund that Temporal has forgotten may have, by a cancel, which has no number of its own.
 *
 * @param before - workflow ID of the refund that came first.
 */
export async function mayBeOwnCancel(
  { partnerReferenceNo, partnerRefundNo, amount }: ParsedRefundInput,
  fact: Known<PurchaseFact>,
  before: string | undefined,
  // biome-ignore lint/suspicious/noExplicitAny: whatever the journey's own statuses are
  journey: Journey<any, JourneyResult<any>>,
): Promise<boolean> {
  const isAsAsked = isUndoneWhole(fact) && (fact.amount ?? amount.value) === amount.value;
  if (!isAsAsked || fact.isOperatorsWord || !patched('forgotten-cancels-are-asked-about'))
    return false;
  const isAnothers = await journey.insist('asking who took the purchase back', () =>
    isUndoneByAnother.executeWithOptions({ summary: `Who took ${partnerReferenceNo} back?` }, [
      { partnerReferenceNo, partnerRefundNo, ...(before && { before }) },
    ]),
  );
  return !isAnothers;
}
