import { atOnce } from '../../activities/calling/at-once.js';
import { builtProduct } from '../build.js';
import { type Fleet, onFleet } from '../fleet.js';
import { purchasesAtOnce } from '../load.js';
import { type Bench, type BenchOptions, goal, type Row } from '../row.js';
import { spreadOf } from '../spread.js';

const AT_ONCE = 50;
const WORKERS = [1, 2, 4] as const;
/** On one machine more workers bring no more cores: they only must not cost more than this. */
const LEAST_LEFT = 0.7;

/** Several workers beside each other. */
export const workers: Bench = {
  name: 'workers',
  method: `1, 2 and 4 worker processes on one server and one machine, ${AT_ONCE} purchases at once; the share of each in the workflow tasks, as histories tell.`,
  run: async (options) => {
    const folder = await builtProduct(options.say);
    const { ground } = options;
    return onFleet({ ground, folder, customers: AT_ONCE }, (fleet) => measured(fleet, options));
  },
};

interface Team {
  readonly workers: number;
  readonly aSecond: number;
  /** Of the workflow tasks, the one that did the least and the one that did the most. */
  readonly shares: { readonly least: number; readonly most: number };
}

async function measured(fleet: Fleet, { isQuick, say }: BenchOptions): Promise<Row[]> {
  const teams: Team[] = [];
  for (const count of isQuick ? WORKERS.slice(0, 2) : WORKERS) {
    await fleet.staff(count);
    const load = { atOnce: AT_ONCE, count: isQuick ? 20 : 500 };
    await purchasesAtOnce(fleet.contender, fleet.site, { ...load, count: load.count / 2 });
    const from = new Date();
    const { aSecond } = await purchasesAtOnce(fleet.contender, fleet.site, load);
    teams.push({ workers: count, aSecond, shares: await sharesOf(fleet, from) });
    say(`${count} worker(s): ${aSecond.toFixed(0)} purchases a second`);
  }
  const [alone] = teams;
  return teams.map((team) => rowOf(team, alone as Team));
}

/** How many purchases are looked at. */
const SAMPLE = 100;

async function sharesOf({ client, pids }: Fleet, from: Date): Promise<Team['shares']> {
  const done = new Map(pids.map((pid) => [pid, 0]));
  const query = `WorkflowType = 'purchase' AND StartTime >= '${from.toISOString()}'`;
  const ids: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query, pageSize: SAMPLE })) {
    ids.push(workflowId);
    if (ids.length === SAMPLE) break;
  }
  await atOnce(ids, 10, async (id) => {
    const { events } = await client.workflow.getHandle(id).fetchHistory();
    for (const event of events ?? []) {
      // Temporal's SDK names a worker pid@host.
      const pid = Number.parseInt(event.workflowTaskStartedEventAttributes?.identity ?? '', 10);
      if (done.has(pid)) done.set(pid, (done.get(pid) ?? 0) + 1);
    }
  });
  const sum = [...done.values()].reduce((total, each) => total + each, 0);
  const shares = [...done.values()].map((each) => each / sum);
  return { least: Math.min(...shares), most: Math.max(...shares) };
}

function rowOf({ workers: count, aSecond, shares }: Team, alone: Team): Row {
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  const what = `purchases a second, ${count} worker${count === 1 ? '' : 's'}`;
  if (count === 1) return { what, unit: '1/s', ours: spreadOf([aSecond]) };
  const ratio = aSecond / alone.aSecond;
  return {
    what,
    unit: '1/s',
    ours: spreadOf([aSecond]),
    peer: { name: '1 worker', spread: spreadOf([alone.aSecond]) },
    ratio: spreadOf([ratio]),
    goal: goal('least', LEAST_LEFT, ratio),
    note: `each worker did between ${percent(shares.least)} and ${percent(shares.most)} of the workflow tasks.`,
  };
}
