import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { recheckWorkflowId } from '../../contract/identity.js';
import { type RecheckInput, recheckInputSchema } from '../../contract/recheck.js';
import { searchAttributesOf } from '../../contract/search-attributes.js';
import { isEndedAsStrayed } from '../journeys/strayed.js';
import type { ListedJourney } from './listed-journeys.js';

interface Ground {
  readonly client: Client;
  readonly taskQueue: string;
}

/** Has a journey looked at again until it matched once. @returns whether none was at it already. */
export async function startRecheck(
  ground: Ground,
  journey: ListedJourney,
  about: Omit<RecheckInput, 'workflowId'>,
): Promise<boolean> {
  if (await isStarted(ground, journey, about)) return true;
  const isOwn = (given: unknown) =>
    recheckInputSchema.safeParse(given).data?.workflowId === journey.workflowId;
  const id = recheckWorkflowId(journey.workflowId);
  if (!(await isEndedAsStrayed(ground.client, id, ground.taskQueue, isOwn))) return false;
  return isStarted(ground, journey, about);
}

async function isStarted(
  { client, taskQueue }: Ground,
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
