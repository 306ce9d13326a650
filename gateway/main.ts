#!/usr/bin/env node
/**
 * `npm run gateway`: one gateway, set by environment variables; `npm run gateway -- key …` makes an API key.
 *
 * @module
 */
import '../client/supported-node.js';
import { Client, Connection } from '@temporalio/client';
import { isTold, KEYS, TEMPORALS } from '../worker/configuration/program-arguments.js';
import { tellUnread } from '../worker/configuration/unknown-names.js';
import { createLogger } from '../worker/safe-logger.js';
import { onStopSignal } from '../worker/stop-signals.js';
import { followApiKey } from '../worker/temporal/api-key.js';
import { createDataConverter, plainPayloadsFrom } from '../worker/temporal/encryption.js';
import { auditLog } from './access/audit.js';
import { authenticationOf } from './access/authentication.js';
import { KEY_USAGE, makeKey } from './access/key-command.js';
import { KeysFile } from './access/keys-file.js';
import {
  GATEWAY_NAMES,
  gatewayConfigurationFrom,
  gatewayEnvironmentSchema,
} from './configuration.js';
import { Readiness } from './readiness.js';
import { startGateway } from './server.js';

const USAGE = {
  program: 'doku-journeys-gateway',
  does: 'gives backends journeys over HTTP',
  commands: KEY_USAGE,
  variables: [...TEMPORALS, ...KEYS, ...Object.keys(gatewayEnvironmentSchema.shape)],
  page: 'docs/gateway-operating.md',
};

async function serve(environment: NodeJS.ProcessEnv): Promise<void> {
  const configuration = gatewayConfigurationFrom(environment);
  const { temporal, GATEWAY_KEYS_FILE, DOKU_TASK_QUEUE: taskQueue } = configuration;
  const logger = createLogger({ level: configuration.LOG_LEVEL });
  tellUnread(environment, GATEWAY_NAMES, logger);
  const keysFile = await keysFileOf(GATEWAY_KEYS_FILE, (mistake) =>
    logger.error({ detail: mistake }, 'GATEWAY_KEYS_FILE has changed and cannot be taken'),
  );
  const { connectionOptions, address, namespace, apiKeyFile } = temporal;
  // Not waited for: whoever asks meanwhile is told that Temporal is away.
  const connection = Connection.lazy({
    ...connectionOptions,
    address,
  });
  const unfollow = apiKeyFile === undefined ? () => {} : followApiKey(connection, apiKeyFile);
  const dataConverter = createDataConverter(
    configuration.keys,
    plainPayloadsFrom(environment, (line) => logger.warn(line)),
  );
  const client = new Client({ connection, namespace, dataConverter });
  const readiness = new Readiness({
    client,
    taskQueue,
    mistakes: () => (keysFile?.mistake ? [`GATEWAY_KEYS_FILE: ${keysFile.mistake}`] : []),
  });
  const gateway = await startGateway({
    host: configuration.GATEWAY_HOST,
    port: configuration.GATEWAY_PORT,
    client,
    taskQueue,
    authenticate: authenticationOf(configuration, keysFile),
    allowedOrigins: configuration.GATEWAY_ALLOWED_ORIGINS,
    trustedProxies: configuration.TRUST_PROXY,
    requestsAMinute: configuration.GATEWAY_REQUESTS_A_MINUTE,
    mostWaits: configuration.GATEWAY_MOST_WAITS,
    answerWithinMs: configuration.GATEWAY_ANSWER_WITHIN_MS,
    payloadKeys: configuration.keys,
    audit: auditLog(),
    logger,
    reasons: () => readiness.reasons(),
  });
  const stop = async () => {
    await gateway.close();
    unfollow();
    await connection.close();
    process.exit(0);
  };
  // Whoever reads that it is ready may stop it at once.
  onStopSignal(() => void stop());
  const { GATEWAY_ISSUER } = configuration;
  const isOpen = keysFile === undefined && GATEWAY_ISSUER === undefined;
  const asks = isOpen ? 'every program of this machine may ask' : 'keys or tokens are asked for';
  logger.info({ url: gateway.url, address, namespace, taskQueue, asks }, 'gateway is ready');
}

/** @throws Error naming the variable. */
async function keysFileOf(
  path: string | undefined,
  onMistake: (mistake: string) => void,
): Promise<KeysFile | undefined> {
  if (path === undefined) return undefined;
  try {
    return await KeysFile.open(path, { onMistake });
  } catch (error) {
    throw new Error(`GATEWAY_KEYS_FILE: ${(error as Error).message}`);
  }
}

async function main([command, ...rest]: readonly string[]): Promise<void> {
  if (command === 'key') process.stdout.write(`${await makeKey(rest, process.env)}\n`);
  else if (!isTold(command === undefined ? [] : [command], USAGE)) await serve(process.env);
}

main(process.argv.slice(2)).catch((error: Error & { code?: string }) => {
  const message = error.code === 'EADDRINUSE' ? 'GATEWAY_PORT: the port is taken' : error.message;
  process.stderr.write(`gateway: ${message}\n`);
  process.exit(1);
});
