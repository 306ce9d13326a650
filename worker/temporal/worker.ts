import { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { type NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { OnStanding } from '../../activities/events/standing.js';
import { createActivities } from '../../activities/index.js';
import type { OnExchange } from '../../activities/snap/exchange-report.js';
import { credentialsIn, type DokuCredentials } from '../configuration/credentials.js';
import type { Configuration } from '../configuration/environment.js';
import { eventSettingsIn, tellingBy } from '../configuration/events.js';
import type { SafeLogger } from '../logger.js';
import { callTelemetry } from '../telemetry/doku-calls.js';
import { ACTIVATION_LIMIT } from './activation-limit.js';
import { ofJourneys } from './asked-by-journeys.js';
import { workerDataConverter } from './encryption.js';
import { workflowBundle } from './workflow-bundle.js';

export interface JourneyWorkerOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly configuration: Configuration;
  /** Read anew for each call. Default: those of the configuration. */
  readonly credentials?: DokuCredentials;
  readonly dataConverter: DataConverter;
  /** Told of each call to DOKU. */
  readonly onExchange?: OnExchange;
  /** Told when the receiver of events takes none, and when it takes them again. Default: the log. */
  readonly onEventStanding?: OnStanding;
  readonly logger: SafeLogger;
}

/** How long a task waits for the worker that has its journey in memory: a killed one's journeys stand still for as long. */
const STICKY_TIMEOUT = '5 seconds';

/** A worker for all journeys. Its `run()` ends after `shutdown()`, once it has finished what it holds. */
export async function createWorker(options: JourneyWorkerOptions): Promise<Worker> {
  const { connection, namespace, configuration, logger } = options;
  const { credentials = credentialsIn(configuration) } = options;
  const events = eventSettingsIn(configuration, credentials);
  const dataConverter = tellingBy(configuration, options.dataConverter);
  const client = new Client({ connection, namespace, dataConverter });
  const taskQueue = configuration.DOKU_TASK_QUEUE;
  const draining = new AbortController();
  const telemetry = callTelemetry(logger, Runtime.instance().metricMeter);
  const activities = createActivities({
    ...(events && { events }),
    onEventStanding: options.onEventStanding ?? standingTo(logger),
    client,
    taskQueue,
    credentials,
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
    onExchange: (exchange) => {
      options.onExchange?.(exchange);
      telemetry(exchange);
    },
  });
  const inbound = ofJourneys(client, configuration.ACCEPT_UNNAMED_CALLS);
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue,
    activities,
    dataConverter: workerDataConverter(dataConverter),
    workflowBundle: await workflowBundle(logger),
    interceptors: { activity: [() => ({ inbound })] },
    maxConcurrentActivityTaskExecutions: configuration.MAX_CONCURRENT_ACTIVITIES,
    // Temporal itself keeps the limit for the whole fleet; by priority, so that reads give way to money.
    ...(configuration.MAX_CALLS_A_SECOND && {
      maxTaskQueueActivitiesPerSecond: configuration.MAX_CALLS_A_SECOND,
    }),
    maxConcurrentWorkflowTaskExecutions: configuration.MAX_CONCURRENT_WORKFLOW_TASKS,
    maxCachedWorkflows: configuration.MAX_CACHED_WORKFLOWS,
    stickyQueueScheduleToStartTimeout: STICKY_TIMEOUT,
    shutdownGraceTime: configuration.SHUTDOWN_GRACE_MS,
    ...ACTIVATION_LIMIT,
  });
  onShutdown(worker, () => draining.abort());
  return worker;
}

const standingTo =
  (logger: SafeLogger): OnStanding =>
  (why) => {
    if (why === undefined) logger.info('EVENTS_URL takes events again');
    else logger.warn({ detail: why }, 'EVENTS_URL takes no events: they wait, and are tried again');
  };

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
