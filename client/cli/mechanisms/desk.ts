import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import * as z from 'zod';
import {
  createDataConverter,
  payloadKeysFrom,
  plainPayloadsFrom,
} from '../../../worker/temporal/encryption.js';
import { Journeys } from '../../temporal/journeys.js';
import { UsageError } from './failure.js';
import { assertKeysFit } from './keys-fit.js';

/** What a command works with. */
export interface Desk {
  readonly client: Client;
  readonly journeys: Journeys;
  /** Tells the operator what goes on. */
  tell(line: string): void;
}

const CONNECT_TIMEOUT = '5 seconds';

const taskQueueSchema = z.string().min(1).max(200).default('doku-journeys');

/** Temporal did not answer where the environment says it is, or turned us away. */
class TemporalUnreachableError extends Error {
  override readonly name = 'TemporalUnreachableError';
}

/**
 * Connects as Temporal's own environment variables and profiles say, with the keys and the task queue of the workers.
 *
 * @throws UsageError naming the variable that is wrong.
 * @throws TemporalUnreachableError naming the address.
 * @throws UnknownPayloadKeyError, WrongPayloadKeyError when the keys are not those of the workers.
 */
export async function openDesk(
  environment: NodeJS.ProcessEnv,
  tell: (line: string) => void,
): Promise<Desk & { close(): Promise<void> }> {
  const dataConverter = dataConverterIn(environment, tell);
  const taskQueue = taskQueueSchema.safeParse(environment.DOKU_TASK_QUEUE || undefined);
  if (!taskQueue.success) throw new UsageError('DOKU_TASK_QUEUE: must be 1 to 200 characters');
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const connection = await connected(connectionOptions);
  const client = new Client({ connection, namespace: namespace ?? 'default', dataConverter });
  const close = () => connection.close();
  try {
    await assertKeysFit(client);
  } catch (error) {
    await close();
    throw error;
  }
  return { client, journeys: new Journeys(client, taskQueue.data), tell, close };
}

function dataConverterIn(environment: NodeJS.ProcessEnv, tell: (line: string) => void) {
  try {
    return createDataConverter(payloadKeysFrom(environment), plainPayloadsFrom(environment, tell));
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

async function connected(options: ConnectionOptions): Promise<Connection> {
  const address = options.address ?? 'localhost:7233';
  try {
    return await Connection.connect({ ...options, address, connectTimeout: CONNECT_TIMEOUT });
  } catch (error) {
    const { details } = error as { details?: string };
    throw new TemporalUnreachableError(
      `Temporal does not answer at ${address}${details ? ` (${details})` : ''}: is TEMPORAL_ADDRESS right?`,
      { cause: error },
    );
  }
}
