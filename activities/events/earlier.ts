import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import {
  deliverSignal,
  EVENT_DELIVERY_STATUS,
  EVENT_DELIVERY_TYPE,
  MOST_WAITING_EVENTS,
} from '../../contract/event.js';
import { eventDeliveryWorkflowId } from '../../contract/identity.js';
import { searchAttributesOf } from '../../contract/search-attributes.js';
import { eventsGiven } from './given.js';

/** A journey waits for it at its end. */
const WITHIN_MS = 1_000;
/** Once for a journey, and only where somebody has begun its delivery on another task queue. */
const MOVED_WITHIN_MS = 2_500;
const WHY = "the events of a journey are delivered on the journey's own task queue";

/**
 * Whether events of a journey wait for their receiver, in a workflow of their own: those of an earlier run, too, of which the
 * one that tells now knows nothing. That workflow belongs on the journey's task queue: where somebody has begun it on another
 * one, with other workers or with none, it is begun anew with what it was given.
 *
 * @param workflowId - of the journey.
 * @param ours - its task queue.
 * @returns true also where Temporal does not say: what is handed over keeps its place in any case.
 */
export async function hasWaiting(
  client: Client,
  workflowId: string,
  ours: string,
): Promise<boolean> {
  try {
    const delivery = client.workflow.getHandle(eventDeliveryWorkflowId(workflowId));
    const { status, taskQueue, runId } = await client.withDeadline(Date.now() + WITHIN_MS, () =>
      delivery.describe(),
    );
    if (status.name !== 'RUNNING') return false;
    if (taskQueue === ours) return true;
    return await client.withDeadline(Date.now() + MOVED_WITHIN_MS, () =>
      isMoved(client, { workflowId, runId, ours }),
    );
  } catch (error) {
    return !(error instanceof WorkflowNotFoundError);
  }
}

/** @returns whether it had anything to deliver. */
async function isMoved(
  client: Client,
  { workflowId, runId, ours }: { workflowId: string; runId: string; ours: string },
): Promise<boolean> {
  const delivery = { workflowId: eventDeliveryWorkflowId(workflowId), runId };
  const given = await eventsGiven(client, delivery, workflowId);
  if (given.length === 0) {
    await client.workflow.getHandle(delivery.workflowId, runId).terminate(WHY);
    return false;
  }
  // In one step, so that nothing is lost between an end and a beginning.
  const moved = await client.workflow.start(EVENT_DELIVERY_TYPE, {
    workflowId: delivery.workflowId,
    taskQueue: ours,
    args: [given.slice(-MOST_WAITING_EVENTS)],
    workflowIdConflictPolicy: 'TERMINATE_EXISTING',
    typedSearchAttributes: searchAttributesOf({ status: EVENT_DELIVERY_STATUS }),
    staticSummary: `Events of ${workflowId}`,
  });
  const known = new Set(given.map(({ id }) => id));
  const late = (await eventsGiven(client, delivery, workflowId)).filter(({ id }) => !known.has(id));
  if (late.length > 0) await moved.signal(deliverSignal.name, late.slice(-MOST_WAITING_EVENTS));
  return true;
}
