import { builtProduct } from '../build.js';
import { type Fleet, onFleet } from '../fleet.js';
import { purchasesAtOnce } from '../load.js';
import type { Bench, BenchOptions, Goal, Row } from '../row.js';
import { spreadOf } from '../spread.js';
import { cpuMsOf } from '../usage.js';

const AT_ONCE = 50;
/** Off a constant cost, either way. */
const TOLERANCE = 0.1;

interface Size {
  /** Run before the first measure, so that the compilers have seen all. */
  readonly early: number;
  readonly late: number;
  /** Purchases measured at each. */
  readonly stretch: number;
}
const QUICK: Size = { early: 10, late: 50, stretch: 20 };
const FULL: Size = {
  early: 500,
  late: Number(process.env.BENCH_PURCHASES ?? 10_000),
  stretch: 500,
};

/** Whether a purchase costs the same however many there were before it. */
export const flatness: Bench = {
  name: 'flatness',
  method: `CPU of the worker and of the Temporal server (in memory) a purchase, ${AT_ONCE} at once, over a stretch of purchases early and late on the same processes. BENCH_PURCHASES sets how late.`,
  run: async ({ isQuick, ground, say }) => {
    const folder = await builtProduct(say);
    return onFleet({ ground, folder, customers: AT_ONCE }, (fleet) =>
      measured(fleet, isQuick ? QUICK : FULL, say),
    );
  },
};

interface Cost {
  readonly worker: number;
  readonly server: number;
}

async function measured(fleet: Fleet, size: Size, say: BenchOptions['say']): Promise<Row[]> {
  const { early, late, stretch } = size;
  await run(fleet, early);
  const first = await costOf(fleet, stretch);
  say(`after ${early}: ${told(first)}`);
  await run(fleet, late - early - stretch);
  const last = await costOf(fleet, stretch);
  say(`after ${late}: ${told(last)}`);
  return [row('worker', size, first, last), row('server', size, first, last)];
}

const run = (fleet: Fleet, count: number) =>
  purchasesAtOnce(fleet.contender, fleet.site, { atOnce: AT_ONCE, count });

async function costOf(fleet: Fleet, count: number): Promise<Cost> {
  const { pids, serverPid } = fleet;
  const [worker = 0, server = 0] = await cpuMsOf([pids[0] ?? 0, serverPid], () =>
    run(fleet, count),
  );
  return { worker: worker / count, server: server / count };
}

const told = ({ worker, server }: Cost) =>
  `worker ${worker.toFixed(1)} ms, server ${server.toFixed(1)} ms a purchase`;

function row(name: keyof Cost, { early, late }: Size, first: Cost, last: Cost): Row {
  const ratio = last[name] / first[name];
  return {
    what: `CPU of the ${name} a purchase after ${late}, beside after ${early}`,
    unit: 'ms',
    ours: spreadOf([last[name]]),
    peer: { name: `after ${early}`, spread: spreadOf([first[name]]) },
    ratio: spreadOf([ratio]),
    goal: flat(ratio),
  };
}

const flat = (ratio: number): Goal => ({
  text: `1 ± ${TOLERANCE}`,
  isMet: Math.abs(ratio - 1) <= TOLERANCE,
});
