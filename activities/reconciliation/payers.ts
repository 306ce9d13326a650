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

  /**
   * Whether something was paid under a payout's number by the number's own journey, or by a row of a batch since this one began:
   * the same payout, or one of another customer or amount.
   */
  async paid(payout: Payout, { startedAt }: ListedJourney): Promise<'same' | 'other' | undefined> {
    const byJourney = await this.#paidByJourney(payout);
    return byJourney === 'same'
      ? 'same'
      : ((await this.#rows.paid(payout, startedAt)) ?? byJourney);
  }

  async #paidByJourney({
    partnerReferenceNo,
    customerId,
    amount,
  }: Payout): Promise<'same' | 'other' | undefined> {
    const journey = await this.#own.counting(topUpWorkflowId(partnerReferenceNo));
    if (journey.kind !== 'ended') return undefined;
    const result = journey.run.end?.result as TopUpResult | undefined;
    if (result?.outcome !== 'completed') return undefined;
    const isSame = journey.run.customerId === customerId && result.amount.value === amount.value;
    return isSame ? 'same' : 'other';
  }
}
