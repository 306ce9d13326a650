import type { Client } from '@temporalio/client';

/** gRPC's word for a connection that stands. */
const READY = 2;

/** Of the SDK's connection, which keeps it to itself; a worker's has none. */
interface WithChannel {
  readonly client?: {
    getChannel?(): { getConnectivityState(tryToConnect: boolean): number };
  };
}

/**
 * Whether the connection to Temporal stands, so that a Temporal without an answer is slow, and not away. One that hangs loses
 * it within 45 seconds, by gRPC's keepalive.
 */
export function isConnected({ connection }: Client): boolean {
  const channel = (connection as unknown as WithChannel).client?.getChannel?.();
  return channel?.getConnectivityState(false) === READY;
}
