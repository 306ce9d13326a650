#!/usr/bin/env node
/**
 * `npm run worker`: one worker process, set by environment variables.
 *
 * @module
 */
import { Client } from '@temporalio/client';
import { Runtime } from '@temporalio/worker';
import { type Configuration, configurationFrom, payloadKeysIn } from './configuration.js';
import { connectToTemporal } from './connection.js';
import { createDataConverter, EncryptingPayloadCodec } from './encryption.js';
import { startHealthServer } from './health.js';
import { createLogger, temporalLogger } from './logger.js';
import { notificationServerOf } from './notification-entry.js';
import { createWorker } from './worker.js';

async function main(): Promise<void> {
  const configuration = configurationFrom(process.env);
  const logger = createLogger({ level: configuration.LOG_LEVEL });
  installRuntime(configuration, temporalLogger(logger, configuration.LOG_LEVEL));
  const { connection, namespace, address } = await connectToTemporal();
  const keys = payloadKeysIn(configuration);
  const dataConverter = createDataConverter(keys);
  const worker = await createWorker({
    connection,
    namespace,
    configuration,
    dataConverter,
    logger,
  });
  const health = await startHealthServer({
    host: configuration.HEALTH_HOST,
    port: configuration.HEALTH_PORT,
    state: () => worker.getState(),
    ...(configuration.CODEC_ALLOWED_ORIGINS.length > 0 && {
      codec: {
        codec: new EncryptingPayloadCodec(keys),
        allowedOrigins: configuration.CODEC_ALLOWED_ORIGINS,
      },
    }),
  });
  const client = new Client({ connection, namespace, dataConverter });
  const notifications = await notificationServerOf(configuration, client, logger);
  logger.info(
    {
      address,
      namespace,
      taskQueue: configuration.DOKU_TASK_QUEUE,
      url: health.url,
      notifications: notifications?.url,
    },
    'worker is ready',
  );
  stopOnSignal(() => worker.shutdown());
  try {
    await worker.run();
  } finally {
    await notifications?.close();
    await health.close();
    await connection.close();
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

function stopOnSignal(drain: () => void): void {
  let isDraining = false;
  const stop = () => {
    if (isDraining) process.exit(130);
    isDraining = true;
    drain();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

main().catch((error: Error & { code?: string }) => {
  const message =
    error.code === 'EADDRINUSE'
      ? 'HEALTH_PORT or NOTIFICATIONS_PORT: the port is taken'
      : error.message;
  process.stderr.write(`worker: ${message}\n`);
  process.exit(1);
});
