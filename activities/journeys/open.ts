/**
 * Which journeys are open, as Temporal knows it.
 *
 * @module
 */
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { type PollingDelays, stillPending } from '../calling/ask.js';

/** Journeys that move a customer's money, so that the account must not be closed under them. */
const MONEY_JOURNEYS = ['purchase', 'authorizedPurchase', 'bankTransfer', 'topUp', 'refund'];
/** A list for people; past it the number says enough. */
const LISTED = 50;

export function createOpenJourneyActivities(client: Client, delays: PollingDelays) {
  const openOf = async (customerId: string): Promise<string[]> => {
    const types = MONEY_JOURNEYS.map((type) => `'${type}'`).join(', ');
    // A customerId holds no character that needs escaping (`customerIdSchema`).
    const query = `CustomerId = '${customerId}' AND ExecutionStatus = 'Running' AND WorkflowType IN (${types})`;
    const open: string[] = [];
    for await (const { workflowId } of client.workflow.list({ query, pageSize: LISTED })) {
      open.push(workflowId);
      if (open.length === LISTED) break;
    }
    return open;
  };

  return {
    /** Workflow IDs of the customer's open journeys that move money, 50 at most. */
    async listOpenJourneys({ customerId }: { customerId: string }): Promise<string[]> {
      return openOf(customerId);
    },

    /** Looks again and again until the customer has no such journey open. */
    async awaitNoOpenJourneys({ customerId }: { customerId: string }): Promise<void> {
      const open = await openOf(customerId);
      if (open.length > 0) throw stillPending(`${open.length} journeys are still open`, delays);
    },

    /** The result of a journey that somebody else started, once it has ended. */
    async awaitJourney({ workflowId }: { workflowId: string }): Promise<unknown> {
      const handle = client.workflow.getHandle(workflowId);
      const { status } = await handle.describe();
      if (status.name === 'RUNNING') throw stillPending(`${workflowId} is still open`, delays);
      return handle.result();
    },

    /** Whether a journey of this workflow ID is running. */
    async isJourneyOpen({ workflowId }: { workflowId: string }): Promise<boolean> {
      try {
        const { status } = await client.workflow.getHandle(workflowId).describe();
        return status.name === 'RUNNING';
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      }
    },
  };
}

export type OpenJourneyActivities = ReturnType<typeof createOpenJourneyActivities>;
