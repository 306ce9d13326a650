import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { recheckWorkflowId } from '../../contract/identity.js';
import type { RecheckInput } from '../../contract/recheck.js';
import { searchAttributesOf } from '../../contract/search-attributes.js';
import type { ListedJourney } from './listed-journeys.js';

/** Has a journey looked at again until it matched once. @returns whether none was at it already. */
export async function startRecheck(
  { client, taskQueue }: { readonly client: Client; readonly taskQueue: string },
  { workflowId, partnerReferenceNo, customerId }: ListedJourney,
  about: Omit<RecheckInput, 'workflowId'>,
): Promise<boolean> {
  try {
    await client.workflow.start('recheck', {
      workflowId: recheckWorkflowId(workflowId),
      taskQueue,
      args: [{ workflowId, ...about }],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      staticSummary: `Looks at ${workflowId} again`,
      typedSearchAttributes: searchAttributesOf({
        status: 'waiting',
        customerId,
        partnerReferenceNo,
      }),
      // It has all day.
      priority: { priorityKey: 5 },
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}
