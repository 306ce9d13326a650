import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import { DokuJourneys, DokuJourneysError } from '../../client/index.js';

type Method = (...given: unknown[]) => unknown;

/** What no type lets through, and JavaScript, or force, does. */
const WRONG: readonly (readonly unknown[])[] = [
  [],
  [null],
  [undefined, null],
  [5],
  [''],
  ['INV-1'],
  ['INV-1', null],
  ['INV-1', 5],
  ['INV-1', {}],
  ['INV-1', { rows: [] }],
  ['INV-1', { deadline: 'soon' }],
  ['INV-1', ['paid'], 7],
  ['INV-1', 'two', 'three', 'four'],
  [{}],
  [{}, {}],
  [{}, null, null],
  [{}, { reason: 'a test' }, {}],
  [{ rows: 5 }],
  [{ rows: {} }],
  [{ csv: 5 }],
  [{ csv: null }],
  [{ rows: undefined, csv: undefined }],
  [{ batchReference: 5, rows: [{}] }],
  [{ from: '2026-11-01', to: '2026-11-02' }],
  [{ from: new Date(Number.NaN), to: new Date() }],
  ['customer-1', { from: '2026-11-01' }],
  ['customer-1', { from: new Date(), to: 'now' }],
  [{ customerId: 'customer-1' }, 5],
  [{ hour: 'noon' }],
  [{ hour: 2, minute: null }],
  [[]],
  [Symbol('INV-1')],
  [() => {}],
];

/** What only subclasses may call. */
const INNER = new Set(['constructor', 'endBy', 'submitted', 'answerOrEnd']);

describe('a call with arguments of another shape', { concurrency: true }, () => {
  const client = new Client({ connection: Connection.lazy({ address: '127.0.0.1:1' }) });
  const journeys = new DokuJourneys({ client, answerWithinMs: 200 });
  for (const [name, call] of methodsOf(journeys))
    test(`throws nothing but errors of the client: ${name}`, async () => {
      await Promise.all(WRONG.map((given) => assertOwn(call, given)));
    });

  test('names what is wrong', async () => {
    const batch = journeys.topUpBatch.start.bind(journeys.topUpBatch) as Method;
    await assert.rejects(batch('B-9', { rows: [] }) as Promise<unknown>, {
      name: 'InvalidInputError',
      message: 'batch: must be an object',
    });
    const status = journeys.purchase.status.bind(journeys.purchase) as Method;
    await assert.rejects(status({ partnerReferenceNo: 'INV-1' }) as Promise<unknown>, {
      name: 'InvalidInputError',
      message: 'partnerReferenceNo: must be a string',
    });
  });

  test('says that a deadline is a point in time, to whoever gives how long', async () => {
    for (const deadline of [0, 5_000, -1, 86_400_000])
      await assert.rejects(journeys.purchase.status('INV-1', { deadline }), {
        name: 'InvalidInputError',
        message:
          'options.deadline: must be a point in time, such as Date.now() + 5_000, and not how long',
        isWorthAgain: false,
      });
  });

  test('is told of a client that is none', () => {
    const Made = DokuJourneys as unknown as new (options?: unknown) => DokuJourneys;
    for (const given of [undefined, null, 5, {}, { client: null }, { client: {} }])
      assert.throws(() => new Made(given), { name: 'InvalidInputError' });
  });
});

async function assertOwn(call: Method, given: readonly unknown[]): Promise<void> {
  try {
    const answer = call(...given);
    if (Symbol.asyncIterator in Object(answer))
      for await (const _ of answer as AsyncIterable<unknown>) break;
    else await answer;
  } catch (error) {
    assert.ok(
      error instanceof DokuJourneysError,
      `${given.map(String)}: ${(error as Error).stack}`,
    );
    return;
  }
  assert.fail(`nothing answers, and yet there is an answer to ${given.map(String)}`);
}

/** All that a backend can call, of whichever class it comes. */
function methodsOf(journeys: DokuJourneys): [name: string, call: Method][] {
  const rooms: [string, object][] = [['journeys', journeys]];
  for (const [name, room] of Object.entries(journeys))
    if (typeof room === 'object') rooms.push([name, room as object]);
  return rooms.flatMap(([name, room]) =>
    namesOf(room).map((method): [string, Method] => {
      const call = (room as Record<string, Method>)[method] as Method;
      return [`${name}.${method}`, call.bind(room)];
    }),
  );
}

function namesOf(room: object): string[] {
  const names = new Set<string>();
  for (
    let at = Object.getPrototypeOf(room);
    at !== Object.prototype;
    at = Object.getPrototypeOf(at)
  )
    for (const name of Object.getOwnPropertyNames(at)) if (!INNER.has(name)) names.add(name);
  return [...names].sort();
}
