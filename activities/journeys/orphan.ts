/**
 * What is left of a workflow that ended while it started another one: an operator's reset in that very moment, say. Temporal
 * applies no parent's close policy then, and a lock would be held for ever.
 *
 * @module
 */
import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { type CurrentRun, currentRun } from '../reconciliation/listed-journeys.js';

/** For whom a workflow runs, as far as Temporal tells. */
export interface Holder {
  /** The workflow that started it. */
  readonly workflowId?: string;
}

/**
 * For whom a workflow of this ID runs; nothing where it does not. One that what started it has left, or asks for anew in
 * another run, is terminated.
 */
export async function holderOf(client: Client, workflowId: string): Promise<Holder | undefined> {
  const holder = await currentRun(client, workflowId);
  if (holder?.status !== 'RUNNING') return undefined;
  if (!holder.parent) return {};
  if (!(await isGone(client, holder.parent))) return { workflowId: holder.parent.workflowId };
  await client.workflow.getHandle(workflowId, holder.runId).terminate('what started it has ended');
  return undefined;
}

async function isGone(client: Client, parent: NonNullable<CurrentRun['parent']>): Promise<boolean> {
  const now = await currentRun(client, parent.workflowId);
  if (now?.status !== 'RUNNING') return true;
  const { workflowExecution: own } = Context.current().info;
  // Another run of the one that asks: which waits, and so holds nothing.
  return (
    own?.workflowId === parent.workflowId && own.runId === now.runId && parent.runId !== own.runId
  );
}
