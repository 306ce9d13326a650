/**
 * Everything on one machine: Temporal's dev server, the DOKU sandbox and a worker, wired with keys made on the
 * spot.
 *
 * @module
 */
import { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Worker } from '@temporalio/worker';
import type { OnStanding } from '../../activities/events/standing.js';
import { type KeyEntry, keyAuthentication } from '../../gateway/access/keys.js';
import { Readiness } from '../../gateway/readiness.js';
import { type RunningGateway, startGateway } from '../../gateway/server.js';
import type { SandboxOptions } from '../../sandbox/doku/settings.js';
import { type Sandbox, startSandbox } from '../../sandbox/server.js';
import { watchCredentials } from '../configuration/credentials.js';
import {
  type Configuration,
  configurationFrom,
  payloadKeysIn,
} from '../configuration/environment.js';
import { tellingBy } from '../configuration/events.js';
import { auditTo, codecLogger } from '../doors/codec/audit.js';
import { machineTokenAuthentication } from '../doors/codec/machine-token.js';
import { type CodecServer, startCodecServer } from '../doors/codec/server.js';
import { notificationServerOf } from '../doors/notifications/entry.js';
import { createLogger, type SafeLogger } from '../logger.js';
import { createDataConverter, EncryptingPayloadCodec } from '../temporal/encryption.js';
import type { PayloadKeys } from '../temporal/payload-keys.js';
import { plainPayloadsOf } from '../temporal/plain-payloads.js';
import { createWorker } from '../temporal/worker.js';
import { startDevServer } from './dev-server.js';
import { freePort } from './free-port.js';
import { type LocalSecrets, newPayloadKey, newToken, sandboxOptionsOf } from './merchant.js';
import { IMPATIENT, NOTIFY_PATH } from './programs.js';

export interface StackOptions {
  readonly sandbox?: SandboxOptions;
  readonly temporalPort?: number;
  /** With a UI on this port, and the codec it needs, which has a port and a token of its own. */
  readonly uiPort?: number;
  /** Made up for this run without, the merchant's by the sandbox. */
  readonly secrets?: LocalSecrets;
  /** More of the worker's environment variables. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The codec's; a free one without it. */
  readonly codecPort?: number;
  /** With a gateway on this port; it knows the API key of the secrets. */
  readonly gatewayPort?: number;
  /** In place of that one key: the keys as they are now. */
  readonly gatewayKeys?: () => Promise<readonly KeyEntry[]>;
  /** Has the sandbox notify the worker. */
  readonly takesNotifications?: boolean;
  /** Where; a free one without it. */
  readonly notificationsPort?: number;
  /** A file that keeps Temporal's data over a restart; in memory without one. */
  readonly dbFilename?: string;
  /** Told when the receiver of events takes none, and when it takes them again; the log without it. */
  readonly onEventStanding?: OnStanding;
  /** Told of each part as it is ready. */
  readonly onReady?: (part: 'sandbox' | 'temporal' | 'worker' | 'gateway', where: string) => void;
}

export interface Stack {
  readonly sandbox: Sandbox;
  readonly temporal: TestWorkflowEnvironment;
  readonly client: Client;
  readonly dataConverter: DataConverter;
  readonly configuration: Configuration;
  readonly logger: SafeLogger;
  readonly worker: Worker;
  readonly uiUrl: string | undefined;
  /** For `--codec-endpoint` of Temporal's own CLI. The token is in it: it is for this machine and this run. */
  readonly codecEndpoint: string | undefined;
  readonly gatewayUrl: string | undefined;
  /** Stops all parts, last started first. May be called again. */
  stop(): Promise<void>;
}

