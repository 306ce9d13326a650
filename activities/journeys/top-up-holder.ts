import type { Client } from '@temporalio/client';
import { topUpWorkflowId } from '../../contract/identity.js';
import type { Money } from '../../contract/money.js';
import type { TopUpResult } from '../../contract/top-up.js';
import { currentRun } from '../reconciliation/listed-journeys.js';
import type { OwnRuns } from '../reconciliation/own-runs.js';
import { wasBrokenOffBesides } from './broken-off.js';
import { readableResult } from './ended-run.js';

/** Whose the number of a row is. */
export type TopUpHolder =
  | 'none'
  /** A journey that runs, or has credited it. */
  | 'journey'
  /** One that was ended from outside. */
  | 'broken-journey'
  /** One of the same payout, which has ended without a credit. */
  | 'ended'
  /** One without a credit, of another customer or amount, or that these payload keys do not read. */
  | 'other';

/**
 * Whose the number of a row is, which its part has claimed. DOKU may check funds and limits before duplicates, or carry out
 * a repeat while it works on the first, so that what another journey has under way must not be sent (money rules 1 to 3).
 * That one has ended it without a credit counts where its workers say so: anybody can end a run (money rule 13). Of another
 * customer or amount it keeps the number all the same, which is the identity of that payout.
 */
export async function topUpHolder(
  client: Client,
  own: Pick<OwnRuns, 'isBegunAs'>,
  row: { readonly partnerReferenceNo: string; readonly customerId: string; readonly amount: Money },
): Promise<TopUpHolder> {
  const workflowId = topUpWorkflowId(row.partnerReferenceNo);
  const holder = await currentRun(client, workflowId);
  if (holder === undefined) return 'none';
  if (holder.status === 'RUNNING' || holder.journeyStatus === 'completed') return 'journey';
  const isEnded = holder.status === 'COMPLETED';
  const end = isEnded ? await readableResult(client, holder) : undefined;
  const { outcome, refusal } = (end?.result ?? {}) as Partial<TopUpResult>;
  if (outcome === 'completed') return 'journey';
  const isSame = await own.isBegunAs(
    workflowId,
    ({ customerId, amount }) => customerId === row.customerId && amount === row.amount.value,
  );
  // One that was refused for that says nothing of the number.
  if (isSame === false && refusal !== 'number-used-otherwise') return 'other';
  if (!end || (await wasBrokenOffBesides(client, holder))) return 'broken-journey';
  return isSame ? 'ended' : 'none';
}
