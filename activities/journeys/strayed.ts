import type { Client } from '@temporalio/client';
import { inputOf, isUnreadable } from '../reconciliation/records.js';
import { type Described, isEndedForOthers } from './ended-for-others.js';
import { isWorkedOn } from './mute.js';

const WHY = 'no worker of its journey works on it, and nobody else can be told what it is for';
/** Temporal's. */
const RUNNING = 1;
/** Whoever begins what others wait for has it begin now. */
const DELAYED_MS = 60_000;

/**
 * Ends what has the workflow ID of a finding, or of another look at a journey, and would keep the workers' own from being begun: it
 * stands on a task queue that nobody polls, as a rehearsal leaves it, or nobody with the workers' key has begun it, or to begin later.
 *
 * @param ours - the workers' task queue.
 * @param isOwn - whether what it was begun with is what the workers would have given to it.
 * @returns whether it was ended.
 */
export function isEndedAsStrayed(
  client: Client,
  workflowId: string,
  ours: string,
  isOwn: (input: unknown) => boolean,
): Promise<boolean> {
  const isStrayed = async (run: Described) => {
    const { status, beginsAtMs, taskQueue = ours } = run;
    if (status !== RUNNING) return false;
    const isHeeded =
      beginsAtMs <= Date.now() + DELAYED_MS &&
      (await isBegunBy(client, run, isOwn)) &&
      (taskQueue === ours || (await isWorkedOn(client, taskQueue)));
    return !isHeeded;
  };
  return isEndedForOthers(client, workflowId, isStrayed, WHY);
}

async function isBegunBy(
  client: Client,
  run: { readonly workflowId: string; readonly runId: string },
  isOwn: (input: unknown) => boolean,
): Promise<boolean> {
  try {
    return isOwn(await inputOf(client, run));
  } catch (error) {
    if (isUnreadable(error)) return false;
    throw error;
  }
}
