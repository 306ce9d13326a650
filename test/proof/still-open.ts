import type { Client } from '@temporalio/client';

/** Entities are always open; one that answers nothing shows in what it waits for. */
const ENTITIES = new Set(['wallet', 'merchantSession', 'accountOwner', 'claimedNumbers']);

/**
 * What is open at Temporal, and what each waits for: the cause of a cell that does not end is gone with its server.
 *
 * @returns a line each; of entities only those that wait for DOKU.
 */
export async function stillOpen(client: Client): Promise<string[]> {
  const lines: string[] = [];
  for await (const { workflowId, type } of client.workflow.list({
    query: "ExecutionStatus = 'Running'",
  })) {
    const { raw, historyLength } = await client.workflow.getHandle(workflowId).describe();
    const waits = (raw.pendingActivities ?? []).map(
      ({ activityType, attempt }) => `${activityType?.name}, attempt ${attempt}`,
    );
    if (raw.pendingWorkflowTask) waits.push('a workflow task');
    if (waits.length === 0 && ENTITIES.has(type)) continue;
    lines.push(
      `open: ${workflowId}, ${historyLength} events, waits for ${waits.join('; ') || 'no activity'}`,
    );
  }
  return lines;
}
