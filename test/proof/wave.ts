/**
 * Cells whose call names no journey run together: all journeys of a merchant come to the call, and there it breaks for
 * all of them.
 *
 * @module
 */
import { setTimeout } from 'node:timers/promises';
import type { Cell } from './cells.js';
import type { Claim } from './claims.js';
import { latch } from './latch.js';
import type { MerchantWide, Site } from './merchant-wide.js';
import { claimsOf, judge, type Verdict } from './verdict.js';

/** Cells of the same call, breakdown and moment, one a journey. */
export interface Wave {
  readonly cells: readonly Cell[];
  readonly merchantWide: MerchantWide;
}

/** Sorts cells into waves, those of the same call next to each other. */
export function wavesOf(cells: readonly Cell[]): Wave[] {
  const waves = new Map<string, { cells: Cell[]; merchantWide: MerchantWide }>();
  for (const cell of cells) {
    const { call, variant = '', merchantWide } = cell.scenario;
    if (!merchantWide) throw new Error(`${cell.name} breaks for one journey only`);
    const key = `${call} ${variant} ${cell.breakdown} ${cell.when}`;
    const wave = waves.get(key);
    if (wave) wave.cells.push(cell);
    else waves.set(key, { cells: [cell], merchantWide });
  }
  return [...waves.values()];
}

/** A wave at the moment at which its call is to break. */
export interface Crest {
  /** Lets the journeys make the call. */
  goOn(): void;
  /** Once the first of them has met the fault at it. */
  met(): Promise<void>;
}

/** Within this time a journey that goes on comes to the call, also where a worker has to start first. */
const COMES_WITHIN_MS = 120_000;

/**
 * Runs a wave.
 *
 * @param breakdown - makes the call break for all journeys, and gets it well again.
 */
export async function runWave(
  site: Site,
  { cells, merchantWide }: Wave,
  breakdown: (crest: Crest) => Promise<void>,
  limitMs?: number,
): Promise<Verdict[]> {
  const gate = latch();
  const drives = cells.map((cell) => driveTo(gate.opened, site, cell));
  await claimsOf(Promise.all(drives.map(({ arrived }) => arrived)).then(() => []));
  await merchantWide.upset(site);
  const faultsMet = async () => {
    const requests = await site.shop.doku.requests(cells[0]?.scenario.call);
    return requests.filter(({ verdict }) => verdict === 'fault').length;
  };
  const before = await faultsMet();
  const met = async () => {
    const giveUpAt = Date.now() + COMES_WITHIN_MS;
    while ((await faultsMet()) === before && Date.now() < giveUpAt) await setTimeout(200);
  };
  await breakdown({ goOn: gate.open, met });
  const ended = await Promise.all(
    drives.map(async ({ cell, work }) => ({ cell, claims: await claimsOf(work, limitMs) })),
  );
  const verdicts = await judge(site.shop, ended);
  if ((await faultsMet()) > before) return verdicts;
  return cells.map((cell) => ({ cell, mistakes: ['the call that was to break was never made'] }));
}

/** Drives a cell up to the call, and on once the gate is open. */
function driveTo(gate: Promise<void>, { shop }: Site, cell: Cell) {
  const arrival = latch();
  const drive = async (): Promise<readonly Claim[]> => {
    const prepared = await cell.scenario.prepare(shop);
    return prepared.run(async () => {
      arrival.open();
      await gate;
    });
  };
  const work = drive();
  // One that fails on its way is not waited for; what failed is told in the end.
  work.catch(arrival.open);
  return { cell, work, arrived: arrival.opened };
}
