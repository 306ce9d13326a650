/**
 * Tells soon of a Temporal that is away, as a call does whose caller has named no deadline.
 *
 * @module
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Client, Connection } from '@temporalio/client';
import { TemporalUnreachableError } from '../errors.js';
import { isConnected } from './connected.js';
import { GRPC, grpcOf, isOutOfTime } from './translated.js';

/** A Temporal that is there connects long before; who asks knows within five seconds of one that is not. */
const LOOK_AFTER_MS = 2_500;
const LOOK_FOR_MS = 2_000;

/**
 * Of work that has begun just now.
 *
 * @param signal - aborted once nobody waits any more.
 * @throws TemporalUnreachableError within five seconds, where nothing answers at Temporal's address by then.
 */
export async function unlessAway<Answer>(
  client: Client,
  work: Promise<Answer>,
  signal: AbortSignal,
): Promise<Answer> {
  const looked = isAway(client, signal).then((isSo) =>
    // Once it has been there, what breaks the connection later is the SDK's to ride out.
    isSo ? Promise.reject(unreachable(client)) : new Promise<never>(() => {}),
  );
  // Of a call that is over there is nothing to look for.
  looked.catch(() => {});
  return Promise.race([work, looked]);
}

async function isAway(client: Client, signal: AbortSignal): Promise<boolean> {
  try {
    await pause(LOOK_AFTER_MS, undefined, { signal });
    if (isConnected(client)) return false;
    const silent = pause(LOOK_FOR_MS, true, { signal });
    const asked = client.withDeadline(Date.now() + LOOK_FOR_MS, () =>
      client.workflowService.getSystemInfo({}),
    );
    const isSilent = await Promise.race([asked.then(() => false, isUnheard), silent]);
    return isSilent && !isConnected(client);
  } catch {
    // Nobody waits any more.
    return false;
  }
}

/** Whatever else Temporal refuses it with, it is there. */
const isUnheard = (error: unknown): boolean =>
  grpcOf(error)?.code === GRPC.UNAVAILABLE || isOutOfTime(error);

function unreachable({ connection }: Client): TemporalUnreachableError {
  const { address } = (connection as Partial<Connection>).options ?? {};
  const where = address ? ` at ${address}` : '';
  return new TemporalUnreachableError(
    `Temporal does not answer${where}: is its address right, and is it up?`,
  );
}
