/**
 * Which other journeys may have what a customer's history shows as given back under a refund's number. SNAP counts numbers of
 * orders, refunds, voids and top-ups apart, and so do merchants: that another customer has one, or that a top-up has, says nothing.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import {
  authorizedPurchaseWorkflowId,
  bankTransferWorkflowId,
  purchaseWorkflowId,
  refundWorkflowId,
  topUpWorkflowId,
} from '../../contract/identity.js';
import {
  type CurrentRun,
  currentRun,
  type ListedJourney,
} from '../reconciliation/listed-journeys.js';
import { newestAuthorisations, stepsOf } from './number-holder.js';

/** Ends of a purchase that gave nothing back. */
const KEPT: readonly string[] = ['paid', 'declined', 'expired'];

export interface GiveBackAsked {
  readonly number: string;
  /** In whose history it stands. */
  readonly customerId: string;
  /** The purchase whose refund, or reversal, is looked for. */
  readonly partnerReferenceNo: string;
  /** History does not say in words that are known that it is given back: then it may be any movement. */
  readonly isAnyKind: boolean;
}

/** A journey whose movement it may be. */
export interface GiveBackHolder {
  readonly workflowId: string;
  /** "10000.00", where it says what it gave back under the number. */
  readonly amount?: string;
}

/** @throws GrpcServiceError or ServiceError where Temporal, or a worker that is busy, does not tell. */
export async function giveBackHolders(
  client: Client,
  asked: GiveBackAsked,
): Promise<readonly GiveBackHolder[]> {
  const [named, stepping] = await Promise.all([
    holdersByName(client, asked),
    steppingUnder(client, asked),
  ]);
  const known = new Set(stepping.map(({ workflowId }) => workflowId));
  return [...stepping, ...named.filter(({ workflowId }) => !known.has(workflowId))];
}

async function holdersByName(
  client: Client,
  asked: GiveBackAsked,
): Promise<readonly GiveBackHolder[]> {
  const { number, isAnyKind } = asked;
  const giveBack = [purchaseWorkflowId, refundWorkflowId, authorizedPurchaseWorkflowId];
  const idsOf = isAnyKind ? [...giveBack, topUpWorkflowId, bankTransferWorkflowId] : giveBack;
  const runs = await Promise.all(idsOf.map((idOf) => currentRun(client, idOf(number))));
  const theirs = runs.filter((run) => run !== undefined).filter((run) => isTheirs(run, asked));
  const may = await Promise.all(theirs.map((run) => mayGiveBack(client, run, asked)));
  return theirs.filter((_, index) => may[index]).map(({ workflowId }) => ({ workflowId }));
}

/** One that does not say whose it is may be. The order itself, and its own refund of that number, are what is looked for. */
const isTheirs = (
  { customerId, workflowId, type, partnerReferenceNo }: CurrentRun,
  asked: GiveBackAsked,
): boolean => {
  if (customerId !== '' && customerId !== asked.customerId) return false;
  if (type === 'refund') return partnerReferenceNo !== asked.partnerReferenceNo;
  return workflowId !== purchaseWorkflowId(asked.partnerReferenceNo);
};

async function mayGiveBack(
  client: Client,
  run: CurrentRun,
  { isAnyKind }: GiveBackAsked,
): Promise<boolean> {
  if (isAnyKind) return true;
  if (run.type === 'refund') return run.journeyStatus !== 'rejected';
  if (run.type === 'purchase') return !KEPT.includes(run.journeyStatus);
  // DOKU may show a void under the number of its authorisation.
  return (await stepsOf(client, run)).some(({ kind }) => kind === 'void');
}

/** The customer's authorisations that gave back under the number. */
async function steppingUnder(
  client: Client,
  { number, customerId, isAnyKind }: GiveBackAsked,
): Promise<readonly GiveBackHolder[]> {
  const journeys = await newestAuthorisations(client, customerId);
  const holders = await Promise.all(
    journeys.map(async (journey: ListedJourney): Promise<GiveBackHolder[]> => {
      const steps = await stepsOf(client, journey);
      return steps
        .filter(({ kind, partnerNo }) => partnerNo === number && (isAnyKind || kind === 'void'))
        .map(({ answer, amount: asked }) => {
          const amount = answer?.amount ?? asked?.value;
          return { workflowId: journey.workflowId, ...(amount && { amount }) };
        });
    }),
  );
  return holders.flat();
}
