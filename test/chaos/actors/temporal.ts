/**
 * What operators do at Temporal itself, and what its retention does.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { insisted } from '../backend.js';
import type { Cast } from '../cast.js';

const WITHIN_MS = 20_000;
const FORGOTTEN_WITHIN_MS = 20_000;
/** Temporal's `EVENT_TYPE_WORKFLOW_TASK_COMPLETED`. */
const TASK_COMPLETED = 7;
/** A button is pressed again where Temporal does not answer. */
const pressed = <T>(work: () => Promise<T>) => insisted(work, Date.now() + WITHIN_MS);

export async function stop(
  { backend, diary }: Cast,
  workflowId: string,
  how: 'cancel' | 'terminate',
): Promise<void> {
  const handle = backend.client.workflow.getHandle(workflowId);
  await pressed(() => (how === 'cancel' ? handle.cancel() : handle.terminate('chaos')));
  diary.stoppedAt ??= Date.now();
}

/** Has the journey do again what came after its first workflow task, or after its last but one. */
export async function reset(
  { backend, diary }: Cast,
  workflowId: string,
  to: 'first' | 'last',
): Promise<void> {
  const { client } = backend;
  const { events = [] } = await pressed(() => client.workflow.getHandle(workflowId).fetchHistory());
  const tasks = (events ?? []).filter(({ eventType }) => eventType === TASK_COMPLETED);
  const task = to === 'first' ? tasks[0] : (tasks.at(-2) ?? tasks[0]);
  if (!task?.eventId) return diary.note('there is no workflow task to reset to');
  const { eventId } = task;
  const requestId = randomUUID();
  await pressed(() =>
    client.workflowService.resetWorkflowExecution({
      namespace: client.options.namespace,
      workflowExecution: { workflowId },
      reason: 'chaos',
      workflowTaskFinishEventId: eventId,
      requestId,
    }),
  );
  diary.note(`reset to event ${eventId}`);
}

/** Deletes what has ended, as Temporal does after its retention. @returns whether it is gone. */
export async function forget(cast: Cast, workflowId: string): Promise<boolean> {
  const { client } = cast.backend;
  const { namespace } = client.options;
  const query = `WorkflowId = '${workflowId}'`;
  for await (const { runId, status } of client.workflow.list({ query })) {
    if (status.name === 'RUNNING') return false;
    const history = await pressed(() =>
      client.workflow.getHandle(workflowId, runId).fetchHistory(),
    );
    cast.keep({ workflowId, runId, history });
    await pressed(() =>
      client.workflowService.deleteWorkflowExecution({
        namespace,
        workflowExecution: { workflowId, runId },
      }),
    );
  }
  const until = Date.now() + FORGOTTEN_WITHIN_MS;
  while (Date.now() < until) {
    if (!(await isKnown(cast, workflowId))) return true;
    await setTimeout(200);
  }
  return false;
}

/** Whether Temporal has it, open or closed. */
export async function isKnown({ backend }: Cast, workflowId: string): Promise<boolean> {
  try {
    await backend.client.workflow.getHandle(workflowId).describe();
    return true;
  } catch (error) {
    return (error as Error).name !== 'WorkflowNotFoundError';
  }
}
