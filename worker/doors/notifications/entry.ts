import type { Client } from '@temporalio/client';
import { Runtime } from '@temporalio/worker';
import { credentialsIn, type DokuCredentials } from '../../configuration/credentials.js';
import type { Configuration } from '../../configuration/environment.js';
import type { SafeLogger } from '../../logger.js';
import type { NotificationIdentity } from './checks.js';
import { type NotificationServer, startNotificationServer } from './door.js';
import { CHECKS, type Check } from './refusal.js';
import { notificationTokens } from './token.js';
import { notificationWork } from './work.js';

/**
 * The entry for DOKU's notifications, where the configuration asks for one.
 *
 * @param credentials - read anew for each request. Default: those of the configuration.
 */
export async function notificationServerOf(
  configuration: Configuration,
  client: Client,
  logger: SafeLogger,
  credentials: DokuCredentials = credentialsIn(configuration),
): Promise<NotificationServer | undefined> {
  const { NOTIFICATIONS_PORT } = configuration;
  if (NOTIFICATIONS_PORT === undefined) return undefined;
  return startNotificationServer({
    host: configuration.NOTIFICATIONS_HOST,
    port: NOTIFICATIONS_PORT,
    path: configuration.NOTIFICATIONS_PATH,
    tokenPath: configuration.NOTIFICATIONS_TOKEN_PATH,
    signedPath: configuration.NOTIFICATIONS_SIGNED_PATH,
    requestsASecond: configuration.NOTIFICATIONS_A_SECOND,
    trustedProxies: configuration.TRUST_PROXY,
    identity: identityOf(credentials),
    act: notificationWork(client, configuration.DOKU_TASK_QUEUE),
    logger,
    count: refusalCounter(),
  });
}

const identityOf = (credentials: DokuCredentials): NotificationIdentity => ({
  clientId: credentials.clientId,
  get clientSecrets() {
    const { clientSecret, secondClientSecret } = credentials;
    return secondClientSecret === undefined ? [clientSecret] : [clientSecret, secondClientSecret];
  },
  get dokuPublicKeys() {
    return credentials.dokuPublicKeys;
  },
  tokens: notificationTokens(credentials),
});

function refusalCounter(): (check: Check) => void {
  const counter = Runtime.instance().metricMeter.createCounter(
    'doku_journeys_notifications_refused',
    '1',
    "requests at the entry for DOKU's notifications that were refused, by the check that failed",
  );
  // From zero, so that the first one is an increase.
  for (const check of CHECKS) counter.add(0, { check });
  return (check) => counter.add(1, { check });
}
