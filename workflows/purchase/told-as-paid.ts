import { patched, proxyActivities } from '@temporalio/workflow';
import type { UndoneActivities } from '../../activities/journeys/undone.js';
import type { PurchaseFact } from '../../activities/purchase.js';
import { QUESTION } from '../mechanisms/call-options.js';
import type { Journey, JourneyResult } from '../mechanisms/journey.js';
import type { Known } from '../mechanisms/truth.js';
import type { End } from './end.js';

const { toldAsPaidBefore } = proxyActivities<Pick<UndoneActivities, 'toldAsPaidBefore'>>(QUESTION);

/**
 * What an earlier run has told as paid stays so where refunds gave it back since: they tell of that movement, and one that two
 * journeys tell would be counted twice.
 */
export async function toldAsPaid(
  partnerReferenceNo: string,
  { status, isOperatorsWord }: Known<PurchaseFact>,
  // biome-ignore lint/suspicious/noExplicitAny: whatever the journey's own statuses are
  journey: Journey<any, JourneyResult<any>>,
): Promise<End | undefined> {
  const hasGoneBack = status === 'cancelled' || status === 'refunded';
  if (!hasGoneBack || isOperatorsWord || !patched('told-as-paid-stays-so')) return undefined;
  const told = await journey.insist('asking what an earlier run has told', () =>
    toldAsPaidBefore.executeWithOptions({ summary: `Who gave ${partnerReferenceNo} back?` }, [
      { partnerReferenceNo, status },
    ]),
  );
  if (!told) return undefined;
  const { outcome, paidTime, feeAmount, heldAmount, reason, note } = told;
  return {
    outcome,
    ...(paidTime && { paidTime }),
    ...(feeAmount && { feeAmount }),
    ...(heldAmount && { heldAmount }),
    reason,
    ...(note && { note }),
  };
}
