import type { ClientOptions, ConnectionPlugin } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { searchAttributes } from '../../contract/search-attributes.js';
import { obtain, TEST_SERVER } from '../../worker/local/binaries.js';
import { createDataConverter, payloadKeysOf } from '../../worker/temporal/encryption.js';
import { type Merchant, openMerchant } from './merchant.js';
import { newPayloadKey } from './payload-keys.js';

/** Temporal's number for the type of a search attribute. */
const KEYWORD = 2;

/** The server hangs up on a client that pings it every 30 s, and with that on a `sleep` of a minute. */
const withoutPings: ConnectionPlugin = {
  name: 'without-pings',
  configureConnection: (options) => ({
    ...options,
    channelArgs: {
      ...options.channelArgs,
      'grpc.keepalive_permit_without_calls': 0,
      'grpc.keepalive_time_ms': 2 ** 31 - 1,
    },
  }),
};

/** Temporal's time-skipping server alone, with the search attributes of journeys. */
export async function openSkippingServer(
  client: Pick<ClientOptions, 'dataConverter'> = {},
): Promise<TestWorkflowEnvironment> {
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: await obtain(TEST_SERVER) },
    client,
    plugins: [withoutPings],
  });
  await environment.connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(
      Object.values(searchAttributes).map(({ name }) => [name, KEYWORD]),
    ),
  });
  return environment;
}

/** Temporal's time-skipping server with the sandbox and a worker: days pass in moments. */
export interface SkippingStack extends Omit<Merchant, 'renewWorker'> {
  readonly environment: TestWorkflowEnvironment;
}

/** @param worker - more of the worker's environment variables. */
export async function startSkippingStack(
  worker: Readonly<Record<string, string>> = {},
): Promise<SkippingStack> {
  const payloadKeys = newPayloadKey();
  const keys = payloadKeysOf(payloadKeys);
  const now = (): Promise<number> => environment.currentTimeMs();
  const environment = await openSkippingServer({
    dataConverter: createDataConverter(keys, { now }),
  });
  const { client } = environment;
  const merchant = await openMerchant({
    temporal: environment,
    client,
    payloadKeys,
    // Pauses of activities pass in real time.
    environment: { MAX_PAUSED_ACTIVITIES: '0', ...worker },
  });
  return {
    ...merchant,
    environment,
    stop: async () => {
      await merchant.stop();
      await environment.teardown();
    },
  };
}
