#!/usr/bin/env node
/**
 * `npm run worker`: one worker process, set by environment variables.
 *
 * @module
 */
import '../client/supported-node.js';
import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { Client } from '@temporalio/client';
import { Runtime, type Worker } from '@temporalio/worker';
import { watchCredentials } from './configuration/credentials.js';
import {
  type Configuration,
  configurationFrom,
  environmentSchema,
  payloadKeysIn,
  WORKER_NAMES,
} from './configuration/environment.js';
import { tellingBy } from './configuration/events.js';
import { isTold, TEMPORALS } from './configuration/program-arguments.js';
import { tellUnread } from './configuration/unknown-names.js';
import { Acceptance } from './doors/acceptance.js';
import { createLogger, temporalLogger } from './logger.js';
import { onStopSignal } from './stop-signals.js';
import { tellLastReconciliation } from './telemetry/last-reconciliation.js';
import { countOpenJourneys } from './telemetry/open-journeys.js';
import { connectToTemporal } from './temporal/connection.js';
import { createDataConverter } from './temporal/encryption.js';
import { refuseOtherMerchant } from './temporal/one-merchant.js';
import { plainPayloadsOf } from './temporal/plain-payloads.js';
import { createWorker } from './temporal/worker.js';

const USAGE = {
  program: 'doku-journeys-worker',
  does: 'runs journeys, one of as many workers as you like',
  variables: [...TEMPORALS, ...Object.keys(environmentSchema.shape)],
  page: 'docs/operating.md',
};

async function main(): Promise<void> {
  if (isTold(process.argv.slice(2), USAGE)) return;
  // Journeys that wait grow old in memory before they are let go; V8 would let the heap double and more before it looks.
  // Less costs purchases a second: at 20, about a quarter of those of a busy worker.
  setFlagsFromString('--heap-growing-percent=50');
  const configuration = configurationFrom(process.env);
  const logger = createLogger({ level: configuration.LOG_LEVEL });
  tellUnread(process.env, WORKER_NAMES, logger);
  installRuntime(configuration, temporalLogger(logger, configuration.LOG_LEVEL));
  const temporal = await connectToTemporal(process.env);
  const { connection, namespace, address } = temporal;
  const keys = payloadKeysIn(configuration);
  const dataConverter = createDataConverter(keys, plainPayloadsOf(configuration, logger));
  const client = new Client({
    connection,
    namespace,
    dataConverter: tellingBy(configuration, dataConverter),
  });
  await refuseOtherMerchant(client, {
    clientId: configuration.DOKU_CLIENT_ID,
    taskQueue: configuration.DOKU_TASK_QUEUE,
  });
  const { credentials } = await watchCredentials({
    environment: process.env,
    configuration,
    logger,
  });
  const acceptance = new Acceptance();
  let running: Worker | undefined;
  // Node tells when the thread of the workflows begins to load, which is half of a start: the servers start meanwhile.
  const loading = once(process, 'worker').then(() => import('./doors/servers.js'));
  const [worker, servers] = await Promise.all([
    createWorker({
      connection,
      namespace,
      configuration,
      credentials,
      dataConverter,
      logger,
      onExchange: (report) => acceptance.heard(report),
    }),
    loading.then(({ startServers }) =>
      startServers({
        configuration,
        client,
        credentials,
        acceptance,
        logger,
        worker: () => running,
      }),
    ),
  ]);
  running = worker;
  const meter = Runtime.instance().metricMeter;
  const gauges = configuration.METRICS_ADDRESS
    ? [
        countOpenJourneys({ client, meter, logger }),
        tellLastReconciliation({
          ...{ client, meter, logger, taskQueue: configuration.DOKU_TASK_QUEUE },
        }),
      ]
    : [];
  // Whoever reads that it is ready may stop it at once.
  onStopSignal(() => worker.shutdown());
  logger.info(
    {
      address,
      namespace,
      taskQueue: configuration.DOKU_TASK_QUEUE,
      url: servers.healthUrl,
      notifications: servers.notificationsUrl,
    },
    'worker is ready',
  );
  try {
    await worker.run();
  } finally {
    for (const gauge of gauges) gauge.stop();
    await servers.close();
    await temporal.close();
  }
  logger.info('worker has stopped');
}

function installRuntime(
  configuration: Configuration,
  logger: ReturnType<typeof temporalLogger>,
): void {
  const bindAddress = configuration.METRICS_ADDRESS;
  Runtime.install({
    logger,
    // Signals are ours: the first one drains, the second one ends at once.
    shutdownSignals: [],
    telemetryOptions: {
      logging: { forward: {}, filter: { core: 'WARN' } },
      ...(bindAddress && { metrics: { prometheus: { bindAddress } } }),
    },
  });
}

main().catch((error: Error & { code?: string }) => {
  const message =
    error.code === 'EADDRINUSE'
      ? 'HEALTH_PORT or NOTIFICATIONS_PORT: the port is taken'
      : error.message;
  process.stderr.write(`worker: ${message}\n`);
  process.exit(1);
});
