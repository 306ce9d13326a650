import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';

export interface TemporalConnection {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly address: string;
}

/** Temporal did not answer where the configuration says it is. */
export class TemporalUnreachableError extends Error {
  override readonly name = 'TemporalUnreachableError';
}

/**
 * Connects as Temporal's own environment variables and profiles say (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`,
 * `TEMPORAL_API_KEY`, `TEMPORAL_TLS_*`, `TEMPORAL_PROFILE`).
 *
 * @throws TemporalUnreachableError naming the address.
 */
export async function connectToTemporal(): Promise<TemporalConnection> {
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const address = connectionOptions.address ?? 'localhost:7233';
  try {
    const connection = await NativeConnection.connect(connectionOptions);
    return { connection, namespace: namespace ?? 'default', address };
  } catch (error) {
    throw new TemporalUnreachableError(
      `Temporal does not answer at ${address}: is TEMPORAL_ADDRESS right?`,
      {
        cause: error,
      },
    );
  }
}
