import { NativeConnection } from '@temporalio/worker';
import { followApiKey } from './api-key.js';
import { temporalProfile } from './profile.js';

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
 * Connects as the environment says ({@link temporalProfile}), and follows the API key's file where there is one.
 *
 * @throws RangeError naming a variable that is wrong.
 * @throws TemporalUnreachableError naming the address.
 */
export async function connectToTemporal(
  environment: NodeJS.ProcessEnv = process.env,
): Promise<TemporalConnection> {
  const { connectionOptions, namespace, address, apiKeyFile } = temporalProfile(environment);
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
