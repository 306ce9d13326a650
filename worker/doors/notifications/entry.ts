import type { Client } from '@temporalio/client';
import type { Configuration } from '../../configuration/environment.js';
import type { SafeLogger } from '../../logger.js';
import { type NotificationServer, startNotificationServer } from './door.js';
import { notificationTokens } from './token.js';
import { notificationWork } from './work.js';

/** The entry for DOKU's notifications, where the configuration asks for one. */
export async function notificationServerOf(
  configuration: Configuration,
  client: Client,
  logger: SafeLogger,
): Promise<NotificationServer | undefined> {
  const { NOTIFICATIONS_PORT, DOKU_CLIENT_ID, DOKU_PUBLIC_KEY } = configuration;
  if (NOTIFICATIONS_PORT === undefined || DOKU_PUBLIC_KEY === undefined) return undefined;
  return startNotificationServer({
    host: configuration.NOTIFICATIONS_HOST,
    port: NOTIFICATIONS_PORT,
    path: configuration.NOTIFICATIONS_PATH,
    tokenPath: configuration.NOTIFICATIONS_TOKEN_PATH,
    requestsASecond: configuration.NOTIFICATIONS_A_SECOND,
    identity: {
      clientId: DOKU_CLIENT_ID,
      clientSecret: configuration.DOKU_CLIENT_SECRET,
      dokuPublicKey: DOKU_PUBLIC_KEY,
      tokens: notificationTokens(DOKU_CLIENT_ID, configuration.DOKU_PRIVATE_KEY),
    },
    act: notificationWork(client, configuration.DOKU_TASK_QUEUE),
    logger,
  });
}
