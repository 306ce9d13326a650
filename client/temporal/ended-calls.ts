/**
 * Temporal's SDK tries a call again after a pause, also where the caller has given it up and the connection is closed
 * meanwhile: what that throws, in a timer, nobody can catch, and the process ends.
 *
 * @module
 */
import type { Client, ConnectionOptions } from '@temporalio/client';
import { GRPC } from './translated.js';

export type Interceptor = NonNullable<ConnectionOptions['interceptors']>[number];
type Call = ReturnType<Interceptor>;

/** Ends each call of a closed connection as cancelled, in place of throwing. For the last place among interceptors. */
export const endingWithConnection: Interceptor = (options, nextCall) => {
  try {
    return nextCall(options) as Call;
  } catch (error) {
    return overBefore(String((error as Error).message));
  }
};

/**
 * Has the connection that a backend has made itself end its calls so, too: by the list of interceptors that the SDK goes by with
 * each call. One of another make, such as a worker's, has none, and needs none.
 */
export function endCallsWithConnection({ connection }: Client): void {
  const { interceptors } =
    (connection as { options?: ConnectionOptions } | undefined)?.options ?? {};
  if (!Array.isArray(interceptors) || Object.isFrozen(interceptors)) return;
  if (!interceptors.includes(endingWithConnection)) interceptors.push(endingWithConnection);
}

/** A call that ends as cancelled as soon as it starts. */
function overBefore(details: string): Call {
  const over: Pick<Call, 'start' | 'cancelWithStatus' | 'getPeer' | 'halfClose'> & {
    sendMessage(message: unknown): void;
    startRead(): void;
  } = {
    start: (metadata, listener) => {
      listener?.onReceiveMessage?.(null);
      listener?.onReceiveStatus?.({ code: GRPC.CANCELLED, details, metadata });
    },
    cancelWithStatus: () => {},
    getPeer: () => 'none',
    sendMessage: () => {},
    startRead: () => {},
    halfClose: () => {},
  };
  return over as unknown as Call;
}
