import { NativeConnection } from '@temporalio/worker';
import { followApiKey } from './api-key.js';
import { temporalSettingsFrom } from './environment.js';

export interface TemporalConnection {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly address: string;
  close(): Promise<void>;
}

/** Temporal did not answer where the configuration says it is. */
export class TemporalUnreachableError extends Error {
  override readonly name = 'TemporalUnreachableError';
}

/**
 * Connects as the environment says ({@link temporalSettingsFrom}), and follows the API key's file where there is one.
 *
 * @throws RangeError naming the variables that cannot work.
 * @throws TemporalUnreachableError naming the address.
 */
export async function connectToTemporal(
  environment: NodeJS.ProcessEnv = process.env,
): Promise<TemporalConnection> {
  const { connectionOptions, namespace, address, apiKeyFile } = temporalSettingsFrom(environment);
  try {
    const connection = await NativeConnection.connect(connectionOptions);
    const unfollow = apiKeyFile === undefined ? () => {} : followApiKey(connection, apiKeyFile);
    const close = async () => {
      unfollow();
      await connection.close();
    };
    return { connection, namespace, address, close };
  } catch (error) {
    throw new TemporalUnreachableError(
      `Temporal does not answer at ${address}: is TEMPORAL_ADDRESS right?`,
      {
        cause: error,
      },
    );
  }
}
