import type { Shop } from '../shop.js';
import type { Cell } from './cells.js';
import type { Claim } from './claims.js';
import { claimsOf, judge, type Verdict } from './verdict.js';

/** Cells at once: enough to keep two cores busy while hanging calls wait. */
const AT_ONCE = 40;

/** Runs cells whose breakdown is a fault of the sandbox's. */
export async function runFaults(
  shop: Shop,
  cells: readonly Cell[],
  options: { readonly limitMs?: number; readonly onDone?: () => void } = {},
): Promise<Verdict[]> {
  const ended: { cell: Cell; claims: readonly Claim[] | string }[] = [];
  const left = [...cells];
  const work = async () => {
    for (let cell = left.shift(); cell; cell = left.shift()) {
      ended.push({ cell, claims: await claimsOf(drive(shop, cell), options.limitMs) });
      options.onDone?.();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return judge(shop, ended);
}

async function drive(shop: Shop, cell: Cell): Promise<readonly Claim[]> {
  const { scenario, breakdown, when } = cell;
  const prepared = await scenario.prepare(shop);
  return prepared.run(async (partnerReferenceNo, times = 1) => {
    await shop.doku.fault({
      operation: scenario.call,
      fault: breakdown,
      when,
      times,
      delayMs: breakdown === 'slow' ? 300 : 60_000,
      match: { partnerReferenceNo },
    });
  });
}
