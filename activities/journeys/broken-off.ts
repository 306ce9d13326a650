import { type Client, isGrpcServiceError } from '@temporalio/client';
import { mayBeDoneBefore } from '../calling/attempt.js';
import type { Move } from '../calling/move.js';
import type { OfRun } from '../calling/runs.js';
import { allListed } from '../reconciliation/listed-journeys.js';
import { ownExecution } from './run.js';

/** Temporal's numbers for the statuses of what has not ended by itself: running, cancelled, terminated, out of time. */
const BROKEN_OFF = [1, 4, 5, 7];
const GRPC_NOT_FOUND = 5;
/** A question to Temporal that took longer leaves a send too little of its call's time. */
const WITHIN_MS = 4_000;
const UNTOLD = { kind: 'not-sent', why: 'Temporal does not tell of earlier runs' } as const;
const GRPC_UNIMPLEMENTED = 12;

/** Makes a move, unless a run that was broken off may have made it: then nothing is sent, and DOKU has to be asked first. */
export async function unlessBrokenOff<Answer>(
  client: Client,
  { firstRunId, provenRunId }: OfRun,
  move: () => Promise<Answer>,
): Promise<Answer | Extract<Move<unknown>, { kind: 'doubtful' | 'not-sent' }>> {
  const { runId } = ownExecution();
  // An attempt before this one may have sent it: this one sends nothing. Older workers say nothing of runs.
  if (mayBeDoneBefore() || !firstRunId || provenRunId === runId) return move();
  const began = performance.now();
  try {
    if (await wasBrokenOff(client)) return { kind: 'doubtful', doubt: 'earlier-run', runId };
  } catch (error) {
    if (!isGrpcServiceError(error)) throw error;
    return UNTOLD;
  }
  return performance.now() - began < WITHIN_MS ? move() : UNTOLD;
}

/** How long it counts that no run was: rows of a batch ask by the hundred a second, and Temporal's lists lag. */
const COUNTS_FOR_MS = 5_000;
/** More parts of batches do not send at once. */
const MOST_KNOWN = 1_000;

/** {@link wasBrokenOff}, of runs that ask again and again. */
export class BrokenOffRuns {
  readonly #client: Client;
  /** By the run that asks: what it heard, and when. */
  readonly #known = new Map<string, { readonly at: number; readonly was: Promise<boolean> }>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** @throws ServiceError of Temporal's. */
  async wasBrokenOff(): Promise<boolean> {
    const { runId } = ownExecution();
    const before = this.#known.get(runId);
    // What was broken off stays so.
    if (before && ((await before.was) || performance.now() - before.at < COUNTS_FOR_MS))
      return before.was;
    const was = wasBrokenOff(this.#client);
    this.#keep(runId, was);
    return was;
  }

  #keep(runId: string, was: Promise<boolean>): void {
    this.#known.set(runId, { at: performance.now(), was });
    // What failed is no answer for the next.
    was.catch(() => this.#known.delete(runId));
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST_KNOWN && oldest !== undefined) this.#known.delete(oldest);
  }
}

export function createBrokenOffActivities(client: Client) {
  return {
    /** {@link wasBrokenOff}, before it is said that nothing was sent. */
    async isAfterBrokenOff(): Promise<boolean> {
      return wasBrokenOff(client);
    },
  };
}

export type BrokenOffActivities = ReturnType<typeof createBrokenOffActivities>;

/**
 * Whether the asking journey's number had another run that was broken off, by which something may be under way: by Temporal's
 * terminate, and by a start that terminates what runs, for which nobody needs a payload key (money rule 13).
 *
 * @throws ServiceError of Temporal's.
 */
export const wasBrokenOff = (client: Client): Promise<boolean> =>
  wasBrokenOffBesides(client, ownExecution());

/** The same, of another run's number. */
export async function wasBrokenOffBesides(
  client: Client,
  { workflowId, runId: ownId }: { readonly workflowId: string; readonly runId: string },
): Promise<boolean> {
  try {
    // A number holds no character that needs escaping (`partnerReferenceFormSchema`).
    for await (const { runId } of allListed(client, `WorkflowId = '${workflowId}'`))
      if (runId !== ownId && (await isBrokenOff(client, workflowId, runId))) return true;
    return false;
  } catch (error) {
    // A server for tests has no lists.
    if (isGrpcServiceError(error) && error.code === GRPC_UNIMPLEMENTED) return false;
    throw error;
  }
}

/** Asked of the run itself, as lists lag. */
async function isBrokenOff(client: Client, workflowId: string, runId: string): Promise<boolean> {
  try {
    const { workflowExecutionInfo } = await client.workflowService.describeWorkflowExecution({
      namespace: client.options.namespace,
      execution: { workflowId, runId },
    });
    return BROKEN_OFF.includes(workflowExecutionInfo?.status ?? 0);
  } catch (error) {
    // Whoever can terminate can delete.
    if (isGrpcServiceError(error) && error.code === GRPC_NOT_FOUND) return true;
    throw error;
  }
}
