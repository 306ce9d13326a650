import { patched, proxyActivities } from '@temporalio/workflow';
import type { OpenJourneyActivities } from '../../activities/journeys/open.js';
import { purchaseWorkflowId } from '../../contract/identity.js';
import { QUESTION } from '../mechanisms/call-options.js';
import type { Journey, JourneyResult } from '../mechanisms/journey.js';

const { isJourneyOpen, ownerOfJourney } =
  proxyActivities<Pick<OpenJourneyActivities, 'isJourneyOpen' | 'ownerOfJourney'>>(QUESTION);

// biome-ignore lint/suspicious/noExplicitAny: whatever the journey's own statuses are
type OfRefund = Journey<any, JourneyResult<any>>;

/** Before a refund keeps others from their turn: what is mistyped is for nobody to wait for. */
export async function seenPurchase(
  partnerReferenceNo: string,
  journey: OfRefund,
): Promise<{ customerId?: string; isOpen?: boolean }> {
  if (!patched('refund-of-own-customer')) return {};
  const workflowId = purchaseWorkflowId(partnerReferenceNo);
  return journey.insist('looking up the purchase', () =>
    ownerOfJourney.executeWithOptions({ summary: `Whose is ${workflowId}?` }, [{ workflowId }]),
  );
}

export function isPurchaseOpen(partnerReferenceNo: string, journey: OfRefund): Promise<boolean> {
  const workflowId = purchaseWorkflowId(partnerReferenceNo);
  return journey.insist('looking up the purchase', () =>
    isJourneyOpen.executeWithOptions({ summary: workflowId }, [{ workflowId }]),
  );
}
