/**
 * What a purchase with notification costs PostgreSQL and each process of the site, on the topology of docker-compose.yml:
 * `npm run build && node --import tsx bench/database-writes.ts [--purchases 300] [--at-once 50] [--later 10000]`. Prints one
 * JSON document; what the site does without any purchase is measured first and taken off. With `--later` it is measured
 * again after so many purchases. Linux.
 *
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { MissingError } from '../test/postgresql/binaries.js';
import { type Site, startSite } from '../test/postgresql/site.js';

const DATABASES = ['temporal', 'temporal_visibility'] as const;
/** Temporal deletes what tasks leave behind up to a minute later, which belongs to what made it. */
const CLEANUP_MS = 60_000;
const IDLE_MS = 60_000;
const TICK_MS = 10;

type Figures = Record<string, number>;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      purchases: { type: 'string', default: '300' },
      'at-once': { type: 'string', default: '50' },
      later: { type: 'string', default: '0' },
    },
  });
  const [count, atOnce] = [Number(values.purchases), Number(values['at-once'])];
  const later = Number(values.later);
  const site = await startSite();
  try {
    process.stdout.write(
      `${JSON.stringify(await measured(site, count, atOnce, later), null, 2)}\n`,
    );
  } finally {
    await site.stop();
  }
}

async function measured(site: Site, count: number, atOnce: number, later: number) {
  const customers: string[] = [];
  for (let index = 0; index < atOnce; index++)
    customers.push((await site.shop.boundCustomer({ balance: '1000000000.00' })).customerId);
  const before = atOnce * 2;
  await purchases(site, customers, before);
  await setTimeout(CLEANUP_MS);
  const idle = await changes(site, () => setTimeout(IDLE_MS));
  const disk = await bytesOnDisk(site);
  const aPurchase = async () => {
    let took = 0;
    const busy = await changes(site, async () => {
      took = await purchases(site, customers, count);
      await setTimeout(CLEANUP_MS);
    });
    const idleFor = (name: string) => ((idle.figures[name] ?? 0) * busy.seconds) / idle.seconds;
    const each = Object.entries(busy.figures).map(([name, value]) => [
      name,
      rounded((value - idleFor(name)) / count),
    ]);
    return { purchasesASecond: rounded(count / took), ...Object.fromEntries(each) };
  };
  const early = await aPurchase();
  const stored = Object.entries(await bytesOnDisk(site))
    .map(([table, bytes]) => [table, rounded((bytes - (disk[table] ?? 0)) / count)] as const)
    .filter(([, bytes]) => bytes !== 0);
  const more = later - before - count;
  if (more > 0) await purchases(site, customers, more);
  const late = more > 0 ? await aPurchase() : undefined;
  const { sum } = await site.shop.doku.ledger();
  return {
    purchases: count,
    atOnce,
    ledgerSum: sum,
    [`aPurchaseAfter${before}`]: early,
    ...(late && { [`aPurchaseAfter${later}`]: late }),
    bytesOfAnEndedPurchase: Object.fromEntries(stored),
    idleASecond: Object.fromEntries(
      Object.entries(idle.figures).map(([name, value]) => [name, rounded(value / idle.seconds)]),
    ),
  };
}

/** Runs purchases, one at a time a customer. @returns seconds. @throws Error when one does not end paid. */
async function purchases(site: Site, customers: readonly string[], count: number): Promise<number> {
  const began = performance.now();
  let left = count;
  const buy = async (customerId: string) => {
    while (left-- > 0) {
      const order = site.shop.order(customerId);
      await site.shop.journeys.purchase.redirect(order);
      await site.shop.doku.customer(order.partnerReferenceNo, 'pay');
      const { outcome } = await site.shop.journeys.purchase.result(order.partnerReferenceNo);
      if (outcome !== 'paid') throw new Error(`${order.partnerReferenceNo} ended ${outcome}`);
    }
  };
  await Promise.all(customers.map(buy));
  return (performance.now() - began) / 1_000;
}

/** By how much each counter grows while something is done. */
async function changes(site: Site, work: () => Promise<unknown>) {
  const before = await counters(site);
  const began = performance.now();
  await work();
  const seconds = (performance.now() - began) / 1_000;
  const after = await counters(site);
  const grown = Object.entries(after).map(([name, value]) => [name, value - (before[name] ?? 0)]);
  return { seconds, figures: Object.fromEntries(grown) as Figures };
}

async function counters(site: Site): Promise<Figures> {
  const figures: Figures = {};
  for (const database of DATABASES) {
    const line = await site.ground.sql(
      database,
      'SELECT xact_commit, tup_inserted, tup_updated, tup_deleted FROM pg_stat_database WHERE datname = current_database()',
    );
    const [commits = 0, inserted = 0, updated = 0, deleted = 0] = line.split('|').map(Number);
    Object.assign(figures, {
      [`${database} commits`]: commits,
      [`${database} rows inserted`]: inserted,
      [`${database} rows updated`]: updated,
      [`${database} rows deleted`]: deleted,
    });
  }
  const wal = await site.ground.sql('postgres', "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn");
  figures['WAL bytes'] = Number(wal);
  for (const [name, part] of Object.entries(site.parts))
    figures[`${name} CPU ms`] = cpuMs(part.pid ?? 0);
  const own = process.cpuUsage();
  figures['client CPU ms'] = (own.user + own.system) / 1_000;
  return figures;
}

/** Of a process with its children, those that have ended included. */
function cpuMs(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
    );
    return children.reduce((sum, child) => sum + cpuMs(Number(child)), ticks * TICK_MS);
  } catch {
    // It ended on the way; its parent has its time.
    return 0;
  }
}

/** Bytes of each table with its indexes, once nothing that was deleted is counted any more. */
async function bytesOnDisk(site: Site): Promise<Figures> {
  const figures: Figures = {};
  for (const database of DATABASES) {
    await site.ground.sql(database, 'VACUUM FULL');
    const lines = await site.ground.sql(
      database,
      'SELECT relname, pg_total_relation_size(relid) FROM pg_stat_user_tables',
    );
    for (const line of lines.split('\n')) {
      const [table = '', bytes] = line.split('|');
      figures[table] = Number(bytes);
    }
  }
  return figures;
}

const rounded = (value: number) => Math.round(value * 10) / 10;

main().catch((error: Error) => {
  process.stderr.write(`database-writes: ${error.message}\n`);
  process.exit(error instanceof MissingError ? 2 : 1);
});
