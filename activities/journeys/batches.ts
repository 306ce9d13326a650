/**
 * Which batches move money of a customer. Temporal's lists know batches by no customer, as each has thousands, so that those
 * that run are asked, and what they were given is read where they do not answer.
 *
 * @module
 */
import { Context, log } from '@temporalio/activity';
import { type Client, QueryNotRegisteredError, WorkflowNotFoundError } from '@temporalio/client';
import { atOnce } from '../calling/at-once.js';
import { PART } from '../reconciliation/batch-rows.js';
import { allListed, type ListedJourney } from '../reconciliation/listed-journeys.js';
import { inputOf, isUnreadable, toldByUpdates } from '../reconciliation/records.js';
import { isSilence, isWorkedOn } from './mute.js';

const ASKED_AT_ONCE = 10;
const ANSWER_WITHIN_MS = 6_000;
/** A worker that is busy, or lets go of a batch just then, answers when it is asked anew. */
const ASKED_ANEW = 2;
const QUERY = `ExecutionStatus = 'Running' AND WorkflowType IN ('topUpBatch', '${PART}')`;

/** Workflow IDs of the batches, and of their parts, in which a row of the customer's has not ended. */
export async function batchesOf(client: Client, customerId: string): Promise<string[]> {
  const running: ListedJourney[] = [];
  for await (const batch of allListed(client, QUERY)) running.push(batch);
  const theirs: string[] = [];
  await atOnce(running, ASKED_AT_ONCE, async (batch) => {
    if (await mayMove(client, batch, customerId)) theirs.push(batch.workflowId);
  });
  return theirs.sort();
}

/**
 * One whose worker is away holds up its own customers alone.
 *
 * @throws what it did not answer with, the first times.
 */
async function mayMove(client: Client, batch: ListedJourney, customerId: string): Promise<boolean> {
  // A part was given all its rows as it began: those of others need no worker.
  if (batch.type === PART && !(await isGivenRowsOf(client, batch, customerId))) return false;
  try {
    return (await rowsIn(client, batch, customerId)).length > 0;
  } catch (error) {
    // Its parts tell, or it has ended meanwhile.
    if (error instanceof QueryNotRegisteredError || error instanceof WorkflowNotFoundError)
      return false;
    if (!isSilence(error)) throw error;
    if (batch.type !== PART && !(await isGivenRowsOf(client, batch, customerId))) return false;
    if (Context.current().info.attempt <= ASKED_ANEW && (await isOnItsWay(client, batch)))
      throw error;
    log.warn('a batch counts as open for a customer whose rows it has, as it does not answer', {
      asked: batch.workflowId,
    });
    return true;
  }
}

/** Where its worker has gone for good, asking anew would not help. */
const isOnItsWay = async (client: Client, { taskQueue }: ListedJourney): Promise<boolean> =>
  taskQueue === undefined || (await isWorkedOn(client, taskQueue));

async function rowsIn(
  client: Client,
  { workflowId, runId }: ListedJourney,
  customerId: string,
): Promise<readonly unknown[]> {
  const handle = client.workflow.getHandle(workflowId, runId);
  const rows = await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
    handle.query<unknown, [string]>('underWay', customerId),
  );
  if (!Array.isArray(rows)) throw new TypeError('that is no list of rows');
  return rows;
}

/** By what Temporal keeps of it. What nobody with a payload key has begun moves nobody's money. */
async function isGivenRowsOf(
  client: Client,
  batch: ListedJourney,
  customerId: string,
): Promise<boolean> {
  try {
    const given =
      batch.type === PART ? [await inputOf(client, batch)] : await toldByUpdates(client, batch);
    return given.some((each) => hasRowOf(each, customerId));
  } catch (error) {
    // Temporal does not tell.
    if (!isUnreadable(error)) throw error;
    log.warn('a batch whose rows cannot be read counts for no customer', {
      asked: batch.workflowId,
      why: (error as Error).name,
    });
    return false;
  }
}

const hasRowOf = (given: unknown, customerId: string): boolean => {
  const { rows } = (given ?? {}) as { rows?: readonly { customerId?: string }[] };
  return Array.isArray(rows) && rows.some((row) => row?.customerId === customerId);
};
