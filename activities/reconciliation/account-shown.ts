import type { Client } from '@temporalio/client';
import { answerOf } from '../journeys/run.js';
import type { ListedJourney } from './listed-journeys.js';

/** The DOKU account that a journey was about, as far as its status says, which it tells however it ended. */
export async function accountShownBy(
  client: Client,
  { workflowId, runId }: ListedJourney,
): Promise<string | undefined> {
  if (!runId) return undefined;
  const status = await answerOf(client, workflowId, runId, 'status').catch(() => undefined);
  return (status as { accountId?: string } | undefined)?.accountId;
}
