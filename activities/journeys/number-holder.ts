/**
 * Which other journey a number belongs to that is about to go to DOKU. DOKU's history tells no capture of one authorisation
 * from that of another, nor from a purchase: under one number each would pass for the other (money rule 7).
 *
 * @module
 */
import { Context, log } from '@temporalio/activity';
import { type Client, isGrpcServiceError } from '@temporalio/client';
import type { OwnStep, OwnSteps } from '../../contract/authorized-purchase.js';
import { ownStepsQuery } from '../../contract/authorized-purchase.js';
import {
  authorizedPurchaseWorkflowId,
  bankTransferWorkflowId,
  purchaseWorkflowId,
  refundWorkflowId,
  topUpWorkflowId,
} from '../../contract/identity.js';
import { currentRun, type ListedJourney, listed } from '../reconciliation/listed-journeys.js';
import { isMute } from './mute.js';

const BY_NUMBER = [
  purchaseWorkflowId,
  authorizedPurchaseWorkflowId,
  refundWorkflowId,
  topUpWorkflowId,
  bankTransferWorkflowId,
];
/** The customer's newest authorisations: each is asked what it captured and gave back. */
const MOST_ASKED = 20;
const ANSWER_WITHIN_MS = 3_000;
/** gRPC's number. */
const UNIMPLEMENTED = 12;

/** What asks for a number. */
export interface NumberAsked {
  readonly number: string;
  readonly customerId: string;
  /** Workflow ID of the journey that has it. By default the one that asks. */
  readonly own?: string;
}

/**
 * @returns the workflow ID of another journey than that one which has the number; nothing where none is known.
 * @throws GrpcServiceError or ServiceError where Temporal, or a worker that is busy, does not tell.
 */
export async function numberHolder(
  client: Client,
  { number, customerId, own = Context.current().info.workflowExecution?.workflowId }: NumberAsked,
): Promise<string | undefined> {
  const named = await Promise.all(
    BY_NUMBER.map((idOf) => idOf(number))
      .filter((workflowId) => workflowId !== own)
      .map((workflowId) => currentRun(client, workflowId)),
  );
  const holder = named.find((run) => run !== undefined);
  if (holder) return holder.workflowId;
  const authorisations = await newestAuthorisations(client, customerId);
  const others = authorisations.filter(({ workflowId }) => workflowId !== own);
  const stepping = await Promise.all(
    others.map(async (journey) => ({ journey, has: await hasStep(client, journey, number) })),
  );
  return stepping.find(({ has }) => has)?.journey.workflowId;
}

/** A customer's, as far as they are asked about. */
export async function newestAuthorisations(
  client: Client,
  customerId: string,
): Promise<ListedJourney[]> {
  // A customerId holds no character that needs escaping (`customerIdSchema`).
  const query = `WorkflowType = 'authorizedPurchase' AND CustomerId = '${customerId}'`;
  try {
    return (await listed(client, query, '', MOST_ASKED)).journeys;
  } catch (error) {
    // A server for tests has no lists.
    if (isGrpcServiceError(error) && error.code === UNIMPLEMENTED) return [];
    throw error;
  }
}

/** Whether it is known to have captured or given back under the number, or to be about to. @throws as {@link stepsOf} does. */
async function hasStep(client: Client, journey: ListedJourney, number: string): Promise<boolean> {
  return (await stepsOf(client, journey)).some(({ partnerNo }) => partnerNo === number);
}

/**
 * What an authorisation captured and gave back, or is about to, as it says itself.
 *
 * @throws what it did not answer with, where that passes: nobody knows then.
 */
export async function stepsOf(client: Client, journey: ListedJourney): Promise<readonly OwnStep[]> {
  const { workflowId, runId } = journey;
  const handle = client.workflow.getHandle(workflowId, runId);
  try {
    const { steps } = await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
      handle.query<OwnSteps, []>(ownStepsQuery.name),
    );
    return steps.filter(({ answer }) => answer?.outcome !== 'rejected');
  } catch (error) {
    if (!(await isMute(client, journey, error))) throw error;
    // One that cannot be asked any more holds up no other for ever.
    log.warn('a journey is not asked which numbers it has, as it does not answer', {
      asked: workflowId,
      why: String((error as Error).cause ?? error),
    });
    return [];
  }
}
