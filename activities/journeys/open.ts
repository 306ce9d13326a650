/**
 * Which journeys are open, as Temporal knows it.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import { isOutcome } from '../../contract/event.js';
import { type PollingDelays, stillPending } from '../calling/ask.js';
import { allListed, type CurrentRun, currentRun } from '../reconciliation/listed-journeys.js';
import { inputOf, isUnreadable } from '../reconciliation/records.js';
import { batchesOf } from './batches.js';
import { believedResult } from './ended-run.js';
import { holderOf } from './orphan.js';

/** Journeys that move a customer's money, so that the account must not be closed under them. */
const MONEY_JOURNEYS = ['purchase', 'authorizedPurchase', 'bankTransfer', 'topUp', 'refund'];
/** A list for people; past it the number says enough. */
const LISTED = 50;

/** How a journey has ended. */
export type JourneyEnd =
  | { readonly ended: 'result'; readonly result: unknown }
  /** From outside, without a result: it was terminated, say. */
  | { readonly ended: 'broken' }
  /** It never began, or Temporal's retention forgot it. */
  | { readonly ended: 'unknown' }
  /** It is another customer's. */
  | { readonly ended: 'other' };

/** Who has a turn that others wait for. */
export interface TurnHolder {
  /** Absent where Temporal does not say. */
  readonly workflowId?: string;
  /** It waits for an operator, and so does who waits for it. */
  readonly needsAttention: boolean;
}

export function createOpenJourneyActivities(client: Client, delays: PollingDelays) {
  const openOf = async (customerId: string): Promise<string[]> => {
    const types = MONEY_JOURNEYS.map((type) => `'${type}'`).join(', ');
    // A customerId holds no character that needs escaping (`customerIdSchema`).
    const query = `CustomerId = '${customerId}' AND ExecutionStatus = 'Running' AND WorkflowType IN (${types})`;
    const open: string[] = [];
    for await (const { workflowId, type, journeyStatus } of allListed(client, query)) {
      if (isOutcome(type, journeyStatus)) continue;
      open.push(workflowId);
      if (open.length === LISTED) return open;
    }
    return [...open, ...(await batchesOf(client, customerId))].slice(0, LISTED);
  };

  const isRunning = async (workflowId: string): Promise<boolean> =>
    isGoingOn(await currentRun(client, workflowId));

  return {
    /** Workflow IDs of the customer's open journeys that move money, 50 at most. */
    async listOpenJourneys({ customerId }: { customerId: string }): Promise<string[]> {
      return openOf(customerId);
    },

    /** Looks again and again until the customer has no such journey open. */
    async awaitNoOpenJourneys({ customerId }: { customerId: string }): Promise<void> {
      const open = await openOf(customerId);
      if (open.length > 0) throw stillPending(`${open.length} journeys are still open`, delays);
    },

    /**
     * How a journey that somebody else started has ended, once it has.
     *
     * @param journey.customerId - whose it must be; that of another is none of the caller's, whether it has ended or not.
     */
    async awaitJourney(journey: { workflowId: string; customerId?: string }): Promise<JourneyEnd> {
      const { workflowId, customerId } = journey;
      const seen = await currentRun(client, workflowId);
      if (seen === undefined) return { ended: 'unknown' };
      const { status, customerId: listed, runId } = seen;
      if (customerId !== undefined && listed !== '' && listed !== customerId) {
        const whose = await customerOf(client, seen);
        if (whose !== undefined && whose !== customerId) return { ended: 'other' };
      }
      switch (status) {
        case 'COMPLETED': {
          const believed = await believedResult(client, workflowId, runId);
          return believed ? { ended: 'result', ...believed } : { ended: 'broken' };
        }
        case 'FAILED':
        case 'TERMINATED':
        case 'CANCELED':
        case 'TIMED_OUT':
          return { ended: 'broken' };
        default:
          throw stillPending(`${workflowId} is still open`, delays);
      }
    },

    /** Looks again and again until no workflow of this ID is running, however it ended; what is orphaned it ends itself. */
    async awaitJourneyClosed({ workflowId }: { workflowId: string }): Promise<void> {
      if (await holderOf(client, workflowId))
        throw stillPending(`${workflowId} is still open`, delays);
    },

    /**
     * Looks again and again until nobody has the turn that this workflow is, or something else is to be told of who has it.
     *
     * @param turn.known - what was told of it last.
     * @returns nothing once the turn is free.
     */
    async awaitTurn(turn: { workflowId: string; known?: TurnHolder }): Promise<TurnHolder | null> {
      const held = await holderOf(client, turn.workflowId);
      if (held === undefined) return null;
      const holder = held.workflowId ? await currentRun(client, held.workflowId) : undefined;
      const now: TurnHolder = {
        ...held,
        needsAttention: holder?.journeyStatus === 'needs-attention',
      };
      const { known } = turn;
      const isKnown =
        known?.workflowId === now.workflowId && known?.needsAttention === now.needsAttention;
      if (known && isKnown) throw stillPending(`${turn.workflowId} is held`, delays);
      return now;
    },

    /** The customer whose journey of this workflow ID is, as far as its input tells, and whether it is running. */
    async ownerOfJourney({
      workflowId,
    }: {
      workflowId: string;
    }): Promise<{ customerId?: string; isOpen?: boolean }> {
      const run = await currentRun(client, workflowId);
      const customerId = run && (await customerOf(client, run));
      return { ...(customerId && { customerId }), isOpen: isGoingOn(run) };
    },

    /** Whether a journey of this workflow ID is running. */
    async isJourneyOpen({ workflowId }: { workflowId: string }): Promise<boolean> {
      return isRunning(workflowId);
    },
  };
}

/** By what the run was given: its search attribute is for lists, and anybody who starts one writes it (money rule 13). */
async function customerOf(client: Client, run: CurrentRun): Promise<string | undefined> {
  try {
    const given = await inputOf<{ customerId?: unknown } | undefined>(client, run);
    return typeof given?.customerId === 'string' ? given.customerId : undefined;
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return undefined;
  }
}

/** One that has ended runs for a moment more, until its event is told: whoever is told so goes on at once. */
const isGoingOn = (run: CurrentRun | undefined): boolean =>
  run?.status === 'RUNNING' && !isOutcome(run.type, run.journeyStatus);

export type OpenJourneyActivities = ReturnType<typeof createOpenJourneyActivities>;
