/**
 * The rows of a batch's parts, which are no journeys of their own.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import type { TopUpBatchPartInput, TopUpBatchPartResult } from '../../contract/top-up-batch.js';
import type { ListedJourney } from './listed-journeys.js';
import { inputOf, resultOf } from './records.js';

/** The workflow type of a part: one holds hundreds of movements. */
export const PART = 'topUpBatchPart';

/** A row, and what its part says became of it. */
export interface PartRow {
  readonly partnerReferenceNo: string;
  readonly customerId: string;
  readonly amount: { readonly value: string; readonly currency: 'IDR' };
  /** Absent where the part runs, or was ended from outside: then nobody has said it. */
  readonly outcome?: string;
  /** "10000.00": what was credited, where an operator recorded that it was not `amount`. */
  readonly creditedAmount?: string;
  readonly refusal?: string;
}

/** All rows that a part may have sent. One that was cancelled never was. */
export async function rowsOf(
  client: Client,
  part: ListedJourney & { readonly end?: { readonly result: unknown } },
): Promise<PartRow[]> {
  if (part.status !== 'COMPLETED')
    return [...(await inputOf<TopUpBatchPartInput>(client, part)).rows];
  const { results } = (part.end?.result ?? (await resultOf(client, part))) as TopUpBatchPartResult;
  return results.filter(({ outcome }) => outcome !== 'cancelled');
}
