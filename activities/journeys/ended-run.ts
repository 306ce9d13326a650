/**
 * How a journey's number has ended in another run than the one that asks.
 *
 * @module
 */
import { type Client, isGrpcServiceError, WorkflowContinuedAsNewError } from '@temporalio/client';
import { allListed, type ListedJourney } from '../reconciliation/listed-journeys.js';
import { isUnreadable } from '../reconciliation/records.js';
import { provenResult } from './proven-result.js';

/** A run of a journey that has ended by itself. */
export interface EndedRun {
  readonly runId: string;
  readonly result: unknown;
}

/** More runs of one number are somebody's attempt to hide one. */
const MOST_LOOKED_AT = 500;
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
  const query = `WorkflowId = '${workflowId}' AND StartTime < '${startedBefore}' AND ExecutionStatus IN ('Completed', 'Running')`;
  for (const { runId } of await runsOf(client, query)) {
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

/** @returns nothing of a run that somebody ended who has no payload key, or began to run again and again. */
export async function believedResult(
  client: Client,
  workflowId: string,
  runId: string,
): Promise<{ result: unknown } | undefined> {
  try {
    return await provenResult(client, { workflowId, runId });
  } catch (error) {
    const isNobodys = error instanceof Error && error.name === 'RefusedPayloadError';
    if (isNobodys || error instanceof WorkflowContinuedAsNewError) return undefined;
    throw error;
  }
}

/** {@link believedResult}, and nothing either of a run whose result cannot be read. @throws what Temporal does not tell with. */
export async function readableResult(
  client: Client,
  { workflowId, runId }: { readonly workflowId: string; readonly runId: string },
): Promise<{ result: unknown } | undefined> {
  try {
    return await believedResult(client, workflowId, runId);
  } catch (error) {
    if (isUnreadable(error)) return undefined;
    throw error;
  }
}

/** @throws RangeError where there are more than anybody could have begun. */
async function runsOf(client: Client, query: string): Promise<readonly ListedJourney[]> {
  const runs: ListedJourney[] = [];
  try {
    for await (const run of allListed(client, query)) {
      runs.push(run);
      if (runs.length > MOST_LOOKED_AT) throw new RangeError('this number has too many runs');
    }
    return runs;
  } catch (error) {
    // A server for tests has no lists.
    if (isGrpcServiceError(error) && error.code === GRPC_UNIMPLEMENTED) return [];
    throw error;
  }
}
