import { randomUUID } from 'node:crypto';
import { builtProduct } from '../build.js';
import { type Fleet, onFleet, QUICK_CUSTOMERS } from '../fleet.js';
import { purchasesAtOnce } from '../load.js';
import { type Bench, type BenchOptions, goal, type Row } from '../row.js';
import { spreadOf } from '../spread.js';
import { ResidentWatch } from '../usage.js';
import { rowsOf } from './batch.js';

const CUSTOMERS = 200;
/** Of ten journeys one is a purchase and the others are rows of a batch. */
const A_PURCHASE_IN = 10;
const ROWS_A_BATCH = 10_000;
/** Fast enough that DOKU's limit is not what is measured. */
const CALLS_A_SECOND = '5000';
const DOKUS_CALLS_A_SECOND = 20;
const MOST_MIB = 512;

/** A day's journeys against DOKU's books. */
export const reconciliation: Bench = {
  name: 'reconciliation',
  method: `Ended journeys, one purchase to nine rows of batches, held against DOKU by a fresh worker with RECONCILIATION_CALLS_A_SECOND=${CALLS_A_SECOND}; a few and many. BENCH_JOURNEYS sets how many.`,
  run: async ({ isQuick, ground, say }) => {
    const folder = await builtProduct(say);
    const many = Number(process.env.BENCH_JOURNEYS ?? (isQuick ? 50 : 10_000));
    const customers = isQuick ? QUICK_CUSTOMERS : CUSTOMERS;
    return onFleet({ ground, folder, customers }, async (fleet) => {
      const few = await reconciled(fleet, many / 10, { isQuick, say });
      return table(few, await reconciled(fleet, many, { isQuick, say }));
    });
  },
};

interface Reconciled {
  readonly journeys: number;
  readonly aSecond: number;
  readonly peakMiB: number;
}

async function reconciled(
  fleet: Fleet,
  journeys: number,
  { isQuick, say }: Pick<BenchOptions, 'isQuick' | 'say'>,
): Promise<Reconciled> {
  const from = new Date();
  const began = performance.now();
  await create(fleet, journeys);
  const to = new Date();
  say(`${journeys} journeys created in ${Math.round((performance.now() - began) / 1_000)} s`);
  await untilListed(fleet, from, journeys);
  // A fresh worker, so that its memory is the reconciliation's; where time is short, one for both.
  const environment = { RECONCILIATION_CALLS_A_SECOND: CALLS_A_SECOND };
  await (isQuick ? fleet.staff(1, environment) : fleet.restaff(1, environment));
  const seen = await reconcile(fleet, { from, to });
  if (seen.journeys !== journeys)
    throw new Error(`${seen.journeys} of ${journeys} journeys checked`);
  say(`${journeys} journeys: ${seen.aSecond.toFixed(0)} a second, ${seen.peakMiB.toFixed(0)} MiB`);
  return seen;
}

/** Of what is shown as paid the customer's history is asked, too: its detail, and a page of its list. */
const CALLS_MORE_A_PURCHASE = 2;

/** Ended well, by the product itself: nothing else makes journeys that a reconciliation would see. */
async function create(fleet: Fleet, journeys: number): Promise<void> {
  const purchases = Math.round(journeys / A_PURCHASE_IN);
  await purchasesAtOnce(fleet.contender, fleet.site, { atOnce: 50, count: purchases });
  for (let left = journeys - purchases; left > 0; left -= ROWS_A_BATCH) {
    const batchReference = randomUUID();
    const rows = rowsOf(fleet, Math.min(left, ROWS_A_BATCH));
    await fleet.journeys.topUpBatch.start({ batchReference, rows, inFlight: 100 });
    await fleet.journeys.topUpBatch.result(batchReference);
  }
}

/** Temporal's lists lag behind what happens. */
async function untilListed({ client }: Fleet, from: Date, journeys: number): Promise<void> {
  const query = `WorkflowType = 'purchase' AND ExecutionStatus = 'Completed' AND StartTime >= '${from.toISOString()}'`;
  for (;;) {
    const { count } = await client.workflow.count(query);
    if (count >= Math.round(journeys / A_PURCHASE_IN)) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function reconcile(
  { journeys, pids }: Fleet,
  period: { from: Date; to: Date },
): Promise<Reconciled> {
  const watch = new ResidentWatch(pids[0] ?? 0);
  const began = performance.now();
  await journeys.reconciliation.start(period);
  const { counts } = await journeys.reconciliation.result(period);
  const seconds = (performance.now() - began) / 1_000;
  watch.stop();
  if (counts.mismatched + counts.open + counts.unaskable > 0)
    throw new Error(`not all matched: ${JSON.stringify(counts)}`);
  return { journeys: counts.checked, aSecond: counts.checked / seconds, peakMiB: watch.peak };
}

function table(few: Reconciled, many: Reconciled): Row[] {
  const slower = few.aSecond / many.aSecond;
  const calls = 100_000 + (100_000 / A_PURCHASE_IN) * CALLS_MORE_A_PURCHASE;
  const hours = (calls / DOKUS_CALLS_A_SECOND / 3_600).toFixed(1);
  return [
    {
      what: `reconciliation of ${many.journeys} journeys, journeys a second`,
      unit: '1/s',
      ours: spreadOf([many.aSecond]),
      note: `with the default of ${DOKUS_CALLS_A_SECOND} calls a second to DOKU 100000 journeys take ${hours} hours.`,
    },
    {
      what: `time a journey, beside that of ${few.journeys} journeys`,
      unit: 'ms',
      ours: spreadOf([1_000 / many.aSecond]),
      peer: { name: `of ${few.journeys}`, spread: spreadOf([1_000 / few.aSecond]) },
      ratio: spreadOf([slower]),
      goal: goal('most', 1.25, slower),
    },
    {
      what: "worker's peak memory meanwhile",
      unit: 'MiB',
      ours: spreadOf([many.peakMiB]),
      peer: { name: `of ${few.journeys}`, spread: spreadOf([few.peakMiB]) },
      ratio: spreadOf([many.peakMiB / few.peakMiB]),
      goal: goal('most', MOST_MIB, many.peakMiB, 'MiB'),
    },
  ];
}
