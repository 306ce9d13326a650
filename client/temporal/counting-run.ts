/**
 * Which run of a workflow ID counts, where it may be begun again: anybody who reaches Temporal can begin it once more (money rule 13).
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import { reconciliationNameOf } from '../../contract/reconciliation-name.js';
import { UnknownJourneyError } from '../errors.js';
import { type BegunWith, begunWith } from './begun-with.js';
import { resultOfRun } from './ended-with.js';
import { describedRun, type ListedRun, listedPage } from './listing.js';
import { GRPC, grpcOf, isNamed } from './translated.js';

/** More runs of one ID are somebody's attempt to hide one. */
const MOST_LOOKED_AT = 100;

/**
 * Of what may be begun again, the run that stands for it.
 *
 * @returns nothing where whichever run is Temporal's newest counts, as of all that is begun once.
 * @throws UnknownJourneyError where nobody with these payload keys has begun what takes one.
 */
export async function countingRun(client: Client, workflowId: string): Promise<string | undefined> {
  const { kind } = reconciliationNameOf(workflowId);
  if (kind === 'period') return newestOwnRun(client, workflowId);
  return kind === 'daily' ? firstEndedRun(client, workflowId) : undefined;
}

/** Nobody's key begins what a schedule does; but it does so at the time of the ID, and none of an earlier start ends as a report. */
async function firstEndedRun(client: Client, workflowId: string): Promise<string | undefined> {
  const runs = await listedOf(client, completedOf(workflowId));
  for (const run of [...runs].sort((one, other) => +one.startedAt - +other.startedAt))
    if (await isProven(client, run)) return run.runId;
  return undefined;
}

/** The newest that somebody with these payload keys has begun. */
async function newestOwnRun(client: Client, workflowId: string): Promise<string | undefined> {
  const current = await describedRun(client, workflowId);
  const begun = await begunWith(client, current);
  if (await isMeant(client, current, begun)) return current.runId;
  // Lists are read only where runs compete.
  let refused: string | undefined = begun.kind === 'own' ? current.runId : undefined;
  for (const run of await runsBefore(client, current)) {
    const before = await begunWith(client, run);
    if (await isMeant(client, run, before)) return run.runId;
    if (before.kind === 'own') refused ??= run.runId;
  }
  if (refused !== undefined) return refused;
  // A key may be missing here that its workers have: whoever asks it is told so.
  if (begun.kind === 'locked') return undefined;
  throw new UnknownJourneyError(`nobody with a payload key has begun ${workflowId}`);
}

/**
 * Waits for a journey's result, whichever run it goes on in.
 *
 * @throws UnexpectedAnswerError, JourneyBrokenError as {@link resultOfRun} does.
 */
export async function endedWith<Result>(client: Client, workflowId: string): Promise<Result> {
  for (;;) {
    const runId =
      (await countingRun(client, workflowId)) ?? (await describedRun(client, workflowId)).runId;
    try {
      return await resultOfRun<Result>(client, { workflowId, runId });
    } catch (error) {
      if (!isNamed(error, 'WorkflowExecutionContinuedAsNewError')) throw error;
    }
  }
}

/** A copy of an input is refused, and fails, or is ended by who made it: it hides no other. */
async function isMeant(client: Client, run: ListedRun, begun: BegunWith): Promise<boolean> {
  if (begun.kind !== 'own' || run.run === 'continued_as_new' || run.run === 'failed') return false;
  return run.run !== 'completed' || isProven(client, run);
}

const isProven = (client: Client, { workflowId, runId }: ListedRun): Promise<boolean> =>
  resultOfRun(client, { workflowId, runId }).then(
    () => true,
    (error: unknown) => {
      if (grpcOf(error)) throw error;
      return false;
    },
  );

/** What has completed first, as somebody may have begun the ID a thousand times; newest first. */
async function runsBefore(client: Client, { workflowId, runId }: ListedRun): Promise<ListedRun[]> {
  const all = `WorkflowId = '${workflowId}'`;
  const found = new Map<string, ListedRun>();
  for (const query of [completedOf(workflowId), all])
    for (const run of await listedOf(client, query)) found.set(run.runId, run);
  found.delete(runId);
  return [...found.values()].sort((one, other) => +other.startedAt - +one.startedAt);
}

const completedOf = (workflowId: string) =>
  `WorkflowId = '${workflowId}' AND ExecutionStatus = 'Completed'`;

async function listedOf(client: Client, query: string): Promise<readonly ListedRun[]> {
  try {
    return (await listedPage(client, query, MOST_LOOKED_AT)).runs;
  } catch (error) {
    // A server for tests has no lists.
    if (grpcOf(error)?.code === GRPC.UNIMPLEMENTED) return [];
    throw error;
  }
}
