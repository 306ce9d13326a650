/**
 * What Temporal keeps of a run: how it began and what it ended with.
 *
 * @module
 */
import { type Client, isGrpcServiceError, ServiceError } from '@temporalio/client';
import type { Payload, SerializationContext } from '@temporalio/common';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { ARGUMENT, askedOf, proofOf } from '../../contract/written-as.js';
import { provenResult } from '../journeys/proven-result.js';
import type { ListedJourney } from './listed-journeys.js';

type Run = Pick<ListedJourney, 'workflowId' | 'runId'>;

/** gRPC's number. */
const INTERNAL = 13;

/** Whether a record is there and cannot be read, rather than Temporal does not answer. */
export const isUnreadable = (error: unknown) =>
  isUndecodable(error) || (!(error instanceof ServiceError) && !isGrpcServiceError(error));

/** Temporal answered, with more than its SDK decodes: anybody may begin a run with a failure of a hundred causes. */
function isUndecodable(error: unknown): boolean {
  const grpc = isGrpcServiceError(error) ? error : (error as Error).cause;
  return (
    isGrpcServiceError(grpc) &&
    grpc.code === INTERNAL &&
    /failed to decode|max depth/i.test(`${grpc.message} ${grpc.details}`)
  );
}

/** @throws what the data converter throws where it cannot be read, and an Error where there is none. */
export async function resultOf<Result>(
  client: Client,
  { workflowId, runId }: Run,
): Promise<Result> {
  const proven = await provenResult(client, { workflowId, runId });
  if (!proven) throw new Error(`${workflowId} has ended without a result of its own`);
  return proven.result as Result;
}

/** What the updates brought that a run has taken, one argument each. @throws as {@link inputOf}. */
export async function toldByUpdates(
  client: Client,
  { workflowId, runId }: Run,
): Promise<readonly unknown[]> {
  const { namespace, loadedDataConverter } = client.options;
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const told: unknown[] = [];
  for (const event of events ?? []) {
    const input = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input;
    if (!input?.args?.payloads) continue;
    const [argument] = await decodeArrayFromPayloads(loadedDataConverter, input.args.payloads, {
      type: 'workflow',
      namespace,
      workflowId,
    });
    told.push(argument);
  }
  return told;
}

/** A journey's first call stands among its first events. */
const FIRST_EVENTS = 100;

/**
 * Whether a worker with a payload key has taken a run: it has called, in that run's name, or went on in it from one that had. Whoever
 * reaches Temporal can begin a run on the workers' queue that none of them is handed.
 */
export async function wasTaken(client: Client, { workflowId, runId }: Run): Promise<boolean> {
  const { namespace } = client.options;
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace,
    execution: { workflowId, runId },
    maximumPageSize: FIRST_EVENTS,
  });
  const events = history?.events ?? [];
  const started = events[0]?.workflowExecutionStartedEventAttributes;
  // By a reset it has the calls of the first one.
  const runIds = [runId, started?.originalExecutionRunId ?? runId];
  for (const { activityTaskScheduledEventAttributes: call } of events)
    if (call && (await isCallOf(client, workflowId, runIds, call))) return true;
  const before = started?.continuedExecutionRunId;
  return before ? wasTaken(client, { workflowId, runId: before }) : false;
}

interface Call {
  readonly activityId?: string | null;
  readonly activityType?: { readonly name?: string | null } | null;
  readonly input?: { readonly payloads?: Payload[] | null } | null;
}

async function isCallOf(
  client: Client,
  workflowId: string,
  runIds: readonly string[],
  { activityId, activityType, input }: Call,
): Promise<boolean> {
  const [payload] = input?.payloads ?? [];
  const name = activityType?.name;
  if (!activityId || !name || !payload) return false;
  const { namespace } = client.options;
  const place = { type: 'activity', namespace, workflowId, activityId, isLocal: false } as const;
  const asked = await decoded(client, payload, place);
  return (
    asked !== undefined &&
    runIds.some((runId) => proofOf(asked, ARGUMENT, askedOf(name, runId)) === 'own')
  );
}

/** @returns nothing where nobody with a payload key of ours has written it. */
async function decoded(
  client: Client,
  payload: Payload,
  place: SerializationContext,
): Promise<Payload | undefined> {
  let payloads = [payload];
  try {
    for (const codec of client.options.loadedDataConverter.payloadCodecs.toReversed())
      payloads = await codec.decode(payloads, place);
    return payloads[0];
  } catch {
    return undefined;
  }
}

/** Runs of which Temporal's SDK has said, after ten tries in half a minute, that it cannot decode them: they stay so. */
const undecodable = new Set<string>();
const MOST_KNOWN = 1_000;

/**
 * What the run was started with: its first argument.
 *
 * @throws what the data converter throws where it cannot be read, and what Temporal throws.
 */
export async function inputOf<Input>(client: Client, { workflowId, runId }: Run): Promise<Input> {
  const { namespace, loadedDataConverter } = client.options;
  if (undecodable.has(runId)) throw new Error(`what began run ${runId} cannot be decoded`);
  const { history } = await client.workflowService
    .getWorkflowExecutionHistory({
      namespace,
      execution: { workflowId, runId },
      maximumPageSize: 1,
    })
    .catch((error: unknown) => {
      if (isUndecodable(error) && undecodable.size < MOST_KNOWN) undecodable.add(runId);
      throw error;
    });
  const started = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
  const [input] = await decodeArrayFromPayloads(loadedDataConverter, started?.input?.payloads, {
    type: 'workflow',
    namespace,
    workflowId,
  });
  return input as Input;
}
