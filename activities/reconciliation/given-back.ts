import type { Client } from '@temporalio/client';
import { purchaseWorkflowId } from '../../contract/identity.js';
import type { PurchaseResult } from '../../contract/purchase.js';
import type { RefundResult } from '../../contract/refund.js';
import { allListed, currentRun } from './listed-journeys.js';
import { resultOf } from './records.js';
import type { GivenBack } from './verdict.js';

/** What refund journeys gave back of a purchase, whenever they ran. */
export async function givenBackOf(client: Client, partnerReferenceNo: string): Promise<GivenBack> {
  const query = `WorkflowType = 'refund' AND PartnerReferenceNo = '${partnerReferenceNo}'`;
  const workflowIds = new Set<string>();
  for await (const { workflowId } of allListed(client, query)) workflowIds.add(workflowId);
  const refunded = new Map<string, RefundResult>();
  const underWay = new Set<string>();
  for (const workflowId of workflowIds) {
    const run = await currentRun(client, workflowId);
    if (run?.status === 'RUNNING') underWay.add(numberIn(workflowId));
    if (run?.status !== 'COMPLETED') continue;
    const result = await resultOf<RefundResult>(client, run);
    if (result.outcome === 'refunded') refunded.set(result.partnerRefundNo, result);
  }
  return { refunded, underWay };
}

/** Whether the purchase's own journey took it back whole. */
export async function isReversed(client: Client, partnerReferenceNo: string): Promise<boolean> {
  const run = await currentRun(client, purchaseWorkflowId(partnerReferenceNo));
  if (run?.status !== 'COMPLETED') return false;
  const { outcome } = await resultOf<PurchaseResult>(client, run);
  return outcome === 'cancelled' || outcome === 'refunded';
}

const numberIn = (workflowId: string) => workflowId.slice(workflowId.indexOf('/') + 1);
