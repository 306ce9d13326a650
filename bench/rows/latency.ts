import { compared } from '../compared.js';
import { startDokuJourneys } from '../contenders/doku-journeys.js';
import { startIdiomatic } from '../contenders/idiomatic.js';
import { QUICK_CUSTOMERS } from '../fleet.js';
import { type LoadSeen, purchasesAtOnce } from '../load.js';
import { openRace, type Racer } from '../race.js';
import { type Bench, type BenchOptions, goal, type Row } from '../row.js';
import type { Lend } from '../started.js';
import { inTurns } from '../turns.js';

/** The product's default at the beginning of a wait. */
const POLL_MS = 3_000;
/** Few enough for the machine to have nothing else to do than to wait. */
const CUSTOMERS = 5;
/** Long enough for what follows a page to be over, short enough for no poll to come between. */
const LOOK_MS = 200;

/** How long a customer waits. */
export const latency: Bench = {
  name: 'latency',
  method: [
    `One customer at a time, who looks at the page for ${LOOK_MS} ms, with a notification that reaches the merchant at once;`,
    `then ${CUSTOMERS} at once without any, who pay at any time between two polls of ${POLL_MS} ms. Medians of each turn.`,
  ].join(' '),
  run: (options) => options.ground((lend) => measured(options, lend)),
};

async function measured({ isQuick, profileFolder }: BenchOptions, lend: Lend): Promise<Row[]> {
  const enter = await openRace(lend, {
    pollMs: POLL_MS,
    customers: isQuick ? QUICK_CUSTOMERS : CUSTOMERS,
    ...(profileFolder && { profileFolder }),
  });
  const [ours, idiomatic] = await Promise.all([
    enter('doku-journeys', startDokuJourneys),
    enter('idiomatic Temporal', startIdiomatic),
  ]);
  const alone = ({ contender, site }: Racer, count: number) =>
    purchasesAtOnce(contender, site, { atOnce: 1, count, lookMs: () => LOOK_MS });
  const unnotified = ({ contender, site }: Racer) =>
    purchasesAtOnce(contender, site, {
      atOnce: CUSTOMERS,
      count: CUSTOMERS * (isQuick ? 1 : 4),
      isNotified: false,
      lookMs: () => LOOK_MS + Math.random() * POLL_MS,
    });
  const both: Racer[] = [ours, idiomatic];
  for (const racer of both) await alone(racer, isQuick ? 2 : 25);
  const turns = isQuick ? 1 : 4;
  const notified = await inTurns(both, turns, (racer) => alone(racer, isQuick ? 4 : 25));
  // Whoever waits for a poll does nothing else, so both may do so side by side where time is short.
  const silent = isQuick
    ? new Map(
        await Promise.all(
          both.map(
            async (racer) => [racer, [await unnotified(racer)]] satisfies [Racer, LoadSeen[]],
          ),
        ),
      )
    : await inTurns(both, turns, unnotified);
  const medians = (seen: ReadonlyMap<Racer, LoadSeen[]>, what: 'redirectMs' | 'paidMs') => ({
    ours: (seen.get(ours) ?? []).map((turn) => turn[what].median),
    peer: {
      name: 'idiomatic Temporal',
      figures: (seen.get(idiomatic) ?? []).map((turn) => turn[what].median),
    },
  });
  return [
    compared({
      what: 'start to redirect URL',
      unit: 'ms',
      ...medians(notified, 'redirectMs'),
      goal: ['most', 0.5],
      note: 'the peer pays for its query loop, which first looks after 20 ms, and for the tokens; both then wait for Purchase Web.',
    }),
    withLimit(
      compared({ what: 'PIN to paid, notified', unit: 'ms', ...medians(notified, 'paidMs') }),
      100,
      'from the moment the notification reaches the merchant until the backend has the result; what DOKU takes to notify is not in it.',
    ),
    withLimit(
      compared({ what: 'PIN to paid, not notified', unit: 'ms', ...medians(silent, 'paidMs') }),
      POLL_MS,
      `polls come every ${POLL_MS} ms in this bench, ours a fifth more or less so that journeys do not ask in step.`,
    ),
  ];
}

/** A goal on our own figure, whatever the peer's. */
const withLimit = (row: Row, mostMs: number, note: string): Row => ({
  ...row,
  goal: goal('most', mostMs, row.ours.median, 'ms'),
  note,
});
