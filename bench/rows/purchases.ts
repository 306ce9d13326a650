import { compared } from '../compared.js';
import type { Contender } from '../contender.js';
import { startBare } from '../contenders/bare.js';
import { startDbos } from '../contenders/dbos.js';
import { startDokuJourneys } from '../contenders/doku-journeys.js';
import { startIdiomatic } from '../contenders/idiomatic.js';
import { type Load, purchasesAtOnce } from '../load.js';
import type { Bench, BenchOptions, Row } from '../row.js';
import { startSite, startTemporal } from '../site.js';
import { spreadOf } from '../spread.js';
import { type Keep, whileStarted } from '../started.js';
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
}
const QUICK: Size = {
  levels: [
    [1, { count: 3 }],
    [10, { count: 10 }],
    [BUSY, { count: BUSY }],
  ],
  turns: 1,
  customers: BUSY,
  warmUps: 0.5,
};
const FULL: Size = {
  levels: [1, 10, BUSY, 200].map((level) => [level, { seconds: 5 }]),
  turns: 3,
  customers: 200,
  warmUps: 2,
};

/** Purchases a second against what a merchant would run instead. */
export const purchases: Bench = {
  name: 'purchases',
  method: [
    'A closed loop: so many customers at once, each with the order, the page, the PIN, the notification and the proven end,',
    'over real HTTP; all parts share the cores of one machine. Every contender has one process of its own, the same signed',
    'client on keep-alive connections, the same limits, encryption and poll interval, and a DOKU sandbox to itself; both',
    'Temporal contenders share one dev server that keeps all in memory, DBOS has a PostgreSQL that writes to disk.',
  ].join(' '),
  run: (options) => whileStarted((keep) => measured(options, keep)),
};

interface Contenders {
  readonly ours: Contender;
  readonly idiomatic: Contender;
  readonly leaner: Contender;
  readonly dbos: Contender | undefined;
  readonly bare: Contender;
}

type Rates = ReadonlyMap<Contender, readonly number[]>;

async function measured(options: BenchOptions, keep: Keep): Promise<Row[]> {
  const { levels, turns, customers, warmUps } = options.isQuick ? QUICK : FULL;
  const { contenders, rate } = await started(options, keep, customers);
  const { ours, idiomatic, leaner, dbos, bare } = contenders;
  const all = [ours, idiomatic, ...(dbos ? [dbos] : []), bare];
  const warmUp = { atOnce: customers, count: customers * warmUps };
  for (const contender of all) await rate(contender, warmUp);
  const rows: Row[] = [];
  for (const [level, length] of levels) {
    options.say(`  ${level} at once`);
    const racing = level === BUSY ? [...all, leaner] : all;
    const rates = await inTurns(racing, turns, (each) => rate(each, { atOnce: level, ...length }));
    rows.push(...rowsOf(level, contenders, rates));
  }
  return rows;
}

/** Each contender gets a sandbox of its own: DOKU honours no token but a client's latest. */
async function started({ profileFolder }: BenchOptions, keep: Keep, customers: number) {
  const profiled = profileFolder ? { profileFolder } : {};
  const temporal = await keep(startTemporal());
  const [ourSite, idiomaticSite, dbosSite, bareSite] = await Promise.all([
    keep(startSite(temporal, customers)),
    keep(startSite(temporal, customers)),
    keep(startSite(temporal, customers)),
    keep(startSite(temporal, customers)),
  ]);
  const [ours, idiomatic, dbos, bare] = await Promise.all([
    keep(startDokuJourneys(ourSite, profiled)),
    keep(startIdiomatic(idiomaticSite, profiled)),
    keep(startDbos(dbosSite, profiled)),
    keep(startBare(bareSite, profiled)),
  ]);
  const leaner = idiomatic.withoutTokenActivities;
  const sites = new Map([
    [ours, ourSite],
    [idiomatic, idiomaticSite],
    [leaner, idiomaticSite],
    [bare, bareSite],
    ...(dbos ? ([[dbos, dbosSite]] as const) : []),
  ]);
  const rate = async (contender: Contender, load: Load) =>
    (await purchasesAtOnce(contender, sites.get(contender) ?? ourSite, load)).aSecond;
  return { contenders: { ours, idiomatic, leaner, dbos, bare }, rate };
}

function rowsOf(level: number, contenders: Contenders, rates: Rates): Row[] {
  const { idiomatic, leaner, dbos, bare } = contenders;
  const ours = rates.get(contenders.ours) ?? [];
  const row = (contender: Contender, name: string, least?: number, note?: string) =>
    compared({
      what: `purchases a second, ${level} at once`,
      unit: '1/s',
      ours,
      peer: { name, figures: rates.get(contender) ?? [] },
      ...(least !== undefined && level === BUSY && { goal: ['least', least] }),
      ...(note && level === BUSY && { note }),
    });
  return [
    row(idiomatic, 'idiomatic Temporal', 2.5, IDIOMATIC),
    ...(level === BUSY
      ? [row(leaner, 'idiomatic without token activities', undefined, LEANER)]
      : []),
    ...(dbos ? [row(dbos, 'DBOS', 0.5, DBOS)] : [withoutPostgreSql(level, ours)]),
    row(bare, 'bare', undefined, BARE),
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
