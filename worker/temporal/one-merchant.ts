/**
 * One merchant a namespace, as far as payload keys reach: a journey's workflow ID names none, so that two would have one set of numbers
 * and customers, and the workers of one would send with their credentials what the other has begun.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import { allBegunWith } from '../../client/temporal/begun-with.js';
import { listedPage } from '../../client/temporal/listing.js';
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
  const query = "WorkflowType = 'merchantSession' AND ExecutionStatus = 'Running'";
  return client.withDeadline(Date.now() + ANSWER_WITHIN_MS, async () => {
    const { runs } = await listedPage(client, query, MOST_LOOKED_AT);
    const others = runs.filter(
      ({ workflowId }) => workflowId !== merchantSessionWorkflowId(clientId),
    );
    return (await allBegunWith(client, others)).some(({ begun }) => begun.kind === 'own');
  });
}

/**
 * At a worker's start, before it takes a task. One that Temporal does not tell begins all the same: the workers of a merchant that is there
 * already are not to be kept from their work by what does not answer.
 *
 * @throws OtherMerchantError
 */
export async function refuseOtherMerchant(client: Client, clientId: string): Promise<void> {
  if (await isOtherMerchantThere(client, clientId).catch(() => false))
    throw new OtherMerchantError();
}
