import type { Client } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import type { JourneyEvent } from '../../contract/event.js';
import { eventsGivenIn } from '../../contract/events-given.js';
import { readFor } from '../journeys/nobodys.js';

/** {@link eventsGivenIn} of a run. */
export async function eventsGiven(
  client: Client,
  { workflowId, runId }: { readonly workflowId: string; readonly runId: string },
  journey: string,
): Promise<readonly JourneyEvent[]> {
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const read = async (payload: Payload) => (await readFor(client, workflowId, [payload])).value;
  return eventsGivenIn(events ?? [], journey, read);
}
