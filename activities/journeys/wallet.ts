/**
 * What activities ask of a customer's `wallet` entity, beside its token.
 *
 * @module
 */
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { walletWorkflowId } from '../../contract/identity.js';
import { unanswered } from '../calling/ask.js';

/** A customer's binding at DOKU, as the `wallet` entity holds it. */
export interface Binding {
  /** The DOKU ID. */
  readonly accountId: string;
  readonly linkId?: string;
}

/** An entity answers within a few milliseconds; past this nobody is there to answer. */
const ANSWER_WITHIN_MS = 10_000;

/** What the entity's query `status` tells. */
interface View extends Partial<Binding> {
  readonly formerAccountIds?: readonly string[];
}

/**
 * The customer's binding, or nothing when they have none.
 *
 * @throws ApplicationFailure, retryable, while the entity does not answer.
 */
export async function boundTo(client: Client, customerId: string): Promise<Binding | undefined> {
  const { accountId, linkId } = await viewOf(client, customerId);
  return accountId === undefined ? undefined : { accountId, ...(linkId && { linkId }) };
}

/** Whether the account is the customer's, be it an earlier one that DOKU may still have bound. */
export async function hasAccount(
  client: Client,
  customerId: string,
  accountId: string,
): Promise<boolean> {
  const view = await viewOf(client, customerId);
  return view.accountId === accountId || view.formerAccountIds?.includes(accountId) === true;
}

/** The DOKU accounts that are known to be the customer's: the one of now first, then those before it. */
export async function accountsOf(client: Client, customerId: string): Promise<readonly string[]> {
  const { accountId, formerAccountIds = [] } = await viewOf(client, customerId);
  return accountId === undefined ? formerAccountIds : [accountId, ...formerAccountIds];
}

/** Accounts that the customer had before, whose bindings DOKU may still have. */
export async function formerAccounts(
  client: Client,
  customerId: string,
): Promise<readonly string[]> {
  return (await viewOf(client, customerId)).formerAccountIds ?? [];
}

async function viewOf(client: Client, customerId: string): Promise<View> {
  try {
    const handle = client.workflow.getHandle(walletWorkflowId(customerId));
    return await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
      handle.query<View>('status'),
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return {};
    throw unanswered('the wallet entity does not answer');
  }
}

/** Tells the entity that the binding ended: it forgets its tokens and ends. Safe to repeat. */
export async function endWallet(
  client: Client,
  customerId: string,
  accountId: string,
): Promise<void> {
  try {
    await client.workflow
      .getHandle(walletWorkflowId(customerId))
      .executeUpdate<void, [{ accountId: string }]>('unbind', { args: [{ accountId }] });
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
