import { randomBytes } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { type Sandbox, startSandbox } from '../sandbox/server.js';
import { configurationFrom, payloadKeysIn } from '../worker/configuration.js';
import { createDataConverter } from '../worker/encryption.js';
import { obtain, TEST_SERVER } from '../worker/local/binaries.js';
import { createLogger } from '../worker/logger.js';
import { createWorker } from '../worker/worker.js';
import { searchAttributes } from '../workflows/search-attributes.js';
import { Shop } from './shop.js';

/** Temporal's number for the type of a search attribute. */
const KEYWORD = 2;

/** Temporal's time-skipping server with the sandbox and a worker: days pass in moments. */
export interface SkippingStack {
  readonly environment: TestWorkflowEnvironment;
  readonly client: Client;
  readonly sandbox: Sandbox;
  readonly shop: Shop;
  stop(): Promise<void>;
}

export async function startSkippingStack(): Promise<SkippingStack> {
  const sandbox = await startSandbox({ port: 0 });
  const configuration = configurationFrom({
    DOKU_BASE_URL: sandbox.url,
    DOKU_CLIENT_ID: sandbox.clientId,
    DOKU_CLIENT_SECRET: sandbox.clientSecret,
    DOKU_PRIVATE_KEY: sandbox.merchantPrivateKeyPem,
    DOKU_AUTH_CODE_SECRET: sandbox.authCodeSecret,
    PAYLOAD_KEYS: `test:${randomBytes(32).toString('base64')}`,
    DOKU_SNAP_SETTINGS: JSON.stringify({ corporateAccountNo: sandbox.corporateAccountNo }),
    SHUTDOWN_GRACE_MS: '1000',
  });
  const dataConverter = createDataConverter(payloadKeysIn(configuration));
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: await obtain(TEST_SERVER) },
    client: { dataConverter },
  });
  await environment.connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(
      Object.values(searchAttributes).map(({ name }) => [name, KEYWORD]),
    ),
  });
  const worker = await createWorker({
    connection: environment.nativeConnection,
    namespace: 'default',
    configuration,
    dataConverter,
    logger: createLogger({ level: 'error' }),
  });
  const running = worker.run();
  return {
    environment,
    client: environment.client,
    sandbox,
    shop: new Shop(environment.client, sandbox.url),
    stop: async () => {
      worker.shutdown();
      await running;
      await environment.teardown();
      await sandbox.close();
    },
  };
}
