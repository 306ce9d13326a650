import type { Client } from '@temporalio/client';
import { topUpWorkflowId } from '../../contract/identity.js';
import type { TopUpResult } from '../../contract/top-up.js';
import { currentRun } from '../reconciliation/listed-journeys.js';
import { wasBrokenOffBesides } from './broken-off.js';
import { readableResult } from './ended-run.js';

/**
 * Whose the number of a row is, which its part has claimed. DOKU may check funds and limits before duplicates, or carry out
 * a repeat while it works on the first, so that what another journey has under way must not be sent (money rules 1 to 3).
 * That one has ended it without a credit counts where its workers say so: anybody can end a run (money rule 13).
 */
export async function topUpHolder(
  client: Client,
  number: string,
): Promise<'none' | 'journey' | 'broken-journey'> {
  const holder = await currentRun(client, topUpWorkflowId(number));
  if (holder === undefined) return 'none';
  if (holder.status === 'RUNNING' || holder.journeyStatus === 'completed') return 'journey';
  if (holder.status !== 'COMPLETED') return 'broken-journey';
  const end = (await readableResult(client, holder))?.result as TopUpResult | undefined;
  if (end?.outcome === 'completed') return 'journey';
  return end && !(await wasBrokenOffBesides(client, holder)) ? 'none' : 'broken-journey';
}
