import type { Client } from '@temporalio/client';
import {
  type Mismatch,
  MOST_LISTED,
  type ReconciliationChanges,
  type ReconciliationResult,
  reconciliationResultSchema,
} from '../../contract/reconciliation.js';
import { reconciliationNameOf } from '../../contract/reconciliation-name.js';
import { allListed, type ListedJourney, onQueue } from './listed-journeys.js';
import { inputOf, isUnreadable, resultOf } from './records.js';

/** More runs of one period are somebody's attempt to hide one. */
const MOST_LOOKED_AT = 100;

/** What a report says, so far. */
export interface Report {
  /** Under which all reconciliations of a period are found. */
  readonly period: string;
  readonly mismatches: readonly Mismatch[];
  readonly mismatched: number;
}

type Run = Pick<ListedJourney, 'workflowId' | 'runId'>;

/**
 * Compares a report with the merchant's one before of the same period and task queue. Null where there is none.
 *
 * @param taskQueue - another one has other journeys.
 * @param resultOfRun - what a run ended with, as far as that can be believed.
 * @param inputOfRun - what it was begun with; nothing where nobody with a payload key has begun it.
 */
export const changesSince =
  (
    client: Client,
    taskQueue: string,
    resultOfRun = (run: Run): Promise<unknown> => resultOf(client, run),
    inputOfRun = (run: Run): Promise<unknown> => inputBelieved(client, run),
  ) =>
  async ({ period, mismatches, mismatched }: Report): Promise<ReconciliationChanges | null> => {
    const before = await latest(client, taskQueue, period, { resultOfRun, inputOfRun });
    if (before === undefined) return null;
    const { closedAt, then } = before;
    const [keysNow, keysThen] = [
      new Set(mismatches.map(keyOf)),
      new Set(then.mismatches.map(keyOf)),
    ];
    return {
      since: closedAt,
      appeared: mismatches.filter((mismatch) => !keysThen.has(keyOf(mismatch))),
      gone: then.mismatches.filter((mismatch) => !keysNow.has(keyOf(mismatch))),
      isPartial: mismatched > MOST_LISTED || then.counts.mismatched > MOST_LISTED,
    };
  };

/**
 * The latest that can be read, and that the merchant has begun: one that anybody ended otherwise is no report. What a schedule begins
 * anybody can begin once more, so that of those the first one stands for all: nothing that is new since then is taken for told.
 */
async function latest(
  client: Client,
  taskQueue: string,
  period: string,
  { resultOfRun, inputOfRun }: Record<'resultOfRun' | 'inputOfRun', (run: Run) => Promise<unknown>>,
): Promise<{ closedAt: string; then: ReconciliationResult } | undefined> {
  const query = `WorkflowType = 'reconciliation' AND PartnerReferenceNo = '${period}' AND ExecutionStatus = 'Completed'${onQueue(taskQueue)}`;
  const runs: ListedJourney[] = [];
  for await (const run of allListed(client, query))
    if (run.taskQueue === undefined || run.taskQueue === taskQueue) runs.push(run);
  runs.sort((a, b) => (b.closedAt ?? '').localeCompare(a.closedAt ?? ''));
  const isDaily = ({ workflowId }: Run) => reconciliationNameOf(workflowId).kind === 'daily';
  const own = runs.filter((run) => !isDaily(run)).slice(0, MOST_LOOKED_AT);
  const daily = runs.filter(isDaily).reverse().slice(0, MOST_LOOKED_AT);
  for (const run of [...own, ...daily]) {
    const isBelieved = isDaily(run) || (await inputOfRun(run)) !== undefined;
    const then = isBelieved && (await reportOf(run, resultOfRun));
    if (then && run.closedAt !== undefined) return { closedAt: run.closedAt, then };
  }
  return undefined;
}

/** What cannot be read was begun with another key, if by any; then its result tells whose it is. */
async function inputBelieved(client: Client, run: Run): Promise<unknown> {
  try {
    return (await inputOf(client, run)) ?? undefined;
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return 'unreadable';
  }
}

async function reportOf(
  run: ListedJourney,
  resultOfRun: (run: Run) => Promise<unknown>,
): Promise<ReconciliationResult | undefined> {
  try {
    return reconciliationResultSchema.parse(await resultOfRun(run));
  } catch (error) {
    // Temporal does not tell.
    if (!isUnreadable(error)) throw error;
    return undefined;
  }
}

const keyOf = ({ kind, subject, partnerReferenceNo, here, doku }: Mismatch) =>
  JSON.stringify([kind, subject, partnerReferenceNo, here, doku]);
