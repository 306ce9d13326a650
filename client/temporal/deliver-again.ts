import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import {
  deliverSignal,
  EVENT_DELIVERY_STATUS,
  EVENT_DELIVERY_TYPE,
  type JourneyEvent,
  MOST_WAITING_EVENTS,
  tryNowSignal,
} from '../../contract/event.js';
import { eventDeliveryWorkflowId } from '../../contract/identity.js';
import { searchAttributesOf } from '../../contract/search-attributes.js';
import { UnknownJourneyError } from '../errors.js';
import { eventsGiven } from './events-given.js';
import { describedRun } from './listing.js';

/**
 * Has events of a journey delivered once more, on its own task queue, whichever the caller's is: others have other receivers,
 * or none. A delivery that somebody has begun elsewhere is begun anew there, with what it was given.
 */
export async function deliverAgain(
  client: Client,
  workflowId: string,
  events: readonly JourneyEvent[],
): Promise<void> {
  const { taskQueue } = await describedRun(client, workflowId);
  const start = {
    workflowId: eventDeliveryWorkflowId(workflowId),
    taskQueue,
    typedSearchAttributes: searchAttributesOf({ status: EVENT_DELIVERY_STATUS }),
    staticSummary: `Events of ${workflowId}`,
  };
  const elsewhere = await givenElsewhere(client, workflowId, taskQueue);
  if (elsewhere) {
    const all = new Map([...elsewhere, ...events].map((event) => [event.id, event]));
    // In one step, so that nothing is lost between an end and a beginning.
    await client.workflow.start(EVENT_DELIVERY_TYPE, {
      ...start,
      args: [[...all.values()].slice(-MOST_WAITING_EVENTS)],
      workflowIdConflictPolicy: 'TERMINATE_EXISTING',
    });
    return;
  }
  const delivery = await client.workflow.signalWithStart(EVENT_DELIVERY_TYPE, {
    ...start,
    args: [events],
    signal: deliverSignal.name,
    signalArgs: [events],
  });
  try {
    await delivery.signal(tryNowSignal.name);
  } catch (error) {
    // All are delivered meanwhile.
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

/** What a delivery was given that runs on another task queue than its journey; nothing where none does. */
async function givenElsewhere(
  client: Client,
  journey: string,
  taskQueue: string,
): Promise<readonly JourneyEvent[] | undefined> {
  try {
    const found = await describedRun(client, eventDeliveryWorkflowId(journey));
    if (found.run !== 'running' || found.taskQueue === taskQueue) return undefined;
    return await eventsGiven(client, found, journey);
  } catch (error) {
    if (error instanceof UnknownJourneyError) return undefined;
    throw error;
  }
}
