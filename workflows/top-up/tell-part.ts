import { getExternalWorkflowHandle, patched, workflowInfo } from '@temporalio/workflow';
import { rowAttentionSignal } from '../../contract/top-up-batch.js';
import { signalOf } from '../mechanisms/messages.js';

/** Tells the part of a batch whose row this top-up is, if it is one, whether it waits for an operator. */
export async function tellPart(partnerReferenceNo: string, needsAttention: boolean): Promise<void> {
  const { parent } = workflowInfo();
  if (parent === undefined || !patched('part-is-told-of-attention')) return;
  try {
    await getExternalWorkflowHandle(parent.workflowId).signal(signalOf(rowAttentionSignal), {
      partnerReferenceNo,
      needsAttention,
    });
  } catch {
    // A part that was ended from outside hears no more.
  }
}
