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
  onDone: () => void = () => {},
): Promise<Verdict[]> {
  const ended: { cell: Cell; claims: readonly Claim[] | string }[] = [];
  const left = [...cells];
  const work = async () => {
    for (let cell = left.shift(); cell; cell = left.shift()) {
      ended.push({ cell, claims: await claimsOf(drive(shop, cell)) });
      onDone();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return judge(shop, ended);
}

async function drive(shop: Shop, cell: Cell): Promise<readonly Claim[]> {
  const { scenario, breakdown, when } = cell;
  const prepared = await scenario.prepare(shop);
  return prepared.run(async (partnerReferenceNo) => {
    await shop.doku.fault({
      operation: scenario.call,
      fault: breakdown,
      when,
      delayMs: breakdown === 'slow' ? 300 : 60_000,
      match: { partnerReferenceNo },
    });
  });
}
