/**
 * Whatever a run made must replay on a fresh worker (money rule 12): at the end of a run every history of its server is
 * fetched and replayed.
 *
 * @module
 */
import './quiet.js';
import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import proto from '@temporalio/proto';
import { type ReplayResult, type ReplayWorkerOptions, Worker } from '@temporalio/worker';
import { allListed } from '../../activities/reconciliation/listed-journeys.js';
import { ACTIVATION_LIMIT } from '../../worker/temporal/activation-limit.js';
import { workerDataConverter } from '../../worker/temporal/encryption.js';
import { checkoutWorkflowBundle } from '../../worker/temporal/workflow-bundle.js';
import { isWhole } from './extent.js';

type History = proto.temporal.api.history.v1.IHistory;

/** One run of one workflow. */
export interface KeptHistory {
  readonly workflowId: string;
  readonly runId: string;
  readonly history: History;
}

export interface Unreplayed {
  readonly workflowId: string;
  readonly runId: string;
  readonly error: string;
}

export interface Replayed {
  readonly replayed: number;
  /** Of how many executions those were all, or a sample. Those that no worker ever saw have nothing to replay. */
  readonly found: number;
  /** Events of the longest. */
  readonly largest: number;
  readonly largestId: string;
  readonly failed: readonly Unreplayed[];
  readonly seconds: number;
}

export interface ReplayOptions {
  readonly client: Client;
  readonly dataConverter: DataConverter;
  /** Histories that the server has no longer. */
  readonly kept?: readonly KeptHistory[];
  /** Of one workflow type; of more only so many, evenly spread, are replayed. Default 300. */
  readonly mostOfAType?: number;
  /** Of those with the same events in the same order, only the first is replayed. */
  readonly isEachOnce?: boolean;
  /** Is shown every history as the server has it. */
  readonly look?: (history: KeptHistory) => void;
  /** Only what runs there. Default: everything on the server. */
  readonly taskQueue?: string;
}

/** Replays at once: each has a worker's machinery of its own. */
const AT_ONCE = 4;
/** Temporal's list lags a moment behind. */
const LIST_LAG_MS = 1_200;

/** Replays every execution that the server has, open and closed, earlier runs of a reset among them. */
export async function replayAll(options: ReplayOptions): Promise<Replayed> {
  const { dataConverter, taskQueue, kept = [], mostOfAType = 300, look = () => {} } = options;
  const isNew = options.isEachOnce ? firstOfItsKind() : () => true;
  const { connection, options: given } = options.client;
  // A caller's own may lack a key that others wrote with.
  const client = new Client({ connection, namespace: given.namespace, dataConverter });
  const beganAt = Date.now();
  await setTimeout(LIST_LAG_MS);
  const listed = await runsOf(client, taskQueue);
  const chosen = [...byType(listed).values()].flatMap((runs) => sampled(runs, mostOfAType));
  const workflowBundle = await checkoutWorkflowBundle();
  const failed: Unreplayed[] = [];
  let replayed = 0;
  let passedOver = 0;
  let alike = 0;
  let largest = { events: 0, workflowId: '' };

  async function* histories() {
    const seen = new Set<string>();
    for (const one of kept) {
      const { runId, history, workflowId } = one;
      look(one);
      seen.add(runId);
      largest = larger(largest, workflowId, history);
      yield { workflowId, history };
    }
    for await (const one of fetched(client, chosen)) {
      if (one === undefined || seen.has(one.runId) || !hasBegun(one.history)) {
        passedOver += 1;
        continue;
      }
      look(one);
      const { workflowId, history } = one;
      largest = larger(largest, workflowId, history);
      if (isNew(history)) yield { workflowId, history };
      else alike += 1;
    }
  }

  for await (const { workflowId, runId, error } of replays(
    { workflowBundle, dataConverter: workerDataConverter(dataConverter) },
    histories(),
  )) {
    replayed += 1;
    if (error) failed.push({ workflowId, runId, error: error.message });
  }
  return {
    replayed,
    found: listed.length + kept.length - passedOver - alike,
    largest: largest.events,
    largestId: largest.workflowId,
    failed,
    seconds: (Date.now() - beganAt) / 1_000,
  };
}

