/**
 * Journeys as Temporal lists them, page by page. Read as they come over the wire, as one memo that cannot be decrypted
 * would cost the whole list.
 *
 * @module
 */
import { type Client, isGrpcServiceError } from '@temporalio/client';

/** A run of a journey as Temporal lists it. */
export interface ListedJourney {
  readonly workflowId: string;
  readonly runId: string;
  readonly type: string;
  readonly customerId: string;
  /** The purchase, top-up or transfer. */
  readonly partnerReferenceNo: string;
  /** Temporal's status, such as `COMPLETED`. */
  readonly status: string;
  /** Where it stands, in the words of its contract. */
  readonly journeyStatus: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** ISO 8601; absent while it runs. */
  readonly closedAt?: string;
  /** Whose workers run it. Absent in a page that an older worker listed. */
  readonly taskQueue?: string;
}

/** The run of a workflow ID that counts now. */
export interface CurrentRun extends ListedJourney {
  /** The run that started it, where another workflow did. */
  readonly parent?: { readonly workflowId: string; readonly runId: string };
}

export interface JourneyPage {
  readonly journeys: ListedJourney[];
  /** Brings the next page; empty at the end. */
  readonly next: string;
}

const PAGE_SIZE = 100;
const GRPC_NOT_FOUND = 5;

/** @param token - from the page before; empty for the first. */
export async function listed(
  client: Client,
  query: string,
  token: string,
  pageSize = PAGE_SIZE,
): Promise<JourneyPage> {
  const page = await client.workflowService.listWorkflowExecutions({
    namespace: client.options.namespace,
    query,
    pageSize,
    nextPageToken: Buffer.from(token, 'base64'),
  });
  return {
    journeys: page.executions.map(journeyIn),
    next: Buffer.from(page.nextPageToken ?? []).toString('base64'),
  };
}

/** A condition more, for runs of one task queue; none for a name that a query could not quote. */
export const onQueue = (taskQueue: string): string =>
  /['"\\`]/.test(taskQueue) ? '' : ` AND TaskQueue = '${taskQueue}'`;
/** And of all others. */
export const offQueue = (taskQueue: string): string => onQueue(taskQueue).replace(' = ', ' != ');

/** Every page of it. */
export async function* allListed(client: Client, query: string): AsyncGenerator<ListedJourney> {
  let token = '';
  do {
    const page = await listed(client, query, token);
    yield* page.journeys;
    token = page.next;
  } while (token !== '');
}

/** The run of a journey that counts: after a reset the one that goes on from it. Nothing where Temporal has none. */
export async function currentRun(
  client: Client,
  workflowId: string,
): Promise<CurrentRun | undefined> {
  try {
    const { workflowExecutionInfo } = await client.workflowService.describeWorkflowExecution({
      namespace: client.options.namespace,
      execution: { workflowId },
    });
    const info = workflowExecutionInfo ?? {};
    const { workflowId: startedBy, runId } = info.parentExecution ?? {};
    return {
      ...journeyIn(info),
      ...(startedBy && runId && { parent: { workflowId: startedBy, runId } }),
    };
  } catch (error) {
    if (isGrpcServiceError(error) && error.code === GRPC_NOT_FOUND) return undefined;
    throw error;
  }
}

type Execution = Awaited<
  ReturnType<Client['workflowService']['listWorkflowExecutions']>
>['executions'][number];

function journeyIn({
  execution,
  type,
  status,
  searchAttributes,
  startTime,
  closeTime,
  taskQueue,
}: Execution): ListedJourney {
  const fields = searchAttributes?.indexedFields ?? {};
  return {
    workflowId: execution?.workflowId ?? '',
    runId: execution?.runId ?? '',
    type: type?.name ?? '',
    customerId: keywordIn(fields.CustomerId?.data),
    partnerReferenceNo: keywordIn(fields.PartnerReferenceNo?.data),
    status: STATUSES[Number(status)] ?? 'UNKNOWN',
    journeyStatus: keywordIn(fields.JourneyStatus?.data),
    startedAt: instantOf(startTime),
    ...(closeTime && { closedAt: instantOf(closeTime) }),
    ...(taskQueue && { taskQueue }),
  };
}

/** Nothing where it is not as the SDK writes it. */
function keywordIn(data: Uint8Array | null | undefined): string {
  try {
    return data ? String(JSON.parse(Buffer.from(data).toString()) ?? '') : '';
  } catch {
    return '';
  }
}

const instantOf = (time: Execution['startTime']): string =>
  new Date(Number(time?.seconds ?? 0) * 1_000 + Math.floor((time?.nanos ?? 0) / 1e6)).toISOString();

/** Temporal's `WorkflowExecutionStatus`. */
const STATUSES = [
  'UNKNOWN',
  'RUNNING',
  'COMPLETED',
  'FAILED',
  'CANCELED',
  'TERMINATED',
  'CONTINUED_AS_NEW',
  'TIMED_OUT',
];
