/**
 * The HTTP servers of a worker process: its health and, where set, DOKU's notifications.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import type { Configuration } from '../configuration/environment.js';
import type { SafeLogger } from '../logger.js';
import { startHealthServer } from './health.js';
import { notificationServerOf } from './notifications/entry.js';

export interface ServersOptions {
  readonly configuration: Configuration;
  /** Tells journeys of DOKU's notifications. */
  readonly client: Client;
  readonly logger: SafeLogger;
  /** The worker's state; `RUNNING` is ready. */
  readonly state: () => string;
}

export interface Servers {
  readonly healthUrl: string;
  readonly notificationsUrl: string | undefined;
  close(): Promise<void>;
}

/** @throws Node's `EADDRINUSE` when a port is taken. */
export async function startServers(options: ServersOptions): Promise<Servers> {
  const { configuration, client, logger, state } = options;
  const health = await startHealthServer({
    host: configuration.HEALTH_HOST,
    port: configuration.HEALTH_PORT,
    state,
  });
  const notifications = await notificationServerOf(configuration, client, logger);
  return {
    healthUrl: health.url,
    notificationsUrl: notifications?.url,
    close: async () => {
      await notifications?.close();
      await health.close();
    },
  };
}
