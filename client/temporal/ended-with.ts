/**
 * What a journey has ended with, as far as somebody with a payload key says so.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import type { ApplicationFailure, Payload } from '@temporalio/common';
import { invalidInputError } from '../../contract/errors.js';
import { resultSchemaOf } from '../../contract/result-schema.js';
import { endOf, FAILURE, isOfTime, proofOf, proofOfEnd } from '../../contract/written-as.js';
import { JourneyBrokenError, UnexpectedAnswerError } from '../errors.js';
import { isInTheClear } from './failure-words.js';
import { listening } from './heard.js';
import { listedRuns } from './listing.js';
import { GRPC, grpcOf, isFailure, isNamed } from './translated.js';

/** A run of a journey. */
export interface RunOf {
  readonly workflowId: string;
  readonly runId: string;
}

/** How long before its run's end a worker of before may have written a result, which named no run. */
const WRITTEN_WITHIN_MS = 300_000;

/**
 * Waits for the result of one run.
 *
 * @throws UnexpectedAnswerError where it ended with none, as each journey ends with one, or with what was not written as the end of
 *   that very run: nobody with a payload key has ended it so (money rule 13).
 * @throws JourneyBrokenError of a run whose failure says that its input was wrong, and is no worker's.
 */
export async function resultOfRun<Result>(client: Client, run: RunOf): Promise<Result> {
  const { workflow, heard } = listening(client);
  const handle = workflow.getHandle(run.workflowId, run.runId, { followRuns: false });
  let result: unknown;
  try {
    result = await handle.result();
  } catch (error) {
    const { cause } = error as Error;
    if (!isNamed(error, 'WorkflowFailedError') || !isInvalidInput(cause)) throw error;
    if (await isRefused(client, run, cause)) throw error;
    const told = `${run.workflowId} was ended by somebody who has no payload key`;
    throw new JourneyBrokenError(told, 'failed', { cause: error });
  }
  if (result === undefined || result === null)
    throw new UnexpectedAnswerError(
      `${run.workflowId} has ended without a result: whoever ended it so has no payload key`,
    );
  if (await isEnd(client, run, heard[0], result)) return result as Result;
  throw new UnexpectedAnswerError(
    `${run.workflowId} has ended with what is no result of its own: whoever ended it so has no payload key`,
  );
}

async function isEnd(
  client: Client,
  run: RunOf,
  payload: Payload | undefined,
  result: unknown,
): Promise<boolean> {
  if (!payload) return false;
  const schema = resultSchemaOf(run.workflowId);
  const proof = proofOfEnd(payload, run.runId, schema !== undefined);
  if (proof !== 'unnamed') return proof === 'own';
  return (
    (schema === undefined || schema.safeParse(result).success) && isOfItsEnd(client, run, payload)
  );
}

/** What an older worker wrote may be a copy of anything that it wrote; but of its own run's time, nobody else wrote it. */
async function isOfItsEnd(client: Client, run: RunOf, payload: Payload): Promise<boolean> {
  return isOfTime(payload, (await timesOf(client, run)).endedMs, WRITTEN_WITHIN_MS);
}

async function timesOf(client: Client, execution: RunOf) {
  const { workflowExecutionInfo } = await client.workflowService.describeWorkflowExecution({
    namespace: client.options.namespace,
    execution,
  });
  const { startTime, closeTime } = workflowExecutionInfo ?? {};
  return {
    startedMs: Number(startTime?.seconds ?? 0) * 1_000 + Number(startTime?.nanos ?? 0) / 1e6,
    endedMs: Number(closeTime?.seconds ?? 0) * 1_000,
  };
}

const isInvalidInput = (cause: unknown): cause is ApplicationFailure =>
  isFailure(cause) && cause.type === invalidInputError.type;

/**
 * Whether a run was refused for its input, and its number has done nothing: by what its worker has encrypted as that run's failure,
 * and by how the runs before it have ended. What lacks the key is refused in the clear, as anybody could write.
 */
async function isRefused(client: Client, run: RunOf, cause: ApplicationFailure): Promise<boolean> {
  if (!(await isOwnRefusal(client, run, cause))) return false;
  try {
    const { startedMs } = await timesOf(client, run);
    for await (const other of listedRuns(client, `WorkflowId = '${run.workflowId}'`)) {
      // What came after it has the number because it was free.
      const isBefore = other.runId !== run.runId && other.startedAt.getTime() <= startedMs;
      if (isBefore && !(await wasRefused(client, other))) return false;
    }
    return true;
  } catch (error) {
    // A server for tests has no lists.
    if (grpcOf(error)?.code === GRPC.UNIMPLEMENTED) return true;
    throw error;
  }
}

async function wasRefused(client: Client, { workflowId, runId, run }: RunOf & { run: string }) {
  if (run !== 'failed') return false;
  const { workflow } = listening(client);
  const { cause } = await workflow
    .getHandle(workflowId, runId, { followRuns: false })
    .result()
    .then(
      () => new Error('it has a result'),
      (error: Error) => error,
    );
  return isInvalidInput(cause) && isOwnRefusal(client, { workflowId, runId }, cause);
}

async function isOwnRefusal(
  client: Client,
  run: RunOf,
  { failure, message, type }: ApplicationFailure,
): Promise<boolean> {
  const payload = failure?.encodedAttributes;
  if (!payload) return isInTheClear(message);
  const proof = proofOf(payload, FAILURE, endOf(run.runId));
  if (proof === 'none' || !isOfItsType(client, payload, type)) return false;
  return proof === 'own' || isOfItsEnd(client, run, payload);
}

/** The type stands in the clear, too, where anybody could change it. Workers of before do not say it within. */
function isOfItsType(client: Client, payload: Payload, type: string | undefined | null): boolean {
  const { payloadConverter } = client.options.loadedDataConverter;
  const said = payloadConverter.fromPayload<{ type?: unknown } | undefined>(payload);
  return said?.type === undefined || said.type === type;
}
