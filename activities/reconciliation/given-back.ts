import type { Client } from '@temporalio/client';
import { purchaseWorkflowId } from '../../contract/identity.js';
import type { PurchaseResult } from '../../contract/purchase.js';
import type { RefundResult } from '../../contract/refund.js';
import { allListed } from './listed-journeys.js';
import { isNamed, type OwnRuns } from './own-runs.js';
import type { GivenBack } from './verdict.js';

/** What refund journeys gave back of a purchase, whenever they ran. */
export async function givenBackOf(
  client: Client,
  own: Pick<OwnRuns, 'counting'>,
  partnerReferenceNo: string,
): Promise<GivenBack> {
  const query = `WorkflowType = 'refund' AND PartnerReferenceNo = '${partnerReferenceNo}'`;
  const workflowIds = new Set<string>();
  for await (const run of allListed(client, query))
    if (isNamed(run)) workflowIds.add(run.workflowId);
  const refunded = new Map<string, RefundResult>();
  const underWay = new Map<string, string | undefined>();
  for (const workflowId of workflowIds) {
    const found = await own.counting(workflowId);
    // What a list says of it is anybody's to write.
    if (found.kind !== 'open' && found.kind !== 'ended') continue;
    if (found.run.partnerReferenceNo !== partnerReferenceNo) continue;
    if (found.kind === 'open') underWay.set(numberIn(workflowId), found.run.amount);
    const result = found.run.end?.result as RefundResult | undefined;
    if (result?.outcome === 'refunded') refunded.set(result.partnerRefundNo, result);
  }
  return { refunded, underWay };
}

/** Whether the purchase's own journey took it back whole. */
export async function isReversed(
  own: Pick<OwnRuns, 'counting'>,
  partnerReferenceNo: string,
): Promise<boolean> {
  const found = await own.counting(purchaseWorkflowId(partnerReferenceNo));
  if (found.kind !== 'ended') return false;
  const { outcome } = (found.run.end?.result ?? {}) as Partial<PurchaseResult>;
  return outcome === 'cancelled' || outcome === 'refunded';
}

const numberIn = (workflowId: string) => workflowId.slice(workflowId.indexOf('/') + 1);
