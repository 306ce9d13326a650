import type { Client } from '@temporalio/client';
import { type Described, isEndedForOthers } from './ended-for-others.js';
import { isWorkedOn } from './mute.js';
import { isBegunByNobody, readFor } from './nobodys.js';

const WHY = 'nobody works on it, and others wait for what it does';

/**
 * Ends an entity that nobody works on, or that nobody with a payload key has begun, so that whoever needs it begins it anew: one
 * that was begun on another task queue than the workers' stays there, as when a rehearsal was the first to need it, or somebody
 * else was who reaches Temporal.
 *
 * @param ours - the workers' task queue.
 * @returns whether it was ended. Where Temporal does not tell, it was not.
 */
export function isEndedAsAbandoned(
  client: Client,
  workflowId: string,
  ours: string,
): Promise<boolean> {
  const isAbandoned = async (run: Described) => {
    const { taskQueue } = run;
    if (!taskQueue) return false;
    return (taskQueue !== ours && !(await isWorkedOn(client, taskQueue))) || isNobodys(client, run);
  };
  return isEndedForOthers(client, workflowId, isAbandoned, WHY);
}

async function isNobodys(client: Client, { workflowId, runId }: Described): Promise<boolean> {
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const started = events?.[0]?.workflowExecutionStartedEventAttributes;
  const begun = await readFor(client, workflowId, started?.input?.payloads);
  return isBegunByNobody(begun, events ?? []);
}
