/**
 * What a journey says of itself, for as long as it can be believed: a worker answers for one that was terminated, too, as it
 * stood last, and nobody could tell that from one that goes on.
 *
 * @module
 */
import type { Client, WorkflowClient, WorkflowHandle } from '@temporalio/client';
import { ofQuery } from '../../contract/written-as.js';
import { countingRun } from './counting-run.js';
import { resultOfRun } from './ended-with.js';
import { heardFrom } from './heard.js';
import { describedRun } from './listing.js';
import { isNamed, isOutOfTime } from './translated.js';

/**
 * Asks a journey that goes on, or has come to its own end.
 *
 * @throws WorkflowFailedError, as its result does, of one that was terminated, has failed or run out of Temporal's time.
 */
export async function toldNow<Answer>(
  client: Client,
  workflowId: string,
  query: string,
  argument?: unknown,
): Promise<Answer> {
  const ask = (handle: WorkflowHandle) =>
    argument === undefined
      ? handle.query<Answer>(query)
      : handle.query<Answer, [unknown]>(query, argument);
  for (;;) {
    const counting = await countingRun(client, workflowId);
    try {
      return await heardFrom(
        client,
        { workflowId, as: ofQuery(query) },
        (strict) => answered(strict, () => ask(strict.getHandle(workflowId, counting))),
        { queryRejectCondition: 'NOT_COMPLETED_CLEANLY' },
      );
    } catch (error) {
      if (!isNamed(error, 'QueryRejectedError')) throw error;
    }
    const { runId, run } = await describedRun(client, workflowId, counting);
    // Otherwise another run goes on since, by a reset.
    if (run !== 'running') await resultOfRun(client, { workflowId, runId });
  }
}

/** Asks a journey what it said last, however it ended. */
export async function toldLast<Answer>(
  client: Client,
  workflowId: string,
  query: string,
): Promise<Answer> {
  const counting = await countingRun(client, workflowId);
  return heardFrom(client, { workflowId, as: ofQuery(query) }, (workflow) =>
    answered(workflow, () => workflow.getHandle(workflowId, counting).query<Answer>(query)),
  );
}

/** How long the first tries wait; the last one takes as long as the call may. */
const TRIES_MS = [3_000, 6_000];
/** A server counts a call's time by itself, in whole milliseconds. */
const CLOCKS_APART_MS = 100;

/** A worker that lets go of a journey just then may lose a question, for which Temporal waits in vain: it is asked again. */
export async function answered<Answer>(
  client: WorkflowClient,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  for (const withinMs of TRIES_MS) {
    const until = Date.now() + withinMs;
    try {
      return await client.withDeadline(until, ask);
    } catch (error) {
      // One that its caller has given up is cancelled before.
      if (!isOutOfTime(error) || Date.now() < until - CLOCKS_APART_MS) throw error;
    }
  }
  return ask();
}
