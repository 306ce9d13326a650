/**
 * Which batches move money of a customer. Temporal's lists know batches by no customer, as each has thousands, so that those
 * that run are asked.
 *
 * @module
 */
import { type Client, QueryNotRegisteredError, WorkflowNotFoundError } from '@temporalio/client';
import { atOnce } from '../calling/at-once.js';
import { allListed } from '../reconciliation/listed-journeys.js';

const ASKED_AT_ONCE = 10;
const ANSWER_WITHIN_MS = 10_000;
const QUERY = `ExecutionStatus = 'Running' AND WorkflowType IN ('topUpBatch', 'topUpBatchPart')`;

/** Workflow IDs of the batches, and of their parts, in which a row of the customer's has not ended. */
export async function batchesOf(client: Client, customerId: string): Promise<string[]> {
  const running: string[] = [];
  for await (const { workflowId } of allListed(client, QUERY)) running.push(workflowId);
  const theirs: string[] = [];
  await atOnce(running, ASKED_AT_ONCE, async (workflowId) => {
    if ((await rowsIn(client, workflowId, customerId)).length > 0) theirs.push(workflowId);
  });
  return theirs.sort();
}

async function rowsIn(
  client: Client,
  workflowId: string,
  customerId: string,
): Promise<readonly string[]> {
  const handle = client.workflow.getHandle(workflowId);
  try {
    return await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
      handle.query<readonly string[], [string]>('underWay', customerId),
    );
  } catch (error) {
    // Its parts tell, or it has ended meanwhile.
    if (error instanceof QueryNotRegisteredError || error instanceof WorkflowNotFoundError)
      return [];
    throw error;
  }
}
