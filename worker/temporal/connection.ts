import { NativeConnection } from '@temporalio/worker';
import { temporalSettingsFrom } from '../../client/temporal/environment.js';

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
 * @throws RangeError naming the variables that cannot work.
 * @throws TemporalUnreachableError naming the address.
 */
export async function connectToTemporal(): Promise<TemporalConnection> {
  const { connectionOptions, namespace, address } = temporalSettingsFrom(process.env);
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
