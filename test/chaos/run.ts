/**
 * A plan on a site, and what came of it.
 *
 * @module
 */
import { setTimeout } from 'node:timers/promises';
import type { KeptHistory } from '../setting/histories.js';
import { Shop } from '../setting/shop.js';
import { Forger } from './actors/forger.js';
import { type Backend, insisted, openBackend } from './backend.js';
import type { Cast, Customer } from './cast.js';
import { useCommandLineAt } from './command-line.js';
import { Diary } from './diary.js';
import { HttpBackend } from './http-backend.js';
import type { Forged } from './judge/events.js';
import { perform } from './perform.js';
import type { JourneyPlan, NumberRole, Plan } from './plan/plan.js';
import type { Site } from './site.js';

export interface Played {
  readonly diaries: readonly Diary[];
  readonly backend: Backend;
  readonly kept: readonly KeptHistory[];
  readonly forged: Forged;
  /** Between them all journeys began and ended. */
  readonly from: Date;
  readonly to: Date;
}

export interface PlayOptions {
  readonly site: Site;
  readonly plan: Plan;
  readonly say?: (text: string) => void;
  /** Journeys under way at once, at most. */
  readonly atOnce?: number;
}

/** More than that, and a small machine does nothing in time: then all that is seen is time-outs. */
const AT_ONCE = 30;

/** How long a journey may go on after its start. */
const LIMIT_MS = 180_000;
/** Longer on a machine that does much else, and where DOKU was asked less and less often: so long after the last end. */
const QUIET_MS = 150_000;
const MOST_MS = 900_000;
/** Journeys that share a customer. */
const A_CUSTOMER = 3;
const TOLD_EVERY_MS = 10_000;

export async function play(options: PlayOptions): Promise<Played> {
  const { site, plan, say = () => {}, atOnce = AT_ONCE } = options;
  const backend = await openBackend(site.ground);
  useCommandLineAt(site.ground);
  const from = new Date(Date.now() - 1_000);
  const kept: KeptHistory[] = [];
  const diaries = plan.journeys.map((journey) => new Diary(journey));
  const customers = await customersOf(site, backend, plan);
  const beganAt = Date.now();
  const left = new Set(diaries);
  const telling = setInterval(
    () => say(`${left.size} of ${diaries.length} journeys left${someOf(left)}`),
    TOLD_EVERY_MS,
  );
  const upheavals = plan.upheavals.map(async (planned) => {
    await setTimeout(planned.atMs);
    if (left.size === 0) return;
    say(`${planned.upheaval} (worker ${planned.worker})`);
    await site.happens(planned);
  });
  const forger = new Forger(site.receiver);
  const progress = { endedAt: Date.now() };
  const queue = [...diaries];
  const work = async () => {
    for (let diary = queue.shift(); diary; diary = queue.shift()) {
      await setTimeout(Math.max(0, beganAt + diary.plan.startsAtMs - Date.now()));
      await perform(castOf(diary, { site, backend, customers, kept, progress }));
      left.delete(diary);
      // What was given up is no progress.
      if (diary.problems.length === 0) progress.endedAt = Date.now();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  clearInterval(telling);
  noteWhoLeft(diaries);
  await Promise.all(upheavals);
  return { diaries, backend, kept, forged: await forger.stopped(), from, to: new Date() };
}

/** Who closed the account left whatever was under way unanswered. */
function noteWhoLeft(diaries: readonly Diary[]): void {
  const left = new Set(
    diaries
      .filter(({ results }) => results.some(({ outcome }) => outcome === 'unbound'))
      .map(({ plan }) => customerOf(plan)),
  );
  for (const diary of diaries)
    if (diary.plan.kind !== 'closeAccount') diary.isCustomerGone = left.has(customerOf(diary.plan));
}

const FEW = 4;
const someOf = (left: ReadonlySet<Diary>) =>
  left.size > FEW ? '' : `: ${[...left].map(({ plan }) => plan.name).join(', ')}`;

interface Stage {
  readonly site: Site;
  readonly backend: Backend;
  readonly customers: ReadonlyMap<number, Customer>;
  readonly kept: KeptHistory[];
  /** When a journey ended last. */
  readonly progress: { readonly endedAt: number };
}

function castOf(diary: Diary, { site, backend, customers, kept, progress }: Stage): Cast {
  const { plan } = diary;
  const beganAt = Date.now();
  return {
    site,
    backend: speaksHttp(plan) ? overHttp(site, backend) : backend,
    plan,
    diary,
    customer: customers.get(customerOf(plan)) as Customer,
    get until() {
      const quiet = progress.endedAt + QUIET_MS;
      const least = Math.min(beganAt + MOST_MS, Math.max(beganAt + LIMIT_MS, quiet));
      return least + pausesMsOf(plan);
    },
    keep: (history) => kept.push(history),
    meet: (role, number) => meet(site, plan, role, number),
  };
}

/** How long it rests where one call meets all its faults: longer after each, ten minutes at most. */
function pausesMsOf({ kind, faults, temperaments }: JourneyPlan): number {
  const moods = temperaments.map(({ body }) => ({ times: Number(body.times ?? 0) }));
  const tries = [...faults, ...moods].reduce((sum, { times }) => sum + times, 0);
  // Rows of a batch wait for DOKU to be well again.
  const growth = kind === 'topUpBatch' ? 5 : 2;
  const pauses = Array.from({ length: tries }, (_, nth) =>
    Math.min(1_000 * growth ** nth, 600_000),
  );
  return pauses.reduce((sum, ms) => sum + ms, 0);
}

/** Every other backend has no Temporal SDK. */
const speaksHttp = ({ name }: JourneyPlan) => Number(name.split('-').at(-1)) % 2 === 1;

const overHttp = (site: Site, backend: Backend): Backend => ({
  ...backend,
  journeys: new HttpBackend(site.gatewayUrl).over(backend.journeys),
});

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
  for (const { kind, of, body } of plan.temperaments) {
    if (of !== role || !site.hasTemperaments) continue;
    const whom = role === 'account' ? { accountId: number } : { reference: number };
    await site.doku.call('POST', 'temperaments', { temperament: kind, ...body, ...whom });
  }
}
