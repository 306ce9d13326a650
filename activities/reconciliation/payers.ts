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
import { isSamePayout, type PaidRow, PaidRows, type Payout } from './paid-rows.js';

/** What was credited under a payout's number, in another amount than its own. */
export interface CreditedOtherwise {
  /** "10000.00" */
  readonly credited: string;
  /** ISO 8601: when it was. */
  readonly at: string;
}

const CLOCKS_DIFFER_MS = 300_000;

export class Payers {
  readonly #own: Pick<OwnRuns, 'counting'>;
  readonly #rows: PaidRows;

  constructor(client: Client, own: Pick<OwnRuns, 'counting' | 'taskQueue'>) {
    this.#own = own;
    this.#rows = new PaidRows(client, own.taskQueue);
  }

  /**
   * Whether something was paid under a payout's number by the number's own journey, or by a row of a batch since this one began:
   * the same payout, or one of another customer or amount.
   */
  async paid(payout: Payout, { startedAt }: ListedJourney): Promise<'same' | 'other' | undefined> {
    const byJourney = await this.#paidByJourney(payout);
    const isSame = (row: Payout) => isSamePayout(row, payout);
    if (byJourney && isSame(byJourney)) return 'same';
    const rows = await this.#rows.of(payout.partnerReferenceNo, startedAt);
    if (rows.some(isSame)) return 'same';
    return byJourney || rows.length > 0 ? 'other' : undefined;
  }

  /**
   * Whether another payout of this merchant's says that what was credited under the number is its own. A number is refused as used
   * otherwise also where the payout itself was carried out in another amount, by a life of it that Temporal has forgotten.
   *
   * @param look - whose reading of the batches serves for this question, too.
   */
  async isAnothers(
    payout: Payout,
    { credited, at }: CreditedOtherwise,
    look?: object,
  ): Promise<boolean> {
    const number = payout.partnerReferenceNo;
    const since = new Date(Date.parse(at) - CLOCKS_DIFFER_MS).toISOString();
    const accounts = (paid: PaidRow) => paid.credited === credited && !isSamePayout(paid, payout);
    const byJourney = await this.#paidByJourney(payout);
    if (byJourney && accounts(byJourney)) return true;
    if ((await this.#rows.of(number, since, look)).some(accounts)) return true;
    return (await this.#rows.ofRunning(number, look)).some(accounts);
  }

  async #paidByJourney({ partnerReferenceNo }: Payout): Promise<PaidRow | undefined> {
    const workflowId = topUpWorkflowId(partnerReferenceNo);
    const journey = await this.#own.counting(workflowId);
    if (journey.kind !== 'ended') return undefined;
    const result = journey.run.end?.result as TopUpResult | undefined;
    if (result?.outcome !== 'completed') return undefined;
    const { amount, creditedAmount } = result;
    const { customerId } = journey.run;
    const credited = creditedAmount ?? amount.value;
    return { partnerReferenceNo, customerId, amount, credited };
  }
}
