import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { builtProduct } from '../../bench/build.js';
import type { DokuJourneys } from '../../client/index.js';
import type * as encryption from '../../worker/temporal/encryption.js';
import type { Ground } from './ground.js';

/** A merchant's backend: the built package, and a Temporal client as its manual says. */
export interface Backend {
  readonly client: Client;
  readonly journeys: DokuJourneys;
  close(): Promise<void>;
}

export async function openBackend({ temporalAddress, payloadKeys }: Ground): Promise<Backend> {
  const dist = await builtProduct();
  const product = (await import(path.join(dist, 'client', 'index.js'))) as {
    DokuJourneys: typeof DokuJourneys;
  };
  const { createDataConverter, payloadKeysOf } = (await import(
    path.join(dist, 'worker', 'temporal', 'encryption.js')
  )) as typeof encryption;
  const connection = await Connection.connect({ address: temporalAddress });
  const dataConverter = createDataConverter(payloadKeysOf(payloadKeys));
  const client = new Client({ connection, dataConverter });
  const journeys = new product.DokuJourneys({ client });
  return { client, journeys, close: () => connection.close() };
}

/** What the product throws to say something; all else is a site that is down. */
const ANSWERS = new Set([
  'InvalidInputError',
  'InvalidRowsError',
  'InputMismatchError',
  'UnknownJourneyError',
  'JourneyEndedError',
  'NotNowError',
  'RefusedError',
  'NotAnsweredError',
  'JourneyBrokenError',
]);

export const isAnswer = (error: unknown): error is Error =>
  error instanceof Error &&
  (ANSWERS.has(error.name) || (error as { isWorthAgain?: boolean }).isWorthAgain === false);

/** Between two tries, longer each time. */
const AGAIN = { firstMs: 400, factor: 1.5, mostMs: 5_000 } as const;

/**
 * What a backend does while the site is down: calls again with the same arguments.
 *
 * @param until - epoch milliseconds; asked again and again where it may move.
 * @throws what the product says, or that it said nothing in time.
 */
export async function insisted<T>(
  work: () => Promise<T>,
  until: number | (() => number),
): Promise<T> {
  const isOver = () => Date.now() > (typeof until === 'number' ? until : until());
  for (let pauseMs: number = AGAIN.firstMs; ; ) {
    try {
      return await inTime(work(), isOver);
    } catch (error) {
      if (isAnswer(error) || isOver()) throw error;
      await setTimeout(pauseMs);
      pauseMs = Math.min(pauseMs * AGAIN.factor, AGAIN.mostMs);
    }
  }
}

/** Some calls wait for an end that may never come. */
async function inTime<T>(work: Promise<T>, isOver: () => boolean): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      if (isOver()) reject(new Error('nothing was said in time'));
    }, 1_000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearInterval(timer);
  }
}
