/**
 * What is left of a workflow that ended while it started another one: an operator's reset in that very moment, say. Temporal
 * applies no parent's close policy then, and a lock would be held for ever.
 *
 * @module
 */
import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { currentRun } from '../reconciliation/listed-journeys.js';

/**
 * Terminates what a workflow holds that is not there any more, or that asks for it anew in another run.
 *
 * @returns whether it was so.
 */
export async function endedIfOrphaned(client: Client, workflowId: string): Promise<boolean> {
  const { namespace } = client.options;
  const { workflowExecutionInfo } = await client.workflowService.describeWorkflowExecution({
    namespace,
    execution: { workflowId },
  });
  const { execution, parentExecution: parent } = workflowExecutionInfo ?? {};
  const runId = execution?.runId;
  if (!runId || !parent?.workflowId || !parent.runId) return false;
  if (!(await isGone(client, { workflowId: parent.workflowId, runId: parent.runId }))) return false;
  await client.workflow.getHandle(workflowId, runId).terminate('what started it has ended');
  return true;
}

interface Run {
  readonly workflowId: string;
  readonly runId: string;
}

async function isGone(client: Client, parent: Run): Promise<boolean> {
  const now = await currentRun(client, parent.workflowId);
  if (now?.status !== 'RUNNING') return true;
  const { workflowExecution: own } = Context.current().info;
  // Another run of the one that asks: which waits, and so holds nothing.
  return (
    own?.workflowId === parent.workflowId && own.runId === now.runId && parent.runId !== own.runId
  );
}