/** @throws whatever a part fails with, once those before it are stopped again. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const started: (() => Promise<void>)[] = [];
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      for (const end of started.reverse()) await end();
    })();
    return stopping;
  };
  try {
    return { ...(await startParts(options, started)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(
  options: StackOptions,
  started: (() => Promise<void>)[],
): Promise<Omit<Stack, 'stop'>> {
  const notificationsPort = options.takesNotifications
    ? options.notificationsPort || (await freePort())
    : undefined;
  const sandbox = await startSandbox({
    port: 0,
    ...(options.secrets && sandboxOptionsOf(options.secrets)),
    ...(notificationsPort && { notifyUrl: `http://127.0.0.1:${notificationsPort}${NOTIFY_PATH}` }),
    ...options.sandbox,
  });
  started.push(() => sandbox.close());
  options.onReady?.('sandbox', sandbox.url);

  const uiUrl = options.uiPort === undefined ? undefined : `http://127.0.0.1:${options.uiPort}`;
  const environment = environmentOf(sandbox, options, notificationsPort);
  const configuration = configurationFrom(environment);
  const keys = payloadKeysIn(configuration);
  const logger = createLogger({ level: configuration.LOG_LEVEL });
  const dataConverter = createDataConverter(keys, plainPayloadsOf(configuration, logger));
  const { credentials, stop } = await watchCredentials({ environment, configuration, logger });
  started.push(async () => stop());
  let worker: Worker | undefined;
  let codecEndpoint: string | undefined;
  if (uiUrl !== undefined) {
    const token = options.secrets?.codecToken ?? newToken();
    const codec = await startLocalCodec({ keys, uiUrl, token, port: options.codecPort ?? 0 });
    started.push(codec.close);
    codecEndpoint = `${codec.url}/${token}`;
  }

  const temporal = await startDevServer({
    dataConverter,
    ...(options.temporalPort !== undefined && { port: options.temporalPort }),
    ...(options.uiPort !== undefined && { uiPort: options.uiPort }),
    ...(codecEndpoint && { codecUrl: codecEndpoint }),
    ...(options.dbFilename !== undefined && { dbFilename: options.dbFilename }),
  });
  started.push(() => temporal.teardown());
  options.onReady?.('temporal', uiUrl ?? temporal.address);

  worker = await createWorker({
    connection: temporal.nativeConnection,
    namespace: 'default',
    configuration,
    credentials,
    dataConverter,
    logger,
    ...(options.onEventStanding && { onEventStanding: options.onEventStanding }),
  });
  const running = worker.run();
  // Whoever stops the stack hears of a worker that failed.
  running.catch(() => {});
  started.push(async () => {
    if (worker?.getState() === 'RUNNING') worker.shutdown();
    await running;
  });
  options.onReady?.('worker', configuration.DOKU_TASK_QUEUE);
  const client = new Client({ connection: temporal.connection, dataConverter });
  const notifications = await notificationServerOf(
    configuration,
    new Client({
      connection: temporal.connection,
      dataConverter: tellingBy(configuration, dataConverter),
    }),
    logger,
    credentials,
  );
  if (notifications) started.push(notifications.close);
  const gateway = await startLocalGateway(options, { client, configuration, logger });
  if (gateway) {
    started.push(gateway.close);
    options.onReady?.('gateway', gateway.url);
  }
  return {
    sandbox,
    temporal,
    client,
    dataConverter,
    configuration,
    logger,
    worker,
    uiUrl,
    codecEndpoint,
    gatewayUrl: gateway?.url,
  };
}

/** Its audit would stand within a story that somebody reads. */
async function startLocalGateway(
  { gatewayPort, gatewayKeys, secrets }: StackOptions,
  { client, configuration, logger }: Pick<Stack, 'client' | 'configuration' | 'logger'>,
): Promise<RunningGateway | undefined> {
  if (gatewayPort === undefined || secrets === undefined) return undefined;
  const taskQueue = configuration.DOKU_TASK_QUEUE;
  const readiness = new Readiness({ client, taskQueue, mistakes: () => [] });
  return startGateway({
    host: '127.0.0.1',
    port: gatewayPort,
    client,
    taskQueue,
    authenticate: keyAuthentication(gatewayKeys ?? (() => [secrets.apiKey.entry])),
    audit: () => {},
    logger,
    reasons: () => readiness.reasons(),
  });
}

interface LocalCodec {
  readonly keys: PayloadKeys;
  readonly uiUrl: string;
  readonly token: string;
  readonly port: number;
}

/** Reads as an operator would: without what is a person's. */
function startLocalCodec({ keys, uiUrl, token, port }: LocalCodec): Promise<CodecServer> {
  return startCodecServer({
    host: '127.0.0.1',
    port,
    codec: new EncryptingPayloadCodec(keys),
    allowedOrigins: [uiUrl, uiUrl.replace('127.0.0.1', 'localhost')],
    authenticate: machineTokenAuthentication(token, false),
    // What was read stands beside a story that somebody reads: only what was refused is told.
    audit: auditTo(codecLogger({ level: 'warn' })),
  });
}

/** What an operator would set, made up for one run. */
function environmentOf(
  sandbox: Sandbox,
  options: StackOptions,
  notificationsPort: number | undefined,
): Record<string, string> {
  const merchantPrivateKey = options.secrets?.merchantPrivateKey ?? sandbox.merchantPrivateKeyPem;
  if (merchantPrivateKey === undefined)
    throw new Error(
      "a sandbox that was given the merchant's public key needs the private one here",
    );
  return {
    DOKU_BASE_URL: sandbox.url,
    DOKU_CLIENT_ID: sandbox.clientId,
    DOKU_CLIENT_SECRET: sandbox.clientSecret,
    DOKU_PRIVATE_KEY: merchantPrivateKey,
    DOKU_AUTH_CODE_SECRET: sandbox.authCodeSecret,
    PAYLOAD_KEYS: options.secrets?.payloadKeys ?? newPayloadKey(),
    HEALTH_PORT: '0',
    LOG_LEVEL: 'warn',
    ...IMPATIENT,
    ...(notificationsPort && {
      NOTIFICATIONS_PORT: String(notificationsPort),
      NOTIFICATIONS_PATH: NOTIFY_PATH,
      DOKU_PUBLIC_KEY: sandbox.dokuPublicKeyPem,
    }),
    ...options.environment,
    DOKU_SNAP_SETTINGS: JSON.stringify({
      corporateAccountNo: sandbox.corporateAccountNo,
      ...JSON.parse(options.environment?.DOKU_SNAP_SETTINGS ?? '{}'),
    }),
  };
}
