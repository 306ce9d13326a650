/**
 * What a run may send that is not its journey's first: an operator's reset hands the history of one run to another, which
 * knows nothing of what the first one did after it.
 *
 * @module
 */
import { Context } from '@temporalio/activity';
import type { Move } from './move.js';

/** Which run asks for a move. */
export interface OfRun {
  /** The journey's first run. Nothing is known of runs where it is missing, as in what older workers scheduled. */
  readonly firstRunId?: string;
  /** The run in which DOKU proved that no earlier one's request is under way. */
  readonly provenRunId?: string;
}

/** @returns the ID of the run that asks, where another one came before it whose requests it knows nothing of. */
export function earlierRunThan({ firstRunId, provenRunId }: OfRun): string | undefined {
  const runId = Context.current().info.workflowExecution?.runId;
  if (!firstRunId || runId === undefined || runId === firstRunId) return undefined;
  return runId === provenRunId ? undefined : runId;
}

/**
 * Makes a move, unless an earlier run may have made it: then nothing is sent, and DOKU has to be asked first. Decided here
 * and not by the workflow, as what it decided before a reset is replayed after it.
 */
export async function moveOfRun<Accepted>(
  of: OfRun,
  move: () => Promise<Move<Accepted>>,
): Promise<Move<Accepted>> {
  const runId = earlierRunThan(of);
  return runId === undefined ? move() : { kind: 'doubtful', doubt: 'earlier-run', runId };
}
