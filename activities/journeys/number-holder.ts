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
import type { MovementKind } from '../history-entry.js';
import {
  allListed,
  type ListedJourney,
  offQueue,
  onQueue,
} from '../reconciliation/listed-journeys.js';
import type { OwnRuns } from '../reconciliation/own-runs.js';
import { isMute } from './mute.js';

interface Numbered {
  readonly idOf: (number: string) => string;
  /** What it does to a wallet under its own number. */
  readonly kinds: readonly MovementKind[];
}

/** What takes money from a wallet for a merchant, and gives it back. */
const OF_PAYMENTS: readonly Numbered[] = [
  { idOf: purchaseWorkflowId, kinds: ['payment', 'give-back'] },
  { idOf: authorizedPurchaseWorkflowId, kinds: ['payment', 'give-back'] },
];
/** Numbers that SNAP counts apart: under one a customer's history has no movement of another customer's. */
const OF_THEIR_CUSTOMERS: readonly Numbered[] = [
  { idOf: refundWorkflowId, kinds: ['give-back'] },
  { idOf: topUpWorkflowId, kinds: ['credit'] },
  { idOf: bankTransferWorkflowId, kinds: ['transfer'] },
];
/** The customer's newest authorisations: each is asked what it captured and gave back. */
const MOST_ASKED = 20;
/** More than a customer has are somebody's attempt to hide one. */
const MOST_LOOKED_AT = 500;
const ANSWER_WITHIN_MS = 3_000;
/** gRPC's number. */
const UNIMPLEMENTED = 12;

/** What asks for a number. */
export interface NumberAsked {
  readonly number: string;
  readonly customerId: string;
  /** Workflow ID of the journey that has it. By default the one that asks. */
  readonly own?: string;
  /** What DOKU has under the number, in words that are known: then no journey of another kind has it. */
  readonly kind?: MovementKind;
}

/** Where journeys are looked for. */
export interface Journeys {
  readonly client: Client;
  /** Lists, and whatever run of an ID is the latest, are anybody's to write who reaches Temporal (money rule 13). */
  readonly own: Pick<OwnRuns, 'counting' | 'givenTo' | 'hasBegun' | 'taskQueue'>;
}

/**
 * @returns the workflow ID of another journey than that one which has the number; nothing where none is known.
 * @throws GrpcServiceError or ServiceError where Temporal, or a worker that is busy, does not tell.
 * @throws LockedRunError where the payload key of what may have it is not among the workers'.
 */
export async function numberHolder(
  journeys: Journeys,
  {
    number,
    customerId,
    own = Context.current().info.workflowExecution?.workflowId,
    kind,
  }: NumberAsked,
): Promise<string | undefined> {
  // One that does not say whose it is may be this customer's.
  const isTheirs = (given: { readonly customerId: string }) =>
    ['', customerId].includes(given.customerId);
  const named = [
    ...OF_PAYMENTS.map((numbered) => ({ ...numbered, isMeant: () => true })),
    ...OF_THEIR_CUSTOMERS.map((numbered) => ({ ...numbered, isMeant: isTheirs })),
  ].filter(({ kinds }) => kind === undefined || kinds.includes(kind));
  const holders = await Promise.all(
    named.map(async ({ idOf, isMeant }) => {
      const workflowId = idOf(number);
      const isIts = workflowId !== own && (await journeys.own.hasBegun(workflowId, isMeant));
      return isIts ? workflowId : undefined;
    }),
  );
  const holder = holders.find((workflowId) => workflowId !== undefined);
  if (holder) return holder;
  const authorisations = await newestAuthorisations(journeys, customerId);
  const others = authorisations.filter(({ workflowId }) => workflowId !== own);
  const stepping = await Promise.all(
    others.map(async (journey) => ({
      journey,
      has: await hasStep(journeys.client, journey, number),
    })),
  );
  return stepping.find(({ has }) => has)?.journey.workflowId;
}

/**
 * A customer's, as far as they are asked about.
 *
 * @throws RangeError where there are more on the workers' own task queue than anybody could have begun.
 */
export async function newestAuthorisations(
  { client, own }: Journeys,
  customerId: string,
): Promise<ListedJourney[]> {
  // A customerId holds no character that needs escaping (`customerIdSchema`).
  const query = `WorkflowType = 'authorizedPurchase' AND CustomerId = '${customerId}'`;
  const theirs: ListedJourney[] = [];
  const look = async (where: string): Promise<'all' | 'too many'> => {
    let looked = 0;
    for await (const journey of allListed(client, `${query}${where}`)) {
      if ((await own.givenTo(journey))?.customerId === customerId) theirs.push(journey);
      if (theirs.length === MOST_ASKED) break;
      looked += 1;
      if (looked > MOST_LOOKED_AT) return 'too many';
    }
    return 'all';
  };
  try {
    if ((await look(onQueue(own.taskQueue))) === 'too many')
      throw new RangeError('more runs than anybody has name this customer');
    // Where nobody of ours works somebody may begin any number of them: as many are looked at, and no number waits for the others.
    if (theirs.length < MOST_ASKED && (await look(offQueue(own.taskQueue))) === 'too many')
      log.warn('more runs than anybody has name this customer on other task queues', {
        workflowType: 'authorizedPurchase',
      });
    return theirs;
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
