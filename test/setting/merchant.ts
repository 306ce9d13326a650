import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { type Sandbox, startSandbox } from '../../sandbox/server.js';
import { configurationFrom, payloadKeysIn } from '../../worker/configuration/environment.js';
import { createLogger } from '../../worker/logger.js';
import { createDataConverter, payloadKeysOf } from '../../worker/temporal/encryption.js';
import { createWorker } from '../../worker/temporal/worker.js';
import { assertAllReplay } from './histories.js';
import { clientWith, newPayloadKey } from './payload-keys.js';
import { Shop } from './shop.js';

export interface MerchantOptions {
  readonly temporal: TestWorkflowEnvironment;
  /** Of the worker, and of the client unless another is given. By default a key of its own. */
  readonly payloadKeys?: string;
  /** Encrypts with `payloadKeys`. */
  readonly client?: Client;
  readonly taskQueue?: string;
  /** More of the worker's environment variables. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A merchant on a Temporal server that is there already: a DOKU sandbox and a worker of its own. */
export interface Merchant {
  readonly sandbox: Sandbox;
  readonly shop: Shop;
  readonly client: Client;
  /** Ends the worker and starts another, whose memory is empty, with more or other keys where given. */
  renewWorker(payloadKeys?: string): Promise<void>;
  stop(): Promise<void>;
}

export async function openMerchant(options: MerchantOptions): Promise<Merchant> {
  const { temporal, taskQueue = 'doku-journeys', payloadKeys = newPayloadKey() } = options;
  const client = options.client ?? clientWith(temporal.connection, payloadKeys);
  // Several may begin within one millisecond.
  const clientId = `BRN-${randomUUID().slice(0, 18)}`;
  const sandbox = await startSandbox({ port: 0, clientId });
  const configurationWith = (keys: string) =>
    configurationFrom({
      DOKU_BASE_URL: sandbox.url,
      DOKU_CLIENT_ID: clientId,
      DOKU_CLIENT_SECRET: sandbox.clientSecret,
      DOKU_PRIVATE_KEY: sandbox.merchantPrivateKeyPem,
      DOKU_AUTH_CODE_SECRET: sandbox.authCodeSecret,
      DOKU_TASK_QUEUE: taskQueue,
      PAYLOAD_KEYS: keys,
      SHUTDOWN_GRACE_MS: '1000',
      LOG_LEVEL: 'error',
      ...options.environment,
      DOKU_SNAP_SETTINGS: JSON.stringify({
        corporateAccountNo: sandbox.corporateAccountNo,
        ...JSON.parse(options.environment?.DOKU_SNAP_SETTINGS ?? '{}'),
      }),
    });
  const startWorker = async (keys = payloadKeys) => {
    const configuration = configurationWith(keys);
    const worker = await createWorker({
      connection: temporal.nativeConnection,
      namespace: 'default',
      configuration,
      dataConverter: createDataConverter(payloadKeysIn(configuration), {
        // Where time is skipped, it is no machine's.
        ...(temporal.supportsTimeSkipping && { now: () => temporal.currentTimeMs() }),
      }),
      logger: createLogger({ level: configuration.LOG_LEVEL }),
    });
    const running = worker.run();
    return async () => {
      worker.shutdown();
      await running;
    };
  };
  const keysSeen = new Set(payloadKeys.split(','));
  let stopWorker = await startWorker();
  return {
    sandbox,
    client,
    shop: new Shop(client, sandbox.url, taskQueue),
    renewWorker: async (keys) => {
      for (const key of keys?.split(',') ?? []) keysSeen.add(key);
      await stopWorker();
      stopWorker = await startWorker(keys);
    },
    stop: async () => {
      await stopWorker();
      await sandbox.close();
      const dataConverter = createDataConverter(payloadKeysOf([...keysSeen].join(',')));
      // The time-skipping server cannot list what it has run.
      if (!temporal.supportsTimeSkipping)
        await assertAllReplay({ client, dataConverter, taskQueue });
    },
  };
}
