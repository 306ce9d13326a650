import type { Client } from '@temporalio/client';
import { type ListedRun, listedPage } from '../../temporal/listing.js';
import { ownInput } from '../../temporal/own-input.js';
import { visibilityQuery } from '../../temporal/visibility-query.js';
import { JOURNEY_KINDS, workflowTypeOf } from '../journeys/name.js';

/** One that was written with another key says nothing of the others. */
const MOST_TRIED = 5;
/** Whoever reaches Temporal may begin as many as they like that no worker can read. */
const MOST_LOOKED_AT = 25;
const FIRST_EVENTS = 20;

/**
 * Holds the keys against the newest journeys that the workers have begun: one that is told what its workers cannot read is
 * stuck until they can. What others have put on other task queues, or on this one, says nothing of the workers' keys.
 *
 * @param taskQueue - the workers'.
 * @throws UnknownPayloadKeyError, WrongPayloadKeyError where they fit none of them.
 */
export async function assertKeysFit(client: Client, taskQueue: string): Promise<void> {
  const workflowTypes = JOURNEY_KINDS.map(workflowTypeOf);
  const query = visibilityQuery({ workflowTypes, taskQueue });
  let misfit: Error | undefined;
  let tried = 0;
  for (const run of (await listedPage(client, query, MOST_LOOKED_AT)).runs) {
    try {
      await ownInput(client, run);
      return;
    } catch (error) {
      if (!isMisfit(error) || !(await wasBegun(client, run))) continue;
      // Of the workers' own key ID, it says more.
      if (misfit === undefined || error.name === 'WrongPayloadKeyError') misfit = error;
    }
    tried += 1;
    if (tried === MOST_TRIED) break;
  }
  if (misfit) throw misfit;
}

/** Whether a key does not fit what was written with one. */
export const isMisfit = (error: unknown): error is Error =>
  error instanceof Error &&
  (error.name === 'UnknownPayloadKeyError' || error.name === 'WrongPayloadKeyError');

/** Whether a worker could read it: what none can, none completes a task of. */
async function wasBegun(client: Client, { workflowId, runId }: ListedRun): Promise<boolean> {
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: { workflowId, runId },
    maximumPageSize: FIRST_EVENTS,
  });
  return (history?.events ?? []).some((event) => event.workflowTaskCompletedEventAttributes);
}
