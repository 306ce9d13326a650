/**
 * Which other journeys may have what a customer's history shows as given back under a refund's number. SNAP counts numbers of
 * orders, refunds, voids and top-ups apart, and so do merchants: that another customer has one, or that a top-up has, says nothing.
 *
 * @module
 */
import * as z from 'zod';
import {
  authorizedPurchaseWorkflowId,
  bankTransferWorkflowId,
  purchaseWorkflowId,
  refundWorkflowId,
  topUpWorkflowId,
} from '../../contract/identity.js';
import type { ListedJourney } from '../reconciliation/listed-journeys.js';
import type { OwnRun } from '../reconciliation/own-runs.js';
import { type Journeys, newestAuthorisations, stepsOf } from './number-holder.js';

/** Ends of a purchase that gave nothing back. */
const KEPT: readonly string[] = ['paid', 'declined', 'expired'];
const resultSchema = z.object({ outcome: z.string() });

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
  journeys: Journeys,
  asked: GiveBackAsked,
): Promise<readonly GiveBackHolder[]> {
  const [named, stepping] = await Promise.all([
    holdersByName(journeys, asked),
    steppingUnder(journeys, asked),
  ]);
  const known = new Set(stepping.map(({ workflowId }) => workflowId));
  return [...stepping, ...named.filter(({ workflowId }) => !known.has(workflowId))];
}

async function holdersByName(
  journeys: Journeys,
  asked: GiveBackAsked,
): Promise<readonly GiveBackHolder[]> {
  const { number, isAnyKind } = asked;
  const giveBack = [purchaseWorkflowId, refundWorkflowId, authorizedPurchaseWorkflowId];
  const idsOf = isAnyKind ? [...giveBack, topUpWorkflowId, bankTransferWorkflowId] : giveBack;
  const all = await Promise.all(idsOf.map((idOf) => journeys.own.counting(idOf(number))));
  const theirs = all.flatMap((it) => ('run' in it && isTheirs(it.run, asked) ? [it.run] : []));
  const may = await Promise.all(theirs.map((run) => mayGiveBack(journeys, run, asked)));
  return theirs.filter((_, index) => may[index]).map(({ workflowId }) => ({ workflowId }));
}

/** One that does not say whose it is may be. The order itself, and its own refund of that number, are what is looked for. */
const isTheirs = (
  { customerId, workflowId, type, partnerReferenceNo }: OwnRun,
  asked: GiveBackAsked,
): boolean => {
  if (customerId !== '' && customerId !== asked.customerId) return false;
  if (type === 'refund') return partnerReferenceNo !== asked.partnerReferenceNo;
  return workflowId !== purchaseWorkflowId(asked.partnerReferenceNo);
};

async function mayGiveBack(
  { client }: Journeys,
  run: OwnRun,
  { isAnyKind }: GiveBackAsked,
): Promise<boolean> {
  if (isAnyKind) return true;
  if (run.type === 'refund') return outcomeOf(run) !== 'rejected';
  if (run.type === 'purchase') return !KEPT.includes(outcomeOf(run));
  // DOKU may show a void under the number of its authorisation.
  return (await stepsOf(client, run)).some(({ kind }) => kind === 'void');
}

/** What it has ended with. One that has not may yet do anything. */
const outcomeOf = ({ end }: OwnRun): string =>
  resultSchema.safeParse(end?.result).data?.outcome ?? '';

/** The customer's authorisations that gave back under the number. */
async function steppingUnder(
  journeys: Journeys,
  { number, customerId, isAnyKind }: GiveBackAsked,
): Promise<readonly GiveBackHolder[]> {
  const authorisations = await newestAuthorisations(journeys, customerId);
  const holders = await Promise.all(
    authorisations.map(async (journey: ListedJourney): Promise<GiveBackHolder[]> => {
      const steps = await stepsOf(journeys.client, journey);
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
