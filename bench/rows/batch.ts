import { randomUUID } from 'node:crypto';
import type { TopUpRow } from '../../client/index.js';
import { topUpBatchPartWorkflowId, topUpBatchWorkflowId } from '../../contract/identity.js';
import { builtProduct } from '../build.js';
import { type Fleet, onFleet, QUICK_CUSTOMERS } from '../fleet.js';
import { type Bench, type BenchOptions, goal, type Row } from '../row.js';
import { ratioOf, spreadOf } from '../spread.js';
import { ResidentWatch } from '../usage.js';

/** Rows under way at once, for the batch and for the loop. */
const AT_ONCE = 50;
const CUSTOMERS = 200;
/** Where Temporal begins to warn; it ends a workflow at five times as much. */
const EVENTS_LIMIT = 10_240;
const BYTES_LIMIT = 10 * 2 ** 20;

/** A payout of thousands. */
export const batch: Bench = {
  name: 'batch',
  method: `A top-up batch, ${AT_ONCE} rows at once, beside a client that starts one top-up workflow a row and awaits it, ${AT_ONCE} at once; on the same worker, in turns.`,
  run: async ({ isQuick, ground, say, profileFolder }) => {
    const folder = await builtProduct(say);
    const customers = isQuick ? QUICK_CUSTOMERS : CUSTOMERS;
    return onFleet({ ground, folder, customers, profileFolder }, (fleet) =>
      measured(fleet, isQuick ? QUICK : FULL, say),
    );
  },
};

/** `before`: rows that are done first, so that what V8 lets lie of any work is there at a quarter and at the end. */
const FULL = { before: 10_000, batch: 10_000, loop: 500, turns: 1 };
const QUICK: typeof FULL = { before: 20, batch: 100, loop: 20, turns: 1 };

async function measured(
  fleet: Fleet,
  { before, batch: batchRows, loop, turns }: typeof FULL,
  say: BenchOptions['say'],
): Promise<Row[]> {
  await throughBatch(fleet, rowsOf(fleet, before));
  await throughLoop(fleet, rowsOf(fleet, loop));
  const seen: Batch[] = [];
  const loops: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const work = [
      async () => void seen.push(await throughBatch(fleet, rowsOf(fleet, batchRows))),
      async () => void loops.push(await throughLoop(fleet, rowsOf(fleet, loop))),
    ];
    for (const each of turn % 2 ? work.reverse() : work) await each();
    say(`batch ${seen.at(-1)?.aSecond.toFixed(0)}/s, loop ${loops.at(-1)?.toFixed(0)}/s`);
  }
  return rowsOfTable(seen, loops, batchRows);
}

interface Batch {
  readonly aSecond: number;
  /** The worker's memory, once a quarter was through and at the end. */
  readonly residentMiB: { readonly early: number; readonly late: number };
  /** Of the largest workflow. */
  readonly events: number;
  readonly bytes: number;
}

function rowsOfTable(seen: readonly Batch[], loops: readonly number[], rows: number): Row[] {
  const aSecond = seen.map((one) => one.aSecond);
  const ratio = ratioOf(aSecond, loops);
  const late = seen.map(({ residentMiB }) => residentMiB.late);
  const early = seen.map(({ residentMiB }) => residentMiB.early);
  const growth = ratioOf(late, early);
  const events = spreadOf(seen.map((one) => one.events));
  const mebibytes = spreadOf(seen.map((one) => one.bytes / 2 ** 20));
  return [
    {
      what: `top-up batch of ${rows} rows, rows a second`,
      unit: '1/s',
      ours: spreadOf(aSecond),
      peer: { name: 'one workflow a row', spread: spreadOf(loops) },
      ratio,
      goal: goal('least', 3, ratio.median),
    },
    {
      what: "worker's memory at the end of the batch, beside at a quarter",
      unit: 'MiB',
      ours: spreadOf(late),
      peer: { name: 'at a quarter', spread: spreadOf(early) },
      ratio: growth,
      goal: goal('most', 1.2, growth.median),
    },
    {
      what: 'history of its largest workflow',
      unit: 'events',
      ours: events,
      goal: goal('most', EVENTS_LIMIT, events.most),
      note: 'the goal is where Temporal begins to warn; it ends a workflow at five times as much.',
    },
    {
      what: 'size of that history',
      unit: 'MiB',
      ours: mebibytes,
      goal: goal('most', BYTES_LIMIT / 2 ** 20, mebibytes.most, 'MiB'),
    },
  ];
}

export function rowsOf({ site }: Fleet, count: number): TopUpRow[] {
  return Array.from({ length: count }, (_, index) => ({
    partnerReferenceNo: `TOP-${randomUUID()}`,
    customerId: site.customers[index % site.customers.length]?.customerId ?? '',
    amount: { value: '100.00', currency: 'IDR' },
  }));
}

async function throughBatch(fleet: Fleet, rows: readonly TopUpRow[]): Promise<Batch> {
  const { topUpBatch } = fleet.journeys;
  const batchReference = randomUUID();
  const watch = new ResidentWatch(fleet.pids[0] ?? 0);
  const began = performance.now();
  await topUpBatch.start({ batchReference, rows, inFlight: AT_ONCE });
  const { counts } = await topUpBatch.result(batchReference);
  const seconds = (performance.now() - began) / 1_000;
  if (counts.completed !== rows.length)
    throw new Error(`of ${rows.length} rows ${JSON.stringify(counts)}`);
  watch.stop();
  return {
    aSecond: rows.length / seconds,
    residentMiB: { early: watch.mean(0.2, 0.3), late: watch.mean(0.9, 1) },
    ...(await largestHistory(fleet, batchReference)),
  };
}

async function largestHistory({ client }: Fleet, batchReference: string) {
  const ids = [topUpBatchWorkflowId(batchReference), topUpBatchPartWorkflowId(batchReference, 0)];
  const found = await Promise.all(ids.map((id) => client.workflow.getHandle(id).describe()));
  return {
    events: Math.max(...found.map(({ historyLength }) => historyLength)),
    bytes: Math.max(...found.map(({ historySize }) => historySize ?? 0)),
  };
}

/** As a backend would do it without batches. */
async function throughLoop({ journeys }: Fleet, rows: readonly TopUpRow[]): Promise<number> {
  const left = [...rows];
  const began = performance.now();
  const next = async () => {
    for (let row = left.pop(); row; row = left.pop()) {
      await journeys.topUp.start(row);
      const { outcome } = await journeys.topUp.result(row.partnerReferenceNo);
      if (outcome !== 'completed') throw new Error(`${row.partnerReferenceNo} ${outcome}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  return (rows.length * 1_000) / (performance.now() - began);
}
