/**
 * Who else may have made a payout under the number of one that did not.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import { topUpWorkflowId } from '../../contract/identity.js';
import type { TopUpResult } from '../../contract/top-up.js';
import type { ListedJourney } from './listed-journeys.js';
import type { OwnRuns } from './own-runs.js';
import { PaidRows, type Payout } from './paid-rows.js';

export class Payers {
  readonly #own: Pick<OwnRuns, 'counting'>;
  readonly #rows: PaidRows;

  constructor(client: Client, own: Pick<OwnRuns, 'counting'>) {
    this.#own = own;
    this.#rows = new PaidRows(client);
  }

  /** Whether the same payout was made by the number's own journey, or by a row of a batch, since this one began. */
  async hasPaid(payout: Payout, { startedAt }: ListedJourney): Promise<boolean> {
    return (await this.#hasJourneyPaid(payout)) || this.#rows.has(payout, startedAt);
  }

  async #hasJourneyPaid({ partnerReferenceNo, customerId, amount }: Payout): Promise<boolean> {
    const journey = await this.#own.counting(topUpWorkflowId(partnerReferenceNo));
    if (journey.kind !== 'ended' || journey.run.customerId !== customerId) return false;
    const result = journey.run.end?.result as TopUpResult | undefined;
    return result?.outcome === 'completed' && result.amount.value === amount.value;
  }
}
