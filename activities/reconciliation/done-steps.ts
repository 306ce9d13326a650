import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { type OwnStep, ownStepsQuery } from '../../contract/authorized-purchase.js';
import { senOf } from '../../contract/money.js';
import { isSilence } from '../journeys/mute.js';
import { answerOf } from '../journeys/run.js';
import type { ListedJourney } from './listed-journeys.js';

/** A capture or a void that its journey says was made, and how much it came to. */
export type DoneStep = Pick<OwnStep, 'kind' | 'partnerNo'> & { readonly amount: string };

/**
 * What an authorised purchase says it captured and gave back, by their numbers; nothing where it does not know the question.
 *
 * @throws ApplicationFailure, not retryable, where no worker answers for it, or what it answers is no answer: that is to be looked
 *   at again, and holds up no other.
 */
export async function doneSteps(
  client: Client,
  journey: ListedJourney,
): Promise<readonly DoneStep[]> {
  const own = await ownStepsOf(client, journey);
  if (own === undefined) return [];
  const parsed = ownStepsQuery.result.safeParse(own);
  if (!parsed.success) throw untold('what it captured cannot be read');
  return parsed.data.steps.flatMap(({ kind, partnerNo, answer }) =>
    // Where nobody has told how much it was nothing can be compared.
    answer && answer.outcome !== 'rejected' && senOf(answer.amount) > 0n
      ? [{ kind, partnerNo, amount: answer.amount }]
      : [],
  );
}

async function ownStepsOf(client: Client, { workflowId, runId }: ListedJourney): Promise<unknown> {
  try {
    return await answerOf(client, workflowId, runId, ownStepsQuery.name);
  } catch (error) {
    if (isSilence(error)) throw untold('no worker says what it captured');
    throw error;
  }
}

const untold = (why: string) => ApplicationFailure.nonRetryable(why, 'Untold');
