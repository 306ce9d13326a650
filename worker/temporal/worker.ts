import { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { type NativeConnection, Worker } from '@temporalio/worker';
import { createActivities } from '../../activities/index.js';
import type { Configuration } from '../configuration/environment.js';
import type { SafeLogger } from '../logger.js';
import { workerDataConverter } from './encryption.js';
import { workflowBundle } from './workflow-bundle.js';

export interface JourneyWorkerOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly configuration: Configuration;
  readonly dataConverter: DataConverter;
  readonly logger: SafeLogger;
}

/** A worker for all journeys. Its `run()` ends after `shutdown()`, once it has finished what it holds. */
export async function createWorker(options: JourneyWorkerOptions): Promise<Worker> {
  const { connection, namespace, configuration, dataConverter, logger } = options;
  const client = new Client({ connection, namespace, dataConverter });
  const taskQueue = configuration.DOKU_TASK_QUEUE;
  const draining = new AbortController();
  const activities = createActivities({
    client,
    taskQueue,
    credentials: credentialsOf(configuration),
    settings: configuration.snap,
    delays: {
      firstMs: configuration.POLL_FIRST_MS,
      factor: configuration.POLL_FACTOR,
      mostMs: configuration.POLL_MOST_MS,
    },
    isBindingByInquiry: configuration.BINDING_BY_INQUIRY,
    absentAfterMs: configuration.ABSENT_AFTER,
    transferAbsentAfterMs: configuration.TRANSFER_ABSENT_AFTER,
    ...slotsOf(configuration),
    draining: draining.signal,
    reconciliationCallsASecond: configuration.RECONCILIATION_CALLS_A_SECOND,
    onExchange: ({ outcome, ...report }) => {
      const level = outcome === 'succeeded' || outcome === 'pending' ? 'debug' : 'info';
      logger[level]({ ...report, outcome }, 'DOKU answered');
    },
  });
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue,
    activities,
    dataConverter: workerDataConverter(dataConverter),
    workflowBundle: await workflowBundle(logger),
    maxConcurrentActivityTaskExecutions: configuration.MAX_CONCURRENT_ACTIVITIES,
    // Temporal itself keeps the limit for the whole fleet; by priority, so that reads give way to money.
    ...(configuration.MAX_CALLS_A_SECOND && {
      maxTaskQueueActivitiesPerSecond: configuration.MAX_CALLS_A_SECOND,
    }),
    maxConcurrentWorkflowTaskExecutions: configuration.MAX_CONCURRENT_WORKFLOW_TASKS,
    maxCachedWorkflows: configuration.MAX_CACHED_WORKFLOWS,
    shutdownGraceTime: configuration.SHUTDOWN_GRACE_MS,
  });
  onShutdown(worker, () => draining.abort());
  return worker;
}

/** How many of its slots may be held by what waits: the others stay free for what does not. */
function slotsOf(configuration: Configuration) {
  // Temporal's limit counts attempts of activities, so there each call has to be one.
  if (configuration.MAX_CALLS_A_SECOND !== undefined) return { mostPauses: 0 };
  const { MAX_CONCURRENT_ACTIVITIES, MAX_PAUSED_ACTIVITIES } = configuration;
  return {
    mostPauses: MAX_PAUSED_ACTIVITIES ?? Math.floor(MAX_CONCURRENT_ACTIVITIES / 2),
  };
}

/** The SDK tells activities once the grace is over; those that only pause need not wait for it. */
function onShutdown(worker: Worker, act: () => void): void {
  const shutdown = worker.shutdown.bind(worker);
  worker.shutdown = () => {
    act();
    shutdown();
  };
}

function credentialsOf(configuration: Configuration) {
  const { DOKU_CLIENT_ID, DOKU_CLIENT_SECRET, DOKU_PRIVATE_KEY, DOKU_AUTH_CODE_SECRET } =
    configuration;
  return {
    clientId: DOKU_CLIENT_ID,
    clientSecret: DOKU_CLIENT_SECRET,
    privateKey: DOKU_PRIVATE_KEY,
    ...(DOKU_AUTH_CODE_SECRET && { authCodeSecret: DOKU_AUTH_CODE_SECRET }),
  };
}
