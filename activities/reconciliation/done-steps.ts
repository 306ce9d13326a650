import type { Client } from '@temporalio/client';
import { type OwnStep, type OwnSteps, ownStepsQuery } from '../../contract/authorized-purchase.js';
import { answerOf } from '../journeys/run.js';
import type { ListedJourney } from './listed-journeys.js';

/** A capture or a void that its journey says was made. */
export type DoneStep = Pick<OwnStep, 'kind' | 'partnerNo'> & { readonly amount: string };

/** What an authorised purchase says it captured and gave back, by their numbers; nothing where it does not tell. */
export async function doneSteps(
  client: Client,
  { workflowId, runId }: ListedJourney,
): Promise<readonly DoneStep[]> {
  const own = (await answerOf(client, workflowId, runId, ownStepsQuery.name)) as
    | OwnSteps
    | undefined;
  return (own?.steps ?? []).flatMap(({ kind, partnerNo, answer }) =>
    answer && answer.outcome !== 'rejected' ? [{ kind, partnerNo, amount: answer.amount }] : [],
  );
}
