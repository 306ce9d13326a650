import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { eventDeliveryWorkflowId } from '../../contract/identity.js';

/** A journey waits for it at its end. */
const WITHIN_MS = 1_000;

/**
 * Whether events of a journey wait for their receiver, in a workflow of their own: those of an earlier run, too, of which the
 * one that tells now knows nothing.
 *
 * @param workflowId - of the journey.
 * @returns true also where Temporal does not say: what is handed over keeps its place in any case.
 */
export async function hasWaiting(client: Client, workflowId: string): Promise<boolean> {
  try {
    const delivery = client.workflow.getHandle(eventDeliveryWorkflowId(workflowId));
    const { status } = await client.withDeadline(Date.now() + WITHIN_MS, () => delivery.describe());
    return status.name === 'RUNNING';
  } catch (error) {
    return !(error instanceof WorkflowNotFoundError);
  }
}
