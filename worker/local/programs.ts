/**
 * The programs of a site on one machine, and what each is told.
 *
 * @module
 */
import { configurationFrom } from '../configuration/environment.js';
import { type LocalSecrets, publicKeyOf } from './merchant.js';
import type { Ports } from './ports.js';
import type { Program } from './processes.js';

/** Where DOKU's notifications arrive at the worker. */
export const NOTIFY_PATH = '/v1.0/debit/notify';

/** A person watches: ask more often than a fleet would, and end at once. */
export const IMPATIENT: Readonly<Record<string, string>> = {
  SHUTDOWN_GRACE_MS: '1000',
  POLL_FIRST_MS: '1000',
  POLL_MOST_MS: '3000',
  EVENTS_LONGEST_PAUSE: '5 seconds',
};

export interface SiteParts {
  readonly secrets: LocalSecrets;
  readonly ports: Ports;
  readonly temporalAddress: string;
  readonly uiUrl: string;
  /** Of the gateway. */
  readonly keysFile: string;
  readonly workers: number;
  readonly booksFile: string | undefined;
}

interface Placed extends Program {
  readonly where: string;
}

/** The sandbox, the workers, the codec and the gateway. */
export function programsOf(parts: SiteParts): Placed[] {
  return [sandbox(parts), ...workers(parts), codec(parts), gateway(parts)];
}

/**
 * What one more worker, gateway or codec is told beside those that run, by its program's name: on free ports, as the usual ones
 * are taken.
 *
 * @param worker - more of a worker's variables.
 */
export function oneMoreOfEach(
  parts: SiteParts,
  worker: Program['environment'],
): Readonly<Record<string, Program['environment']>> {
  const free = { ...parts, ports: { ...parts.ports, codec: 0, gateway: 0 }, workers: 2 };
  const [, another] = workers(free);
  return {
    'doku-journeys-worker': { ...another?.environment, ...worker },
    'doku-journeys-gateway': gateway(free).environment,
    'doku-journeys-codec': codec(free).environment,
  };
}

/**
 * Before anything starts: what a worker would be told.
 *
 * @param more - of its variables.
 * @throws ConfigurationError naming each variable that is wrong.
 */
export function checkWorkerSettings(parts: SiteParts, more: NodeJS.ProcessEnv): void {
  const [worker] = workers(parts);
  configurationFrom({ ...more, ...worker?.environment });
}

const at = (port: number) => `http://127.0.0.1:${port}`;

function sandbox({ secrets, ports, booksFile }: SiteParts): Placed {
  return {
    name: 'sandbox',
    file: 'sandbox/main.ts',
    where: at(ports.sandbox),
    isReady: /^\{"url":/,
    environment: {
      SANDBOX_PORT: String(ports.sandbox),
      SANDBOX_MERCHANT_PUBLIC_KEY: publicKeyOf(secrets.merchantPrivateKey),
      SANDBOX_DOKU_PRIVATE_KEY: secrets.dokuPrivateKey,
      SANDBOX_NOTIFY_URL: `${at(ports.notifications)}${NOTIFY_PATH}`,
      SANDBOX_BOOKS_FILE: booksFile,
      DOKU_CLIENT_ID: secrets.clientId,
      DOKU_CLIENT_SECRET: secrets.clientSecret,
      DOKU_AUTH_CODE_SECRET: secrets.authCodeSecret,
    },
  };
}

/** The first takes DOKU's notifications, and has the usual port for its health. */
function workers({ secrets, ports, temporalAddress, workers: count }: SiteParts): Placed[] {
  const environment = {
    ...IMPATIENT,
    TEMPORAL_ADDRESS: temporalAddress,
    DOKU_BASE_URL: at(ports.sandbox),
    DOKU_CLIENT_ID: secrets.clientId,
    DOKU_CLIENT_SECRET: secrets.clientSecret,
    DOKU_AUTH_CODE_SECRET: secrets.authCodeSecret,
    DOKU_PRIVATE_KEY: secrets.merchantPrivateKey,
    DOKU_PUBLIC_KEY: publicKeyOf(secrets.dokuPrivateKey),
    DOKU_SNAP_SETTINGS: JSON.stringify({ corporateAccountNo: CORPORATE_ACCOUNT_NO }),
    PAYLOAD_KEYS: secrets.payloadKeys,
    HEALTH_PORT: '0',
  };
  const first = {
    HEALTH_PORT: String(ports.health),
    NOTIFICATIONS_PORT: String(ports.notifications),
    NOTIFICATIONS_PATH: NOTIFY_PATH,
  };
  return Array.from({ length: count }, (_, index) => ({
    name: count === 1 ? 'worker' : `worker-${index + 1}`,
    file: 'worker/main.ts',
    where: index === 0 ? `${at(ports.health)}/ready` : 'one more',
    isReady: /"worker is ready"/,
    // What is inherited of notifications is the first's.
    environment: { ...environment, ...(index === 0 ? first : { DOKU_SECOND_PUBLIC_KEY: '' }) },
  }));
}

/** The sandbox's own, where it is not told another. */
const CORPORATE_ACCOUNT_NO = '8800000001';

function codec({ secrets, ports, uiUrl }: SiteParts): Placed {
  return {
    name: 'codec',
    file: 'worker/doors/codec/main.ts',
    where: at(ports.codec),
    isReady: /"codec is ready"/,
    environment: {
      PAYLOAD_KEYS: secrets.payloadKeys,
      CODEC_PORT: String(ports.codec),
      CODEC_TOKEN: secrets.codecToken,
      CODEC_ALLOWED_ORIGINS: `${uiUrl},${uiUrl.replace('127.0.0.1', 'localhost')}`,
    },
  };
}

function gateway({ secrets, ports, temporalAddress, keysFile }: SiteParts): Placed {
  return {
    name: 'gateway',
    file: 'gateway/main.ts',
    where: `${at(ports.gateway)}/docs`,
    isReady: /"gateway is ready"/,
    environment: {
      TEMPORAL_ADDRESS: temporalAddress,
      PAYLOAD_KEYS: secrets.payloadKeys,
      GATEWAY_PORT: String(ports.gateway),
      GATEWAY_KEYS_FILE: keysFile,
    },
  };
}
