import type { Client } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import { GRPC, grpcOf } from './translated.js';

/** Which journey, and which run of it; the one that counts without. */
export interface InputOf {
  readonly workflowId: string;
  readonly runId?: string;
}

/**
 * What a run of a journey was started with, as its history has it.
 *
 * @throws UnknownPayloadKeyError, WrongPayloadKeyError, RefusedPayloadError where that cannot be read or believed.
 */
export async function ownInput(client: Client, execution: InputOf): Promise<unknown> {
  return inputIn(client, execution.workflowId, await startOf(client, execution));
}

/** What a journey was started with. */
export interface OriginalInput {
  readonly input: unknown;
  /** Not where it has gone on in another run and Temporal has forgotten the first: then it is that other run's. */
  readonly isOriginal: boolean;
}

/**
 * What a journey was started with, whichever run it has gone on in since: that one's own input may differ from it.
 *
 * @throws UnknownPayloadKeyError, WrongPayloadKeyError, RefusedPayloadError where that cannot be read or believed.
 */
export async function originalInput(client: Client, execution: InputOf): Promise<OriginalInput> {
  const { workflowId } = execution;
  const started = await startOf(client, execution);
  const runId = started?.firstExecutionRunId;
  if (!started?.continuedExecutionRunId || !runId)
    return { input: await inputIn(client, workflowId, started), isOriginal: true };
  try {
    return { input: await ownInput(client, { workflowId, runId }), isOriginal: true };
  } catch (error) {
    if (grpcOf(error)?.code !== GRPC.NOT_FOUND) throw error;
    return { input: await inputIn(client, workflowId, started), isOriginal: false };
  }
}

/** Whether it is a run that began a journey, and goes on from no other: by a reset, or as the next of a chain. */
export async function isOriginalRun(
  client: Client,
  execution: Required<InputOf>,
): Promise<boolean> {
  const started = await startOf(client, execution);
  return started?.originalExecutionRunId === execution.runId && !started.continuedExecutionRunId;
}

/** By which call a journey was begun, where that one wanted to know (`onBegun`); no secret. */
export async function begunBy(client: Client, workflowId: string): Promise<unknown> {
  const memo = (await startOf(client, { workflowId }))?.memo?.fields?.begunBy;
  return memo && decoded(client, workflowId, [memo]);
}

/** How Temporal has begun a run. */
async function startOf(client: Client, execution: InputOf) {
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution,
    maximumPageSize: 1,
  });
  return history?.events?.[0]?.workflowExecutionStartedEventAttributes;
}

const inputIn = (
  client: Client,
  workflowId: string,
  started: Awaited<ReturnType<typeof startOf>>,
): Promise<unknown> => decoded(client, workflowId, started?.input?.payloads);

/** The first of a workflow's payloads. @throws what the data converter throws where it cannot be read. */
export async function decoded(
  client: Client,
  workflowId: string,
  payloads: readonly Payload[] | null | undefined,
): Promise<unknown> {
  const { namespace, loadedDataConverter } = client.options;
  const { decodeArrayFromPayloads } = await import(
    '@temporalio/common/lib/internal-non-workflow/index.js'
  );
  const context = { type: 'workflow', namespace, workflowId } as const;
  const [value] = await decodeArrayFromPayloads(
    loadedDataConverter,
    payloads && [...payloads],
    context,
  );
  return value;
}
