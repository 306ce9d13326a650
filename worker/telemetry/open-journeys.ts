/**
 * Gauges of the journeys that wait for an operator, or are in doubt: how many, and since when. They tell of now, so that a
 * page lasts as long as what it is about.
 *
 * @module
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { MetricMeter } from '@temporalio/common';
import { type ListedRun, listedRuns } from '../../client/temporal/listing.js';
import { EVENT_DELIVERY_TYPE } from '../../contract/event.js';
import { journeys } from '../../contract/journeys.js';
import { searchAttributes } from '../../contract/search-attributes.js';
import type { SafeLogger } from '../logger.js';

const STATUSES = ['needs-attention', 'in-doubt'] as const;
/** The workflow types that there are: whoever reaches Temporal may make up others, each with a label of its own. */
const TYPES = new Set([
  ...Object.keys(journeys),
  ...[
    EVENT_DELIVERY_TYPE,
    'refundTurn',
    'wallet',
    'merchantSession',
    'accountOwner',
    'claimedNumbers',
  ],
]);
const OTHER = 'other';
/** More of one status are an incident of its own; the gauge then stands still at so many. */
const MOST_COUNTED = 10_000;
/** Of each status, oldest starts first, are asked since when; who is asked has to be told within a count's time. */
const MOST_DATED = 100;

export interface OpenJourneysOptions {
  readonly client: Client;
  readonly meter: MetricMeter;
  readonly logger: SafeLogger;
  /** Default: half a minute. */
  readonly everyMs?: number;
}

/** Counts again and again until it is stopped. What Temporal does not answer leaves the gauges as they are, and old. */
export function countOpenJourneys(options: OpenJourneysOptions): { stop(): void } {
  const { client, meter, logger, everyMs = 30_000 } = options;
  const open = meter.createGauge(
    'doku_journeys_open',
    'int',
    'journey',
    'Open journeys of a status that somebody has to know of',
  );
  const since = meter.createGauge(
    'doku_journeys_open_since_seconds',
    'int',
    's',
    'When the oldest of them came into its status, in seconds since 1970; 0 where there is none',
  );
  const countedAt = meter.createGauge(
    'doku_journeys_counted_at_seconds',
    'int',
    's',
    'When they were counted last, in seconds since 1970',
  );
  const stopping = new AbortController();
  const shown = new Set<string>();

  const count = async () => {
    for (const status of STATUSES) {
      const found = await waitingOf(client, status);
      for (const journey of found.keys()) shown.add(journey);
      for (const journey of shown) {
        const { count: many = 0, sinceMs = 0 } = found.get(journey) ?? {};
        open.set(many, { journey, status });
        since.set(Math.floor(sinceMs / 1_000), { journey, status });
      }
    }
    countedAt.set(Math.floor(Date.now() / 1_000));
  };
  const counting = async () => {
    while (!stopping.signal.aborted) {
      await count().catch((error) => {
        if (!stopping.signal.aborted)
          logger.warn({ error }, 'Temporal does not tell which journeys are open');
      });
      await pause(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  void counting();
  return { stop: () => stopping.abort() };
}

interface Waiting {
  count: number;
  /** Milliseconds since 1970. */
  sinceMs: number;
}

async function waitingOf(client: Client, status: string): Promise<Map<string, Waiting>> {
  const runs: ListedRun[] = [];
  for await (const run of listedRuns(
    client,
    `ExecutionStatus = 'Running' AND JourneyStatus = '${status}'`,
  )) {
    if (runs.push(run) === MOST_COUNTED) break;
  }
  const waiting = new Map<string, Waiting>();
  const oldestFirst = runs.sort(
    (one, other) => one.startedAt.getTime() - other.startedAt.getTime(),
  );
  for (const [index, run] of oldestFirst.entries()) {
    const type = TYPES.has(run.type) ? run.type : OTHER;
    const known = waiting.get(type) ?? { count: 0, sinceMs: Number.POSITIVE_INFINITY };
    // Whoever started later than the oldest waits cannot be older.
    const mayBeOldest = index < MOST_DATED && run.startedAt.getTime() < known.sinceMs;
    const sinceMs = mayBeOldest ? await enteredAt(client, run) : known.sinceMs;
    waiting.set(type, { count: known.count + 1, sinceMs: Math.min(known.sinceMs, sinceMs) });
  }
  return waiting;
}

/**
 * When a journey came into its status: by its history, as no worker need be there to be asked, and nothing decrypted.
 *
 * @returns milliseconds since 1970; its start, where the last page of its history does not tell.
 */
async function enteredAt(client: Client, run: ListedRun): Promise<number> {
  const { history } = await client.workflowService.getWorkflowExecutionHistoryReverse({
    namespace: client.options.namespace,
    execution: { workflowId: run.workflowId, runId: run.runId },
    maximumPageSize: 100,
  });
  const entered = history?.events?.find(
    ({ upsertWorkflowSearchAttributesEventAttributes: upsert }) =>
      upsert?.searchAttributes?.indexedFields?.[searchAttributes.journeyStatus.name],
  );
  const { seconds } = entered?.eventTime ?? {};
  return seconds ? Number(seconds) * 1_000 : run.startedAt.getTime();
}
