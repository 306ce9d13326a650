/**
 * One merchant a namespace, as far as payload keys reach: a journey's workflow ID names none, so that two would have one set of numbers
 * and customers, and the workers of one would send with their credentials what the other has begun.
 *
 * @module
 */
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { merchantSessionStart } from '../../activities/calling/merchant-session.js';
import { allBegunWith } from '../../client/temporal/begun-with.js';
import { type ListedRun, listedPage } from '../../client/temporal/listing.js';
import { merchantSessionWorkflowId } from '../../contract/identity.js';

/** Anybody may begin any number of such workflows; those that no key of ours began count for nothing. */
const MOST_LOOKED_AT = 100;
const ANSWER_WITHIN_MS = 5_000;

export const OTHER_MERCHANT =
  'DOKU_CLIENT_ID: another merchant is at work in this namespace with the same payload keys, and would share its numbers and customers with ' +
  'this one. Give this one a namespace or payload keys of its own; where that merchant is no more, end its session ' +
  "(WorkflowType = 'merchantSession')";

/** A merchant that is at work has a session, which holds the token of its client ID. */
export class OtherMerchantError extends Error {
  override readonly name = 'OtherMerchantError';
  constructor() {
    super(OTHER_MERCHANT);
  }
}

/** @throws what Temporal throws where it does not tell. */
export async function isOtherMerchantThere(client: Client, clientId: string): Promise<boolean> {
  return client.withDeadline(
    Date.now() + ANSWER_WITHIN_MS,
    async () => (await othersAtWork(client, clientId)).length > 0,
  );
}

/** The sessions of other merchants with these payload keys. */
async function othersAtWork(client: Client, clientId: string): Promise<ListedRun[]> {
  const query = "WorkflowType = 'merchantSession' AND ExecutionStatus = 'Running'";
  const { runs } = await listedPage(client, query, MOST_LOOKED_AT);
  const own = merchantSessionWorkflowId(clientId);
  const others = await allBegunWith(
    client,
    runs.filter(({ workflowId }) => workflowId !== own),
  );
  return others.filter(({ begun }) => begun.kind === 'own').map(({ run }) => run);
}

/**
 * At a worker's start, before it takes a task: begins this merchant's session, so that it is known from then on, whether it has needed a
 * token or not. One that Temporal does not tell begins all the same: the workers of a merchant that is there already are not to be kept from
 * their work by what does not answer.
 *
 * @throws OtherMerchantError
 */
export async function refuseOtherMerchant(
  client: Client,
  { clientId, taskQueue }: { readonly clientId: string; readonly taskQueue: string },
): Promise<void> {
  const isRefused = await client
    .withDeadline(Date.now() + ANSWER_WITHIN_MS, async () => {
      if ((await othersAtWork(client, clientId)).length > 0) return true;
      const own = await begunNow(client, clientId, taskQueue);
      if (own === undefined) return false;
      // Of two that begin at once each may see the other: the one that was first stays.
      const { startTime } = await own.describe();
      const isSecond = (await othersAtWork(client, clientId)).some(
        ({ startedAt }) => startedAt <= startTime,
      );
      if (isSecond) await own.terminate('another merchant is at work in this namespace');
      return isSecond;
    })
    .catch(() => false);
  if (isRefused) throw new OtherMerchantError();
}

/** @returns nothing where its session was there already. */
async function begunNow(client: Client, clientId: string, taskQueue: string) {
  try {
    const start = merchantSessionStart(clientId, taskQueue);
    return await client.workflow.start('merchantSession', start);
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
    throw error;
  }
}
