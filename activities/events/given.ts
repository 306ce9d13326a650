import type { Client } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { deliveredEventsSchema, deliverSignal, type JourneyEvent } from '../../contract/event.js';

/**
 * What a run of a delivery was given, as its history has it: no worker need be there to be asked. What it has delivered
 * since is among them.
 *
 * @param journey - workflow ID of whose events these are. What nobody with a payload key has given is none of them.
 * @returns in the order in which they were given.
 */
export async function eventsGiven(
  client: Client,
  delivery: { readonly workflowId: string; readonly runId: string },
  journey: string,
): Promise<readonly JourneyEvent[]> {
  const { workflowId, runId } = delivery;
  const { events = [] } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const given = new Map<string, JourneyEvent>();
  for (const event of events ?? []) {
    const { input } = event.workflowExecutionStartedEventAttributes ?? {};
    const signaled = event.workflowExecutionSignaledEventAttributes;
    const more = signaled?.signalName === deliverSignal.name ? signaled.input : undefined;
    const [payload] = (input ?? more)?.payloads ?? [];
    for (const each of payload ? await readable(client, workflowId, payload) : [])
      if (each.data.workflowId === journey && !given.has(each.id)) given.set(each.id, each);
  }
  return [...given.values()];
}

async function readable(
  { options: { namespace, loadedDataConverter } }: Client,
  workflowId: string,
  payload: Payload,
): Promise<readonly JourneyEvent[]> {
  const context = { type: 'workflow', namespace, workflowId } as const;
  try {
    const [events] = await decodeArrayFromPayloads(loadedDataConverter, [payload], context);
    // As they are, also where they tell more than this contract knows.
    return deliveredEventsSchema.safeParse(events).success
      ? (events as readonly JourneyEvent[])
      : [];
  } catch {
    return [];
  }
}
