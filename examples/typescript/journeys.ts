import { Client, Connection } from '@temporalio/client';
import { DokuJourneys, DokuJourneysError } from 'doku-journeys';
import { createDataConverter, payloadKeysFrom } from 'doku-journeys/encryption';

// An empty one is as good as none.
const { TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, DOKU_TASK_QUEUE, DOKU_JOURNEYS_CUSTOMER_ID } =
  process.env;
process.once('uncaughtException', (error) => {
  // Of settings, keys, Temporal or workers: what is wrong, and what to do.
  process.stderr.write(`${error instanceof DokuJourneysError ? error.message : error.stack}\n`);
  process.exit(1);
});
const client = new Client({
  connection: Connection.lazy({ address: TEMPORAL_ADDRESS || '127.0.0.1:7233' }),
  namespace: TEMPORAL_NAMESPACE || 'default',
  dataConverter: createDataConverter(payloadKeysFrom(process.env)),
});

/** What the programs beside this one go by. */
export const journeys = new DokuJourneys({
  client,
  taskQueue: DOKU_TASK_QUEUE || 'doku-journeys',
});
/** Whose account the story of `npm start` leaves bound. */
export const customerId = DOKU_JOURNEYS_CUSTOMER_ID || 'customer-1001';

/** Once done: without it the program goes on. */
export const close = () => client.connection.close();

/** What is typed behind a program's name, each of them, or the program ends. */
export function typed(...names: readonly string[]): string[] {
  const given = process.argv.slice(2);
  if (given.length === names.length) return given;
  process.stderr.write(`usage: npx tsx ${process.argv[1]} ${names.join(' ')}\n`);
  process.exit(1);
}

export const say = (line: string) => process.stdout.write(`${line}\n`);
