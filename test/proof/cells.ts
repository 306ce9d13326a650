import { FAULT_NAMES, type FaultName } from '../../sandbox/faults.js';
import { accountScenarios } from './account-scenarios.js';
import { moneyScenarios } from './money-scenarios.js';
import type { Scenario } from './scenario.js';

/** A fault of DOKU's, the worker killed, or the Temporal server restarted, while the call is on its way. */
export type Breakdown = FaultName | 'workerKilled' | 'serverRestarted';
export const PROCESS_BREAKDOWNS = ['workerKilled', 'serverRestarted'] as const;

/** One scenario with one breakdown. */
export interface Cell {
  /** Repeats this cell alone: `npm run proof -- --only NAME`. */
  readonly name: string;
  readonly scenario: Scenario;
  readonly breakdown: Breakdown;
  /** Whether DOKU had done what was asked when it broke. */
  readonly when: 'before' | 'after';
}

const scenarios: readonly Scenario[] = [...moneyScenarios, ...accountScenarios];

/** Scenarios of the same journey and call are told apart by their number. */
function namesOf(all: readonly Scenario[]): string[] {
  const counts = new Map<string, number>();
  return all.map(({ journey, call }) => {
    const base = `${journey}/${call}`;
    const count = (counts.get(base) ?? 0) + 1;
    counts.set(base, count);
    return count === 1 ? base : `${base}.${count}`;
  });
}

/** Every scenario × breakdown × before and after. */
export function allCells(): Cell[] {
  const names = namesOf(scenarios);
  return scenarios.flatMap((scenario, index) =>
    [...FAULT_NAMES, ...PROCESS_BREAKDOWNS].flatMap((breakdown) =>
      (['before', 'after'] as const).map((when) => ({
        name: `${names[index]}/${breakdown}/${when}`,
        scenario,
        breakdown,
        when,
      })),
    ),
  );
}

/**
 * A sample in which every journey meets every fault, and every call every other one, with before and after in turns.
 */
export function sampleOf(cells: readonly Cell[]): Cell[] {
  const faults = cells.filter(({ breakdown }) => !isOfProcess(breakdown));
  const journeys = [...new Set(faults.map(({ scenario }) => scenario.journey))];
  return journeys.flatMap((journey, journeyIndex) => {
    const own = scenarios.filter((scenario) => scenario.journey === journey);
    return FAULT_NAMES.map((fault, faultIndex) => {
      const scenario = own[faultIndex % own.length];
      const turn = (journeyIndex + faultIndex + Math.floor(faultIndex / own.length)) % 2;
      const when = turn === 0 ? 'before' : 'after';
      return faults.find(
        (cell) => cell.scenario === scenario && cell.breakdown === fault && cell.when === when,
      ) as Cell;
    });
  });
}

export const isOfProcess = (
  breakdown: Breakdown,
): breakdown is 'workerKilled' | 'serverRestarted' =>
  (PROCESS_BREAKDOWNS as readonly string[]).includes(breakdown);
