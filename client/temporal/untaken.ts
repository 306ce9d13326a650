/**
 * Of a journey that nobody works on, though there is something to do.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import { msOf, SCHEDULED } from './unanswered.js';

/** A worker that is there, and not busy, takes what there is within moments. */
const UNTAKEN_FOR_MS = 2_000;

/**
 * Whether a task of a journey has waited for a worker for a while. What one has in hand is not: whether it was killed with it shows only
 * once Temporal has taken the task back.
 */
export async function isUntaken(client: Client, workflowId: string): Promise<boolean> {
  const { pendingWorkflowTask, pendingActivities } =
    await client.workflowService.describeWorkflowExecution({
      namespace: client.options.namespace,
      execution: { workflowId },
    });
  // The time of an activity that is to be tried again is yet to come.
  const waits = ({ state, scheduledTime }: Task) =>
    Number(state) === SCHEDULED && Date.now() - msOf(scheduledTime) >= UNTAKEN_FOR_MS;
  return pendingWorkflowTask
    ? waits(pendingWorkflowTask)
    : (pendingActivities ?? []).some((activity) => waits(activity));
}

/** Of workflows and activities alike. */
interface Task {
  readonly state?: unknown;
  readonly scheduledTime?: Parameters<typeof msOf>[0];
}
