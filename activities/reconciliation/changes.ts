import type { Client } from '@temporalio/client';
import {
  type Mismatch,
  MOST_LISTED,
  type ReconciliationChanges,
  type ReconciliationResult,
} from '../../contract/reconciliation.js';
import { allListed, type ListedJourney } from './listed-journeys.js';
import { resultOf } from './records.js';

/** What a report says, so far. */
export interface Report {
  /** Under which all reconciliations of a period are found. */
  readonly period: string;
  readonly mismatches: readonly Mismatch[];
  readonly mismatched: number;
}

/** Compares a report with the one before of the same period, whoever had it made. Null where there is none. */
export const changesSince =
  (client: Client) =>
  async ({ period, mismatches, mismatched }: Report): Promise<ReconciliationChanges | null> => {
    const before = await latest(client, period);
    if (before?.closedAt === undefined) return null;
    const then = await resultOf<ReconciliationResult>(client, before);
    const [keysNow, keysThen] = [
      new Set(mismatches.map(keyOf)),
      new Set(then.mismatches.map(keyOf)),
    ];
    return {
      since: before.closedAt,
      appeared: mismatches.filter((mismatch) => !keysThen.has(keyOf(mismatch))),
      gone: then.mismatches.filter((mismatch) => !keysNow.has(keyOf(mismatch))),
      isPartial: mismatched > MOST_LISTED || then.counts.mismatched > MOST_LISTED,
    };
  };

async function latest(client: Client, period: string): Promise<ListedJourney | undefined> {
  const query = `WorkflowType = 'reconciliation' AND PartnerReferenceNo = '${period}' AND ExecutionStatus = 'Completed'`;
  let latest: ListedJourney | undefined;
  for await (const run of allListed(client, query))
    if ((run.closedAt ?? '') > (latest?.closedAt ?? '')) latest = run;
  return latest;
}

const keyOf = ({ kind, subject, partnerReferenceNo, here, doku }: Mismatch) =>
  JSON.stringify([kind, subject, partnerReferenceNo, here, doku]);
