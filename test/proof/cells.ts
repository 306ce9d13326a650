import { FAULT_NAMES, type FaultName } from '../../sandbox/doku/faults.js';
import type { Scenario } from './scenario.js';
import { accountScenarios } from './scenarios/account.js';
import { purchaseScenarios } from './scenarios/purchase.js';
import { settingsScenarios } from './scenarios/settings.js';
import { fundsScenarios, tokenScenarios } from './scenarios/token.js';
import { topUpScenarios } from './scenarios/top-up.js';
import { transferScenarios } from './scenarios/transfer.js';
import { type Temperament, temperamentsOf } from './temperaments.js';

/** A fault of DOKU's, the worker killed, or the Temporal server restarted, while the call is on its way. */
export type Breakdown = FaultName | ProcessBreakdown;
export const PROCESS_BREAKDOWNS = ['workerKilled', 'serverRestarted'] as const;
type ProcessBreakdown = (typeof PROCESS_BREAKDOWNS)[number];

/** One scenario with one breakdown. */
export interface Cell {
  /** Repeats this cell alone: `npm run proof -- --only NAME`. */
  readonly name: string;
  readonly scenario: Scenario;
  readonly breakdown: Breakdown;
  /** Whether DOKU had done what was asked when it broke. */
  readonly when: 'before' | 'after';
  /** How DOKU is beside it. */
  readonly temperament?: Temperament;
}

export const scenarios: readonly Scenario[] = [
  ...purchaseScenarios,
  ...topUpScenarios,
  ...transferScenarios,
  ...accountScenarios,
  ...settingsScenarios,
  ...fundsScenarios,
  ...tokenScenarios,
];

/** Scenarios of the same journey and call are told apart by their variant or, without one, their number. */
function namesOf(all: readonly Scenario[]): string[] {
  const counts = new Map<string, number>();
  return all.map(({ journey, call, variant }) => {
    const base = `${journey}/${call}${variant ? `.${variant}` : ''}`;
    const count = (counts.get(base) ?? 0) + 1;
    counts.set(base, count);
    return count === 1 ? base : `${base}.${count}`;
  });
}

/** Every scenario × breakdown × before and after; and so many temperaments beside a fault. */
export function allCells(): Cell[] {
  const names = namesOf(scenarios);
  return [...brokenCells(names), ...temperedCells(names)];
}

/** Temperaments that a scenario meets, in turns. */
const TEMPERAMENTS_A_SCENARIO = 6;

/** In pairs, as the full product would take hours: each temperament with the faults and the calls in turns. */
function temperedCells(names: readonly string[]): Cell[] {
  const met = new Map<string, number>();
  return scenarios.flatMap((scenario, index) => {
    if (scenario.merchantWide || scenario.settings) return [];
    const temperaments = temperamentsOf(scenario.call);
    return Array.from({ length: TEMPERAMENTS_A_SCENARIO }, (_, turn): Cell => {
      const at = (index * TEMPERAMENTS_A_SCENARIO + turn) % temperaments.length;
      const temperament = temperaments[at] as Temperament;
      // Each time that a temperament comes, with the next fault.
      const times = met.get(temperament.name) ?? 0;
      met.set(temperament.name, times + 1);
      const breakdown = FAULT_NAMES[times % FAULT_NAMES.length] as FaultName;
      const when = (times + index) % 2 === 0 ? 'after' : 'before';
      const name = `${names[index]}/${breakdown}/${when}/${temperament.name}`;
      return { name, scenario, breakdown, when, temperament };
    });
  });
}

function brokenCells(names: readonly string[]): Cell[] {
  return scenarios.flatMap((scenario, index) =>
    [...FAULT_NAMES, ...(scenario.onlyFaults ? [] : PROCESS_BREAKDOWNS)].flatMap((breakdown) =>
      (['before', 'after'] as const).map((when) => ({
        name: `${names[index]}/${breakdown}/${when}`,
        scenario,
        breakdown,
        when,
      })),
    ),
  );
}

export const isOfProcess = ({ breakdown }: Cell) =>
  (PROCESS_BREAKDOWNS as readonly string[]).includes(breakdown);

export const isMerchantWide = ({ scenario }: Cell) => scenario.merchantWide !== undefined;
