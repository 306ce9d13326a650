/**
 * A plan on a site, and what came of it.
 *
 * @module
 */
import { setTimeout } from 'node:timers/promises';
import type { KeptHistory } from '../setting/histories.js';
import { Shop } from '../setting/shop.js';
import { type Backend, insisted, openBackend } from './backend.js';
import type { Cast, Customer } from './cast.js';
import { useCommandLineAt } from './command-line.js';
import { Diary } from './diary.js';
import { perform } from './perform.js';
import type { JourneyPlan, NumberRole, Plan } from './plan/plan.js';
import type { Site } from './site.js';

export interface Played {
  readonly diaries: readonly Diary[];
  readonly backend: Backend;
  readonly kept: readonly KeptHistory[];
  /** Between them all journeys began and ended. */
  readonly from: Date;
  readonly to: Date;
}

export interface PlayOptions {
  readonly site: Site;
  readonly plan: Plan;
  readonly say?: (text: string) => void;
}

/** How long a journey may go on after its start, on a machine that does much else. */
const LIMIT_MS = 240_000;
/** Journeys that share a customer. */
const A_CUSTOMER = 3;
const TOLD_EVERY_MS = 10_000;

export async function play({ site, plan, say = () => {} }: PlayOptions): Promise<Played> {
  const backend = await openBackend(site.ground);
  useCommandLineAt(site.ground);
  const from = new Date(Date.now() - 1_000);
  const kept: KeptHistory[] = [];
  const diaries = plan.journeys.map((journey) => new Diary(journey));
  const customers = await customersOf(site, backend, plan);
  const beganAt = Date.now();
  let left = diaries.length;
  const telling = setInterval(
    () => say(`${left} of ${diaries.length} journeys left`),
    TOLD_EVERY_MS,
  );
  const upheavals = plan.upheavals.map(async (planned) => {
    await setTimeout(planned.atMs);
    if (left === 0) return;
    say(`${planned.upheaval} (worker ${planned.worker})`);
    await site.happens(planned);
  });
  await Promise.all(
    diaries.map(async (diary) => {
      await setTimeout(Math.max(0, beganAt + diary.plan.startsAtMs - Date.now()));
      await perform(castOf(diary, { site, backend, customers, kept }));
      left -= 1;
    }),
  );
  clearInterval(telling);
  await Promise.all(upheavals);
  return { diaries, backend, kept, from, to: new Date() };
}

interface Stage {
  readonly site: Site;
  readonly backend: Backend;
  readonly customers: ReadonlyMap<number, Customer>;
  readonly kept: KeptHistory[];
}

function castOf(diary: Diary, { site, backend, customers, kept }: Stage): Cast {
  const { plan } = diary;
  return {
    site,
    backend,
    plan,
    diary,
    customer: customers.get(customerOf(plan)) as Customer,
    until: Date.now() + LIMIT_MS,
    keep: (history) => kept.push(history),
    meet: (role, number) => meet(site, plan, role, number),
  };
}

/** By the journey's own number, so that it is the same customer in a smaller plan. */
const customerOf = ({ name }: JourneyPlan) =>
  Math.floor(Number(name.split('-').at(-1)) / A_CUSTOMER);

/** Bound ones, each with money; a few at a time. */
async function customersOf(
  { ground }: Site,
  { client }: Backend,
  plan: Plan,
): Promise<Map<number, Customer>> {
  const shop = new Shop(client, ground.sandboxUrl);
  const left = [...new Set(plan.journeys.map(customerOf))];
  const customers = new Map<number, Customer>();
  const bind = async () => {
    for (let index = left.shift(); index !== undefined; index = left.shift())
      customers.set(index, await insisted(() => shop.boundCustomer(), Date.now() + 60_000));
  };
  await Promise.all(Array.from({ length: 8 }, bind));
  return customers;
}

async function meet(site: Site, plan: JourneyPlan, role: NumberRole, number: string) {
  for (const { of, ...fault } of plan.faults) {
    if (of !== role) continue;
    await site.doku.fault({ ...fault, match: { partnerReferenceNo: number } });
  }
  for (const { of, body } of plan.temperaments) {
    if (of !== role) continue;
    await site.doku.call('POST', 'temperaments', { ...body, of: number });
  }
}
