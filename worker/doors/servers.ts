/**
 * The HTTP servers of a worker process: its health and, where set, DOKU's notifications.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import type { Worker } from '@temporalio/worker';
import type { DokuCredentials } from '../configuration/credentials.js';
import type { Configuration } from '../configuration/environment.js';
import type { SafeLogger } from '../logger.js';
import type { Acceptance } from './acceptance.js';
import { startHealthServer } from './health.js';
import { notificationServerOf } from './notifications/entry.js';
import { Readiness } from './readiness.js';

export interface ServersOptions {
  readonly configuration: Configuration;
  /** On the worker's own connection: tells journeys of DOKU's notifications, and whether Temporal is there. */
  readonly client: Client;
  readonly credentials: DokuCredentials;
  readonly logger: SafeLogger;
  readonly acceptance: Acceptance;
  /** Nothing until it is made. */
  readonly worker: () => Pick<Worker, 'getState' | 'getStatus'> | undefined;
}

export interface Servers {
  readonly healthUrl: string;
  readonly notificationsUrl: string | undefined;
  close(): Promise<void>;
}

/** @throws Node's `EADDRINUSE` when a port is taken. */
export async function startServers(options: ServersOptions): Promise<Servers> {
  const { configuration, client, credentials, logger, worker } = options;
  const readiness = new Readiness({ ...options, clientId: configuration.DOKU_CLIENT_ID });
  const health = await startHealthServer({
    host: configuration.HEALTH_HOST,
    port: configuration.HEALTH_PORT,
    state: () => worker()?.getState() ?? 'INITIALIZED',
    reasons: () => readiness.reasons(),
  });
  const notifications = await notificationServerOf(configuration, client, logger, credentials);
  return {
    healthUrl: health.url,
    notificationsUrl: notifications?.url,
    close: async () => {
      await notifications?.close();
      await health.close();
    },
  };
}
