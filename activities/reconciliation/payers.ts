/**
 * Who else may have made a payout under the number of one that did not.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import { topUpWorkflowId } from '../../contract/identity.js';
import type { TopUpResult } from '../../contract/top-up.js';
import { currentRun, type ListedJourney } from './listed-journeys.js';
import { PaidRows, type Payout } from './paid-rows.js';
import { isUnreadable, resultOf } from './records.js';

export class Payers {
  readonly #client: Client;
  readonly #rows: PaidRows;

  constructor(client: Client) {
    this.#client = client;
    this.#rows = new PaidRows(client);
  }

  /** Whether the same payout was made by the number's own journey, or by a row of a batch, since this one began. */
  async hasPaid(payout: Payout, { startedAt }: ListedJourney): Promise<boolean> {
    return (await this.#hasJourneyPaid(payout)) || this.#rows.has(payout, startedAt);
  }

  async #hasJourneyPaid({ partnerReferenceNo, customerId, amount }: Payout): Promise<boolean> {
    const journey = await currentRun(this.#client, topUpWorkflowId(partnerReferenceNo));
    if (journey?.customerId !== customerId || journey.status !== 'COMPLETED') return false;
    try {
      const result = await resultOf<TopUpResult>(this.#client, journey);
      return result.outcome === 'completed' && result.amount.value === amount.value;
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      return false;
    }
  }
}
