import type { Shop } from '../setting/shop.js';
import type { Cell } from './cells.js';
import type { Claim } from './claims.js';
import { claimsOf, judge, type Verdict } from './verdict.js';

/** Cells at once: enough to keep two cores busy while hanging calls wait. */
const AT_ONCE = 40;
/** On a slow machine a call may give up before the one that is to break, and go another way: that proves nothing. */
const CHANCES = 3;
const NEVER_MADE = 'the call that was to break was never made';

export interface RunOptions {
  readonly limitMs?: number;
  /** Told of each cell that has ended. */
  readonly onDone?: () => void;
}

/** Runs cells whose breakdown is a fault of the sandbox's, at a call that names a reference. */
export async function runFaults(
  shop: Shop,
  cells: readonly Cell[],
  options: RunOptions = {},
): Promise<Verdict[]> {
  const ended: { cell: Cell; claims: readonly Claim[] | string }[] = [];
  const left = [...cells];
  const work = async () => {
    for (let cell = left.shift(); cell; cell = left.shift()) {
      ended.push({ cell, claims: await driven(shop, cell, options.limitMs) });
      options.onDone?.();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return judge(shop, ended);
}

async function driven(shop: Shop, cell: Cell, limitMs: number | undefined) {
  for (let chance = 1; ; chance++) {
    const claims = await claimsOf(drive(shop, cell), limitMs);
    if (claims !== NEVER_MADE || chance === CHANCES) return claims;
  }
}

async function drive(shop: Shop, cell: Cell): Promise<readonly Claim[] | string> {
  const { scenario, breakdown, when, temperament } = cell;
  const planted: string[] = [];
  const prepared = await scenario.prepare(shop);
  const claims = await prepared.run(async (partnerReferenceNo, times = 1) => {
    planted.push(partnerReferenceNo);
    await shop.doku.fault({
      operation: scenario.call,
      fault: breakdown,
      when,
      times,
      delayMs: breakdown === 'slow' ? 300 : 60_000,
      match: { partnerReferenceNo },
    });
    if (temperament)
      await shop.doku.call('POST', 'temperaments', {
        ...temperament.body,
        reference: partnerReferenceNo,
      });
  });
  return (await wasMet(shop, cell, planted)) ? claims : NEVER_MADE;
}

async function wasMet(shop: Shop, { scenario }: Cell, planted: readonly string[]) {
  const faults = await shop.doku.faults();
  return planted.some((reference) =>
    faults.every(
      ({ operation, match, times, left }) =>
        operation !== scenario.call || match?.partnerReferenceNo !== reference || left < times,
    ),
  );
}
