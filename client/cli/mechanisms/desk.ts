import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import { isLoopbackAddress } from '../../../contract/loopback.js';
import {
  createDataConverter,
  payloadKeysFrom,
  plainPayloadsFrom,
} from '../../../worker/temporal/encryption.js';
import { temporalSettingsFrom } from '../../../worker/temporal/environment.js';
import { TemporalUnreachableError } from '../../errors.js';
import { Journeys } from '../../temporal/journeys.js';
import { endingRetries } from '../../temporal/retries.js';
import { taskQueueSchema } from '../../temporal/task-queue.js';
import { UsageError } from './failure.js';
import { assertKeysFit, isMisfit } from './keys-fit.js';
import { siteEnvironment } from './local-stack.js';

/** What a command works with. */
export interface Desk {
  readonly client: Client;
  readonly journeys: Journeys;
  /** The workers'. */
  readonly taskQueue: string;
  /** Tells the operator what goes on. */
  tell(line: string): void;
}

const CONNECT_TIMEOUT = '5 seconds';

/**
 * Connects as Temporal's own environment variables and profiles say, with the keys and the task queue of the workers; where
 * they say nothing, to what runs on this machine.
 *
 * @throws UsageError naming the variable that is wrong.
 * @throws TemporalUnreachableError naming the address.
 * @param options.onlyReads - tells no journey anything: keys that are not those of the workers are a warning then.
 * @throws UnknownPayloadKeyError, WrongPayloadKeyError when the keys are not those of the workers.
 */
export async function openDesk(
  given: NodeJS.ProcessEnv,
  tell: (line: string) => void,
  { onlyReads = false }: { readonly onlyReads?: boolean } = {},
): Promise<Desk & { close(): Promise<void> }> {
  const { environment, file } = siteEnvironment(given);
  const dataConverter = unlessWrong(() =>
    createDataConverter(payloadKeysFrom(environment), plainPayloadsFrom(environment, tell)),
  );
  const taskQueue = taskQueueSchema.safeParse(environment.DOKU_TASK_QUEUE || undefined);
  if (!taskQueue.success)
    throw new UsageError(`DOKU_TASK_QUEUE: ${taskQueue.error.issues[0]?.message}`);
  const { connectionOptions, namespace, address } = unlessWrong(() =>
    temporalSettingsFrom(environment),
  );
  if (file !== undefined && !isLoopbackAddress(address))
    throw new UsageError(`${file}: names no Temporal on this machine: set TEMPORAL_ADDRESS`);
  // Node takes any certificate at this value, and at no other.
  if (environment.NODE_TLS_REJECT_UNAUTHORIZED === '0' && !isLoopbackAddress(address))
    throw new UsageError('NODE_TLS_REJECT_UNAUTHORIZED: lets anybody pass for Temporal: unset it');
  const connection = await connected({ ...connectionOptions, address }, file);
  const client = new Client({ connection, namespace: namespace ?? 'default', dataConverter });
  const close = () => connection.close();
  try {
    await assertKeysFit(client, taskQueue.data);
  } catch (error) {
    if (!(onlyReads && isMisfit(error))) {
      await close();
      throw error;
    }
    tell(`what cannot be read with these keys is not shown: ${error.message}`);
  }
  return {
    client,
    // Each command says itself how long it waits.
    journeys: new Journeys(client, taskQueue.data, Number.POSITIVE_INFINITY),
    taskQueue: taskQueue.data,
    tell,
    close,
  };
}

/** A setting that cannot work is a matter of usage. */
function unlessWrong<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

async function connected(
  options: ConnectionOptions & { readonly address: string },
  file: string | undefined,
): Promise<Connection> {
  const { address } = options;
  try {
    return await Connection.connect({
      ...options,
      connectTimeout: CONNECT_TIMEOUT,
      interceptors: endingRetries,
    });
  } catch (error) {
    const { details } = error as { details?: string };
    if (file !== undefined)
      throw new TemporalUnreachableError(
        `nothing runs at ${address} any more, where ${file} says: start "npm start" or "npm run site" again`,
        { cause: error },
      );
    throw new TemporalUnreachableError(
      `Temporal does not answer at ${address}${details ? ` (${details})` : ''}: is TEMPORAL_ADDRESS right?`,
      { cause: error },
    );
  }
}
