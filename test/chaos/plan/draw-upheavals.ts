import type { Choice } from './choice.js';
import type { Dice } from './dice.js';
import { type PlannedUpheaval, UPHEAVALS, type UpheavalName } from './plan.js';

const EVERY_MS = 6_000;
/** Longer than a purchase's workflow task may take, and than an activity may run. */
const FROZEN_MS = 23_000;

const WEIGHTS: Readonly<Record<UpheavalName, number>> = {
  kill: 46,
  freeze: 8,
  'replace-all': 10,
  'restart-server': 7,
  'restart-database': 5,
  'all-gone': 4,
  maintenance: 6,
  'token-lost': 14,
};

/** How long each lasts, where it lasts. */
const LASTS_MS: Readonly<Partial<Record<UpheavalName, number>>> = {
  freeze: FROZEN_MS,
  'all-gone': 5_000,
  maintenance: 4_000,
};

export function drawUpheavals(dice: Dice, lastsMs: number, choice: Choice): PlannedUpheaval[] {
  const weights = Object.fromEntries(
    UPHEAVALS.filter((name) => choice.takes('upheaval', name)).map((name) => [name, WEIGHTS[name]]),
  ) as Record<UpheavalName, number>;
  if (Object.keys(weights).length === 0) return [];
  return Array.from({ length: Math.ceil(lastsMs / EVERY_MS) }, (_, index) => {
    const own = dice.of(index);
    const upheaval = own.of('which').weighed(weights);
    return {
      upheaval,
      atMs: index * EVERY_MS + own.of('at').whole(500, EVERY_MS - 500),
      worker: own.of('worker').whole(0, 7),
      lastsMs: LASTS_MS[upheaval] ?? 0,
    };
  });
}
