/**
 * Temporal's SDK tries a call again after a pause, also where the caller has given it up and the connection is closed
 * meanwhile: what that throws, in a timer, nobody can catch, and the process ends.
 *
 * @module
 */
import {
  type ConnectionOptions,
  defaultGrpcRetryOptions,
  makeGrpcRetryInterceptor,
} from '@temporalio/client';
import { GRPC } from './translated.js';

type Interceptor = NonNullable<ConnectionOptions['interceptors']>[number];
type Call = ReturnType<Interceptor>;

/** For a connection: the SDK's own retries, which end with it. */
export const endingRetries: Interceptor[] = [
  makeGrpcRetryInterceptor(defaultGrpcRetryOptions()),
  (options, nextCall) => {
    try {
      return nextCall(options) as Call;
    } catch (error) {
      return overBefore(String((error as Error).message));
    }
  },
];

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
