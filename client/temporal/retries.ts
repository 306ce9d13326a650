import { defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';
import { endingWithConnection, type Interceptor } from './ended-calls.js';

/** For a connection that may be closed before any journey is asked by it: the SDK's own retries, which end with it. */
export const endingRetries: Interceptor[] = [
  makeGrpcRetryInterceptor(defaultGrpcRetryOptions()),
  endingWithConnection,
];