/**
 * Replays on a fresh worker, in a thread of its own: in this one, as replays are by default, Temporal's hooks would slow
 * down whatever else the process does.
 */
export function replays(
  options: ReplayWorkerOptions,
  histories: AsyncIterable<ReplayHistory>,
): AsyncIterable<ReplayResult> {
  const inThread: ReplayWorkerOptions & { debugMode: false } = {
    ...options,
    ...ACTIVATION_LIMIT,
    debugMode: false,
  };
  return Worker.runReplayHistories(inThread, histories);
}

type ReplayHistory = { readonly workflowId: string; readonly history: History };

/**
 * What a test's setting does before it lets go of a server.
 *
 * @throws AssertionError naming each history that does not replay.
 */
export async function assertAllReplay(options: ReplayOptions): Promise<void> {
  const { failed, replayed, found } = await replayAll({ isEachOnce: !isWhole, ...options });
  if (replayed < found) process.stderr.write(`${replayed} of ${found} histories replayed\n`);
  assert.deepEqual(
    failed.map(({ workflowId, runId, error }) => `${workflowId} (${runId}): ${error}`),
    [],
    'a history does not replay',
  );
}

interface Run {
  readonly workflowId: string;
  readonly runId: string;
  readonly type: string;
}

async function runsOf(client: Client, taskQueue: string | undefined): Promise<Run[]> {
  const runs: Run[] = [];
  const query = taskQueue ? `TaskQueue = '${taskQueue}'` : '';
  // Temporal's own schedules have workflows, too.
  for await (const { workflowId, runId, type } of allListed(client, query))
    if (!type.startsWith('temporal-')) runs.push({ workflowId, runId, type });
  return runs;
}

function byType(runs: readonly Run[]): Map<string, Run[]> {
  const types = new Map<string, Run[]>();
  for (const run of runs) types.set(run.type, [...(types.get(run.type) ?? []), run]);
  return types;
}

/** All, or so many evenly spread. */
function sampled<T>(of: readonly T[], most: number): T[] {
  if (of.length <= most) return [...of];
  const step = of.length / most;
  return Array.from({ length: most }, (_, index) => of[Math.floor(index * step)] as T);
}

/** In the order of the runs, a few on their way. None for a run that is gone meanwhile. */
async function* fetched(
  client: Client,
  runs: readonly Run[],
): AsyncGenerator<KeptHistory | undefined> {
  for (let index = 0; index < runs.length; index += AT_ONCE) {
    const some = await Promise.all(
      runs.slice(index, index + AT_ONCE).map(async ({ workflowId, runId }) => {
        try {
          const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
          return { workflowId, runId, history };
        } catch (error) {
          if ((error as Error).name === 'WorkflowNotFoundError') return undefined;
          throw error;
        }
      }),
    );
    yield* some;
  }
}

/** Tells whether none before had the same events, of the same activities, timers' and patches' own data aside. */
function firstOfItsKind(): (history: History) => boolean {
  const kinds = new Set<string>();
  return ({ events }) => {
    const kind = (events ?? [])
      .map((event) => [
        event.eventType,
        event.workflowExecutionStartedEventAttributes?.workflowType?.name,
        event.activityTaskScheduledEventAttributes?.activityType?.name,
        event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input?.name,
      ])
      .join();
    return kinds.size < kinds.add(kind).size;
  };
}

const { EventType } = proto.temporal.api.enums.v1;
/** There is nothing to replay before a worker has answered. */
const hasBegun = ({ events }: History) =>
  events?.some(({ eventType }) => eventType === EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED) ??
  false;

const larger = (
  largest: { events: number; workflowId: string },
  workflowId: string,
  { events }: History,
) => {
  const count = events?.length ?? 0;
  return count > largest.events ? { events: count, workflowId } : largest;
};
