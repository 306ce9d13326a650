import { randomUUID } from 'node:crypto';
import { atOnce } from '../../activities/calling/at-once.js';
import { builtProduct } from '../build.js';
import { type Fleet, onFleet, QUICK_CUSTOMERS } from '../fleet.js';
import { purchasesAtOnce } from '../load.js';
import { type Bench, type BenchOptions, goal, type Row } from '../row.js';
import { spreadOf } from '../spread.js';
import { ResidentWatch } from '../usage.js';

const CUSTOMERS = 100;
/** Asked about after a minute, then after five, then every ten: what is measured is the waiting. */
const RARE_POLLS = { POLL_FIRST_MS: '60000', POLL_FACTOR: '5', POLL_MOST_MS: '600000' };
const FULL = { few: 100, many: 10_000 };
const QUICK = { few: 10, many: 40 };

/** What open purchases cost a worker that has nothing to do for them. */
export const waiting: Bench = {
  name: 'waiting',
  method: `Memory of one worker that has done as many purchases before, so that what V8 lets lie of any work is there in both measures, with a few that wait for their customers and with many; asked about after one minute, then five, then ten. BENCH_PURCHASES sets how many.`,
  run: async (options) => {
    const folder = await builtProduct(options.say);
    const { ground, isQuick } = options;
    const customers = isQuick ? QUICK_CUSTOMERS : CUSTOMERS;
    return onFleet({ ground, folder, customers, environment: RARE_POLLS }, (fleet) =>
      measured(fleet, options),
    );
  },
};

async function measured(fleet: Fleet, { isQuick, say }: BenchOptions): Promise<Row[]> {
  const size = isQuick ? QUICK : FULL;
  const many = Number(process.env.BENCH_PURCHASES ?? size.many);
  const atOnceMost = Math.min(50, fleet.site.customers.length);
  await purchasesAtOnce(fleet.contender, fleet.site, { atOnce: atOnceMost, count: many });
  const few = await residentWith(fleet, size.few, isQuick);
  say(`${size.few} waiting: ${few.toFixed(0)} MiB`);
  const all = await residentWith(fleet, many - size.few, isQuick);
  say(`${many} waiting: ${all.toFixed(0)} MiB`);
  const ratio = all / few;
  return [
    {
      what: `worker's memory with ${many} waiting purchases, beside ${size.few}`,
      unit: 'MiB',
      ours: spreadOf([all]),
      peer: { name: `with ${size.few}`, spread: spreadOf([few]) },
      ratio: spreadOf([ratio]),
      goal: goal('most', 1.2, ratio),
      note: 'a worker keeps up to MAX_CACHED_WORKFLOWS (250) of them at hand; the others are in Temporal only.',
    },
  ];
}

/** The worker's memory with so many more that wait, once it has come to rest. */
async function residentWith(fleet: Fleet, more: number, isQuick: boolean): Promise<number> {
  const { journeys, site, pids } = fleet;
  await atOnce(Array.from({ length: more }).keys(), 50, async (index) => {
    await journeys.purchase.redirect({
      partnerReferenceNo: `INV-${randomUUID()}`,
      customerId: site.customers[index % site.customers.length]?.customerId ?? '',
      amount: { value: '10000.00', currency: 'IDR' },
      returnUrl: 'https://merchant.example/return',
      payWithin: '12 hours',
    });
  });
  await pause(isQuick ? 500 : 20_000);
  const watch = new ResidentWatch(pids[0] ?? 0);
  await pause(isQuick ? 600 : 10_000);
  return watch.stop().mean(0, 1);
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
