import type { Client } from '@temporalio/client';
import { DeadlineExceededError, JourneyEndedError } from '../errors.js';
import { endedWith } from './counting-run.js';
import { describedRun } from './listing.js';
import { isNamed, translated } from './translated.js';

/** What to tell of a journey that took no update, as it has ended, or as a reset has just ended its run. */
export async function howEnded(client: Client, workflowId: string): Promise<Error> {
  try {
    const { run } = await describedRun(client, workflowId);
    if (run === 'running')
      return new DeadlineExceededError(
        `${workflowId} goes on in another run than was asked: call again with the same arguments`,
      );
    return new JourneyEndedError(`${workflowId} has ended`, await endedWith(client, workflowId));
  } catch (error) {
    return translated(error, workflowId);
  }
}

/** A sent update: Temporal answers "not found" for a journey that has ended, and for a run that a reset has ended while it waited. */
export async function unlessEnded<Answer>(
  client: Client,
  workflowId: string,
  sent: Promise<Answer>,
): Promise<Answer> {
  try {
    return await sent;
  } catch (error) {
    throw isNamed(error, 'WorkflowNotFoundError') ? await howEnded(client, workflowId) : error;
  }
}
