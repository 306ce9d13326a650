/**
 * How a journey's number has ended in another run than the one that asks.
 *
 * @module
 */
import { type Client, isGrpcServiceError } from '@temporalio/client';
import { type ListedJourney, listed } from '../reconciliation/listed-journeys.js';

/** A run of a journey that has ended by itself. */
export interface EndedRun {
  readonly runId: string;
  readonly result: unknown;
}

/** More runs of one number are nobody's practice. */
const MOST_LOOKED_AT = 20;
const GRPC_UNIMPLEMENTED = 12;
/** Temporal's number for the status. */
const COMPLETED = 2;

/**
 * The latest run of a journey that began earlier and has completed.
 *
 * @param startedBefore - ISO 8601.
 */
export async function endedRunBefore(
  client: Client,
  workflowId: string,
  startedBefore: string,
): Promise<EndedRun | undefined> {
  // A number holds no character that needs escaping (`partnerReferenceFormSchema`).
  const query = `WorkflowId = '${workflowId}' AND StartTime < '${startedBefore}'`;
  for (const { runId } of await newestOf(client, query)) {
    const { isCompleted } = await standingOf(client, workflowId, runId);
    const ended = isCompleted && (await believedResult(client, workflowId, runId));
    if (ended) return { runId, ...ended };
  }
  return undefined;
}

/** Asked of the run itself, as lists lag: what has just ended may stand there as running. */
export async function standingOf(
  client: Client,
  workflowId: string,
  runId: string,
): Promise<{ isCompleted: boolean; isCancelRequested: boolean }> {
  const { workflowExecutionInfo, workflowExtendedInfo } =
    await client.workflowService.describeWorkflowExecution({
      namespace: client.options.namespace,
      execution: { workflowId, runId },
    });
  return {
    isCompleted: workflowExecutionInfo?.status === COMPLETED,
    isCancelRequested: Boolean(workflowExtendedInfo?.cancelRequested),
  };
}

/** @returns nothing of a run that somebody ended who has no payload key. */
async function believedResult(
  client: Client,
  workflowId: string,
  runId: string,
): Promise<{ result: unknown } | undefined> {
  const handle = client.workflow.getHandle(workflowId, runId, { followRuns: false });
  try {
    return { result: await handle.result() };
  } catch (error) {
    if (error instanceof Error && error.name === 'RefusedPayloadError') return undefined;
    throw error;
  }
}

async function newestOf(client: Client, query: string): Promise<readonly ListedJourney[]> {
  try {
    return (await listed(client, query, '', MOST_LOOKED_AT)).journeys;
  } catch (error) {
    // A server for tests has no lists.
    if (isGrpcServiceError(error) && error.code === GRPC_UNIMPLEMENTED) return [];
    throw error;
  }
}
