import type { Client } from '@temporalio/client';
import { topUpWorkflowId } from '../../contract/identity.js';
import { currentRun } from '../reconciliation/listed-journeys.js';

/**
 * Whose the number of a row is, which its part has claimed. DOKU may check funds and limits before duplicates, or carry out
 * a repeat while it works on the first, so that what another journey has under way must not be sent (money rules 1 to 3).
 */
export async function topUpHolder(
  client: Client,
  number: string,
): Promise<'none' | 'journey' | 'broken-journey'> {
  const holder = await currentRun(client, topUpWorkflowId(number));
  if (holder === undefined) return 'none';
  if (holder.status === 'RUNNING' || holder.journeyStatus === 'completed') return 'journey';
  return holder.status === 'COMPLETED' ? 'none' : 'broken-journey';
}
