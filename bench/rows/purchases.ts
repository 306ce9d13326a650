import { compared } from '../compared.js';
import { startBare } from '../contenders/bare.js';
import { startDbos } from '../contenders/dbos.js';
import { startDokuJourneys } from '../contenders/doku-journeys.js';
import { startHollow } from '../contenders/hollow.js';
import { startIdiomatic } from '../contenders/idiomatic.js';
import { QUICK_CUSTOMERS } from '../fleet.js';
import { type Load, purchasesAtOnce } from '../load.js';
import { openRace, type Racer } from '../race.js';
import type { Bench, BenchOptions, Row } from '../row.js';
import { spreadOf } from '../spread.js';
import type { Lend } from '../started.js';
import { inTurns } from '../turns.js';

/** The level of the goals. */
const BUSY = 50;

interface Size {
  /** Customers at once, and how many purchases of theirs are measured, or for how long. */
  readonly levels: readonly (readonly [number, { readonly count: number } | { seconds: number }])[];
  readonly turns: number;
  readonly customers: number;
  /** Purchases of each of them before anything is measured. */
  readonly warmUps: number;
  /** Whether the leaner peer and the hollow one take part, at the level of the goals. */
  readonly hasExplainers: boolean;
}
const QUICK: Size = {
  levels: [
    [1, { count: 3 }],
    [BUSY, { count: BUSY }],
  ],
  turns: 1,
  customers: QUICK_CUSTOMERS,
  warmUps: 0.3,
  hasExplainers: false,
};
const FULL: Size = {
  // A purchase of 200 at once takes ten seconds and more.
  levels: [
    [1, { seconds: 10 }],
    [10, { seconds: 10 }],
    [BUSY, { seconds: 10 }],
    [200, { seconds: 20 }],
  ],
  turns: 3,
  customers: 200,
  warmUps: 2,
  hasExplainers: true,
};

/** Purchases a second against what a merchant would run instead. */
export const purchases: Bench = {
  name: 'purchases',
  method: [
    'A closed loop: so many customers at once, each with the order, the page, the PIN, the notification and the proven end,',
    'over real HTTP, counted for 10 s (20 s of 200 at once) once as many had been bought; all parts share the cores of one',
    'machine. Every contender has one process of its own, the same signed',
    'client on keep-alive connections, the same limits, encryption and poll interval, and a DOKU sandbox to itself; both',
    'Temporal contenders share one dev server that keeps all in memory, DBOS has a PostgreSQL that writes to disk.',
  ].join(' '),
  run: (options) => options.ground((lend) => measured(options, lend)),
};

interface Racers {
  readonly ours: Racer;
  readonly idiomatic: Racer;
  readonly leaner: Racer;
  readonly dbos: Racer | undefined;
  readonly bare: Racer;
  readonly hollow: Racer | undefined;
}

type Rates = ReadonlyMap<Racer, readonly number[]>;

async function measured(options: BenchOptions, lend: Lend): Promise<Row[]> {
  const { levels, turns, customers, warmUps, hasExplainers } = options.isQuick ? QUICK : FULL;
  const racers = await entered(lend, { ...options, customers, hasExplainers });
  const { ours, idiomatic, leaner, dbos, bare, hollow } = racers;
  const all = [ours, idiomatic, ...(dbos ? [dbos] : []), bare];
  const warmed = hollow ? [...all, hollow] : all;
  const busiest = hollow ? [...warmed, leaner] : all;
  const rate = async ({ contender, site }: Racer, load: Load) =>
    (await purchasesAtOnce(contender, site, load)).aSecond;
  for (const racer of warmed) await rate(racer, { atOnce: customers, count: customers * warmUps });
  const rows: Row[] = [];
  for (const [level, length] of levels) {
    options.say(`  ${level} at once`);
    const racing = level === BUSY ? busiest : all;
    const rates = await inTurns(racing, turns, (each) => rate(each, { atOnce: level, ...length }));
    rows.push(...rowsOf(level, racers, rates));
  }
  return rows;
}

async function entered(
  lend: Lend,
  options: Pick<BenchOptions, 'profileFolder'> & Pick<Size, 'customers' | 'hasExplainers'>,
): Promise<Racers> {
  const { customers, hasExplainers, profileFolder } = options;
  const enter = await openRace(lend, { customers, ...(profileFolder && { profileFolder }) });
  const [ours, idiomatic, { contender: dbos, site }, bare, hollow] = await Promise.all([
    enter('doku-journeys', startDokuJourneys),
    enter('idiomatic Temporal', startIdiomatic),
    enter('DBOS', startDbos),
    enter('bare', startBare),
    hasExplainers ? enter('hollow', startHollow) : undefined,
  ]);
  return {
    ours,
    idiomatic,
    leaner: {
      contender: idiomatic.contender.variant({ hasTokenActivities: false }),
      site: idiomatic.site,
    },
    dbos: dbos && { contender: dbos, site },
    bare,
    hollow,
  };
}

function rowsOf(level: number, racers: Racers, rates: Rates): Row[] {
  const { idiomatic, leaner, dbos, bare, hollow } = racers;
  const ours = rates.get(racers.ours) ?? [];
  const row = (racer: Racer, name: string, least?: number, note?: string) =>
    compared({
      what: `purchases a second, ${level} at once`,
      unit: '1/s',
      ours,
      peer: { name, figures: rates.get(racer) ?? [] },
      ...(least !== undefined && level === BUSY && { goal: ['least', least] }),
      ...(note && level === BUSY && { note }),
    });
  return [
    row(idiomatic, 'idiomatic Temporal', 2.5, IDIOMATIC),
    ...(rates.has(leaner)
      ? [row(leaner, 'idiomatic without token activities', undefined, LEANER)]
      : []),
    ...(dbos ? [row(dbos, 'DBOS', 0.5, DBOS)] : [withoutPostgreSql(level, ours)]),
    row(bare, 'bare', undefined, BARE),
    ...(hollow && rates.has(hollow) ? [row(hollow, 'empty workflow', undefined, HOLLOW)] : []),
  ];
}

const withoutPostgreSql = (level: number, ours: readonly number[]): Row => ({
  what: `purchases a second, ${level} at once, vs DBOS (PostgreSQL is not installed)`,
  unit: '1/s',
  ours: spreadOf(ours),
  note: 'DBOS needs PostgreSQL: install the package of the distribution (initdb and postgres).',
});

const IDIOMATIC =
  'the peer fetches both tokens by activities side by side, from a cache in its process, asks for the page by a query ' +
  'after 20, 30, 45 … 200 ms, and polls by a timer; it asks nobody after a lost answer and refunds no late payment.';
const LEANER =
  'the same peer where the calls see to the tokens themselves, so that a purchase has two activities: the least that ' +
  'Temporal allows an activity a call.';
const DBOS =
  'the peer runs inside its backend and needs no server but PostgreSQL, here with a commit on disk for every step, ' +
  'while the dev server of Temporal writes to memory.';
const BARE =
  'no durability: a crash loses every purchase under way. How far the sandbox and the load generator go.';
const HOLLOW =
  'a workflow that does nothing: begun by an update and ended by a signal, in two workflow tasks, while the backend itself ' +
  'calls DOKU. What is left of Temporal when all else is taken away, and no purchase is safe.';
