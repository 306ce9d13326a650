/**
 * Journeys as Temporal lists them. Read as they come over the wire: the SDK decrypts each memo on the way, and one that
 * cannot be decrypted would cost the whole list.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import { searchAttributes } from '../../contract/search-attributes.js';
import { UnknownJourneyError } from '../errors.js';

/** A run of a journey. */
export interface ListedRun {
  readonly workflowId: string;
  readonly runId: string;
  readonly type: string;
  /** Temporal's own word: `running`, `completed`, or how it broke, such as `terminated`. */
  readonly run: string;
  /** In the words of its contract. */
  readonly status: string;
  readonly customerId: string;
  readonly partnerReferenceNo: string;
  readonly startedAt: Date;
  readonly endedAt?: Date;
  /** Whose workers run it. */
  readonly taskQueue: string;
}

const PAGE_SIZE = 1_000;
/** gRPC's number. */
const NOT_FOUND = 5;

/** Newest first, page by page. */
export async function* listedRuns(client: Client, query: string): AsyncGenerator<ListedRun> {
  let nextPageToken: Uint8Array = new Uint8Array();
  do {
    const page = await client.workflowService.listWorkflowExecutions({
      namespace: client.options.namespace,
      query,
      pageSize: PAGE_SIZE,
      nextPageToken,
    });
    for (const execution of page.executions) yield runIn(execution);
    nextPageToken = page.nextPageToken ?? new Uint8Array();
  } while (nextPageToken.length > 0);
}

/**
 * One page of them.
 *
 * @param token - from the page before.
 * @returns with the token of the next one, if there is one.
 */
export async function listedPage(
  client: Client,
  query: string,
  pageSize: number,
  token?: string,
): Promise<{ readonly runs: ListedRun[]; readonly token: string | undefined }> {
  const { executions, nextPageToken } = await client.workflowService.listWorkflowExecutions({
    namespace: client.options.namespace,
    query,
    pageSize,
    ...(token && { nextPageToken: Buffer.from(token, 'base64') }),
  });
  return {
    runs: executions.map(runIn),
    token: nextPageToken?.length ? Buffer.from(nextPageToken).toString('base64') : undefined,
  };
}

/**
 * The newest run of a journey: after a reset the one that goes on from it.
 *
 * @param runId - of which run, where it is not that one.
 * @throws UnknownJourneyError
 */
export async function describedRun(
  client: Client,
  workflowId: string,
  runId?: string,
): Promise<DescribedRun> {
  const { namespace } = client.options;
  try {
    const { workflowExecutionInfo, pendingActivities } =
      await client.workflowService.describeWorkflowExecution({
        namespace,
        execution: { workflowId, ...(runId && { runId }) },
      });
    return { ...runIn(workflowExecutionInfo as Execution), pendingActivities };
  } catch (error) {
    if ((error as { code?: number }).code !== NOT_FOUND) throw error;
    throw new UnknownJourneyError(`no journey ${workflowId} is known`);
  }
}

type Description = Awaited<ReturnType<Client['workflowService']['describeWorkflowExecution']>>;

/** With what it asks for just now, as Temporal has it. */
interface DescribedRun extends ListedRun, Pick<Description, 'pendingActivities'> {}

type Execution = Awaited<
  ReturnType<Client['workflowService']['listWorkflowExecutions']>
>['executions'][number];

function runIn({
  execution,
  type,
  status,
  startTime,
  closeTime,
  taskQueue,
  searchAttributes: found,
}: Execution): ListedRun {
  const keyword = (name: string) => keywordIn(found?.indexedFields?.[name]?.data);
  return {
    workflowId: execution?.workflowId ?? '',
    runId: execution?.runId ?? '',
    type: type?.name ?? '',
    run: RUNS[Number(status)] ?? 'unknown',
    status: keyword(searchAttributes.journeyStatus.name),
    customerId: keyword(searchAttributes.customerId.name),
    partnerReferenceNo: keyword(searchAttributes.partnerReferenceNo.name),
    taskQueue: taskQueue ?? '',
    startedAt: dateOf(startTime),
    ...(closeTime && { endedAt: dateOf(closeTime) }),
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

const dateOf = (time: Execution['startTime']) =>
  new Date(Number(time?.seconds ?? 0) * 1_000 + Math.floor((time?.nanos ?? 0) / 1e6));

/** Temporal's `WorkflowExecutionStatus`, as the SDK names it. */
const RUNS = [
  'unspecified',
  'running',
  'completed',
  'failed',
  'cancelled',
  'terminated',
  'continued_as_new',
  'timed_out',
];
