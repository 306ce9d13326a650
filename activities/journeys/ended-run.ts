/**
 * How a journey's number has ended in another run than the one that asks.
 *
 * @module
 */
import {
  type Client,
  isGrpcServiceError,
  WorkflowContinuedAsNewError,
  WorkflowFailedError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { invalidInputError } from '../../contract/errors.js';
import { allListed, type ListedJourney } from '../reconciliation/listed-journeys.js';

/** A run of a journey that has ended by itself. */
export interface EndedRun {
  readonly runId: string;
  readonly result: unknown;
}

/** One that was ended from outside: what it has sent may be on its way still. */
export interface BrokenRun {
  readonly runId: string;
  readonly isBroken: true;
}

/** More runs of one number are somebody's attempt to hide one. */
const MOST_LOOKED_AT = 500;
const GRPC_UNIMPLEMENTED = 12;
/** Temporal's numbers for statuses. */
const COMPLETED = 2;
const FAILED = 3;
const CANCELED = 4;
const TERMINATED = 5;
const TIMED_OUT = 7;

/**
 * The latest run of a journey that began earlier and has completed; where none has, the latest that was broken off.
 *
 * @param startedBefore - ISO 8601.
 */
export async function endedRunBefore(
  client: Client,
  workflowId: string,
  startedBefore: string,
): Promise<EndedRun | BrokenRun | undefined> {
  // A number holds no character that needs escaping (`partnerReferenceFormSchema`).
  const query = `WorkflowId = '${workflowId}' AND StartTime < '${startedBefore}'`;
  let broken: BrokenRun | undefined;
  for (const { runId } of await runsOf(client, query)) {
    const { isCompleted, status } = await standingOf(client, workflowId, runId);
    const ended = isCompleted && (await believedResult(client, workflowId, runId));
    if (ended) return { runId, ...ended };
    const isBroken =
      status === FAILED
        ? !(await wasRefused(client, workflowId, runId))
        : status === TERMINATED || status === CANCELED || status === TIMED_OUT;
    if (isBroken) broken ??= { runId, isBroken };
  }
  return broken;
}

/** Asked of the run itself, as lists lag: what has just ended may stand there as running. */
export async function standingOf(
  client: Client,
  workflowId: string,
  runId: string,
): Promise<{ isCompleted: boolean; isCancelRequested: boolean; status: unknown }> {
  const { workflowExecutionInfo, workflowExtendedInfo } =
    await client.workflowService.describeWorkflowExecution({
      namespace: client.options.namespace,
      execution: { workflowId, runId },
    });
  return {
    status: workflowExecutionInfo?.status,
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
  const handle = client.workflow.getHandle(workflowId, runId, { followRuns: false });
  try {
    const result = await handle.result();
    return result === undefined ? undefined : { result };
  } catch (error) {
    const isNobodys = error instanceof Error && error.name === 'RefusedPayloadError';
    if (isNobodys || error instanceof WorkflowContinuedAsNewError) return undefined;
    throw error;
  }
}

/** Whether a run that has failed was refused for its input, and has done nothing. */
async function wasRefused(client: Client, workflowId: string, runId: string): Promise<boolean> {
  try {
    await client.workflow.getHandle(workflowId, runId, { followRuns: false }).result();
    return false;
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const { cause } = error;
    return cause instanceof ApplicationFailure && cause.type === invalidInputError.type;
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
