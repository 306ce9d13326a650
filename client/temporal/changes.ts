import type { Client } from '@temporalio/client';

/** How far a journey was when it was looked at. */
export interface Position {
  readonly runId: string;
  /** Events in its history. */
  readonly length: number;
  readonly isOpen: boolean;
}

/** Temporal's word for a run that goes on. */
const RUNNING = 1;

/** @param runId - of which run; of the newest without. @throws what Temporal answers for a journey that it does not know. */
export async function positionOf(
  client: Client,
  workflowId: string,
  runId?: string,
): Promise<Position> {
  const { workflowExecutionInfo: info } = await client.workflowService.describeWorkflowExecution({
    namespace: client.options.namespace,
    execution: { workflowId, ...(runId && { runId }) },
  });
  return {
    runId: info?.execution?.runId ?? '',
    length: Number(info?.historyLength ?? 0),
    isOpen: Number(info?.status) === RUNNING,
  };
}

/**
 * Waits until a journey may stand elsewhere than at a position: a worker has done something, or the run has ended. It waits
 * at Temporal, which costs the journey nothing and needs no worker.
 */
export async function* changesAfter(
  client: Client,
  workflowId: string,
  { runId, length }: Position,
): AsyncGenerator<'done' | 'ended'> {
  let nextPageToken: Uint8Array = new Uint8Array();
  for (;;) {
    const page = await client.workflowService.getWorkflowExecutionHistory({
      namespace: client.options.namespace,
      execution: { workflowId, runId },
      waitNewEvent: true,
      nextPageToken,
    });
    const events = (page.history?.events ?? []).filter(({ eventId }) => Number(eventId) > length);
    nextPageToken = page.nextPageToken ?? new Uint8Array();
    if (events.some((event) => event.workflowTaskCompletedEventAttributes)) yield 'done';
    // Temporal has nothing more to tell of a run that is over.
    if (nextPageToken.length === 0) {
      yield 'ended';
      return;
    }
  }
}
