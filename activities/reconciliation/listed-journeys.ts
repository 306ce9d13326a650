/**
 * Journeys as Temporal lists them, page by page.
 *
 * @module
 */
import type { Client } from '@temporalio/client';

/** A journey as Temporal lists it. */
export interface ListedJourney {
  readonly workflowId: string;
  readonly type: string;
  readonly customerId: string;
  /** The purchase, top-up or transfer. */
  readonly partnerReferenceNo: string;
  /** Temporal's status, such as `COMPLETED`. */
  readonly status: string;
  /** ISO 8601. */
  readonly startedAt: string;
}

export interface JourneyPage {
  readonly journeys: ListedJourney[];
  /** Brings the next page; empty at the end. */
  readonly next: string;
}

const PAGE_SIZE = 100;

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
  const journeys = page.executions.map((execution): ListedJourney => {
    const fields = execution.searchAttributes?.indexedFields ?? {};
    return {
      workflowId: execution.execution?.workflowId ?? '',
      type: execution.type?.name ?? '',
      customerId: keywordIn(fields.CustomerId?.data),
      partnerReferenceNo: keywordIn(fields.PartnerReferenceNo?.data),
      status: STATUSES[Number(execution.status)] ?? 'UNKNOWN',
      startedAt: new Date(Number(execution.startTime?.seconds ?? 0) * 1_000).toISOString(),
    };
  });
  return { journeys, next: Buffer.from(page.nextPageToken ?? []).toString('base64') };
}

/** Every page of it. */
export async function* allListed(client: Client, query: string): AsyncGenerator<ListedJourney> {
  let token = '';
  do {
    const page = await listed(client, query, token);
    yield* page.journeys;
    token = page.next;
  } while (token !== '');
}

const keywordIn = (data: Uint8Array | null | undefined): string =>
  data ? String(JSON.parse(Buffer.from(data).toString())) : '';

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
