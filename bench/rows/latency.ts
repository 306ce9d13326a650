import { compared } from '../compared.js';
import type { Contender } from '../contender.js';
import { startDokuJourneys } from '../contenders/doku-journeys.js';
import { startIdiomatic } from '../contenders/idiomatic.js';
import { type LoadSeen, purchasesAtOnce } from '../load.js';
import { type Bench, type BenchOptions, goal, type Row } from '../row.js';
import { startSite, startTemporal } from '../site.js';
import { type Keep, whileStarted } from '../started.js';
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
  run: (options) => whileStarted((keep) => measured(options, keep)),
};

async function measured({ isQuick, profileFolder }: BenchOptions, keep: Keep): Promise<Row[]> {
  const options = { pollMs: POLL_MS, ...(profileFolder && { profileFolder }) };
  const temporal = await keep(startTemporal());
  const [ourSite, peerSite] = await Promise.all([
    keep(startSite(temporal, CUSTOMERS)),
    keep(startSite(temporal, CUSTOMERS)),
  ]);
  const [ours, idiomatic] = await Promise.all([
    keep(startDokuJourneys(ourSite, options)),
    keep(startIdiomatic(peerSite, options)),
  ]);
  const siteOf = (contender: Contender) => (contender === ours ? ourSite : peerSite);
  const alone = (contender: Contender, count: number) =>
    purchasesAtOnce(contender, siteOf(contender), { atOnce: 1, count, lookMs: () => LOOK_MS });
  const unnotified = (contender: Contender) =>
    purchasesAtOnce(contender, siteOf(contender), {
      atOnce: CUSTOMERS,
      count: CUSTOMERS * (isQuick ? 1 : 4),
      isNotified: false,
      lookMs: () => LOOK_MS + Math.random() * POLL_MS,
    });
  const both = [ours, idiomatic];
  for (const contender of both) await alone(contender, isQuick ? 3 : 25);
  const turns = isQuick ? 1 : 4;
  const notified = await inTurns(both, turns, (contender) => alone(contender, isQuick ? 6 : 25));
  const silent = await inTurns(both, turns, unnotified);
  const medians = (seen: Map<Contender, LoadSeen[]>, what: 'redirectMs' | 'paidMs') => ({
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
