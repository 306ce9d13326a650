/**
 * The gauge of when a reconciliation ended last: one that stands still is how a schedule that somebody paused, deleted or kept from
 * starting is noticed.
 *
 * @module
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { MetricMeter } from '@temporalio/common';
import { onQueue } from '../../activities/reconciliation/listed-journeys.js';
import { resultOfRun } from '../../client/temporal/ended-with.js';
import { type ListedRun, listedPage } from '../../client/temporal/listing.js';
import { grpcOf } from '../../client/temporal/translated.js';
import { reconciliationResultSchema } from '../../contract/reconciliation.js';
import type { SafeLogger } from '../logger.js';

/** More of one look are somebody's attempt to hide one. */
const MOST_LOOKED_AT = 100;
/** A reconciliation of an older period says nothing of now: anybody may have one of those begun again. */
const RECENT_MS = 36 * 3_600_000;

export interface LastReconciliationOptions {
  readonly client: Client;
  /** Whose reconciliations: each queue has its own. */
  readonly taskQueue: string;
  readonly meter: MetricMeter;
  readonly logger: SafeLogger;
  /** Default: a minute. */
  readonly everyMs?: number;
}

/** Looks again and again until it is stopped. Where none has ended yet there is no gauge; what Temporal does not answer leaves it old. */
export function tellLastReconciliation(options: LastReconciliationOptions): { stop(): void } {
  const { client, taskQueue, meter, logger, everyMs = 60_000 } = options;
  const gauge = meter.createGauge(
    'doku_journeys_reconciled_at_seconds',
    'int',
    's',
    'When a reconciliation ended last, in seconds since 1970; 36 hours after its period, where that was before',
  );
  const stopping = new AbortController();
  const query = `WorkflowType = 'reconciliation' AND ExecutionStatus = 'Completed'${onQueue(taskQueue)}`;
  let newestMs = 0;
  let refused = new Set<string>();

  const look = async () => {
    const { runs } = await listedPage(client, query, MOST_LOOKED_AT);
    const still = new Set<string>();
    for (const run of runs.filter((each) => each.taskQueue === taskQueue)) {
      if (Number(run.endedAt ?? 0) <= newestMs) continue;
      const atMs = refused.has(run.runId) ? undefined : await reconciledAt(client, run);
      if (atMs === undefined) still.add(run.runId);
      else newestMs = Math.max(newestMs, atMs);
    }
    refused = still;
    if (newestMs > 0) gauge.set(Math.floor(newestMs / 1_000), { task_queue: taskQueue });
  };
  const looking = async () => {
    while (!stopping.signal.aborted) {
      await look().catch((error) => {
        if (!stopping.signal.aborted)
          logger.warn({ error }, 'Temporal does not tell when a reconciliation ended last');
      });
      await pause(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  void looking();
  return { stop: () => stopping.abort() };
}

/** @returns milliseconds since 1970; nothing of a run that no worker ended, or that was stopped before its end. */
async function reconciledAt(client: Client, run: ListedRun): Promise<number | undefined> {
  const result = await resultOfRun(client, run).catch((error: unknown) => {
    if (grpcOf(error)) throw error;
    return undefined;
  });
  const { data } = reconciliationResultSchema.safeParse(result);
  if (data?.outcome !== 'finished' || run.endedAt === undefined) return undefined;
  return Math.min(run.endedAt.getTime(), Date.parse(data.to) + RECENT_MS);
}
