import { FAULT_NAMES, type FaultName } from '../../sandbox/doku/faults.js';
import { type Cell, isMerchantWide, isOfProcess } from './cells.js';

/** Of the calls that name no journey, so many: each takes longer than a worker waits for a token. */
const MERCHANT_WIDE = [
  'tokenB2B.missing/drop/before',
  'tokenB2B.expired/http500/after',
  'tokenB2B.refused/hang/before',
];

/** One part of so many of a sample: every journey meets every so-many-th fault, another journey the next. */
export function partOf(sample: readonly Cell[], parts: number): Cell[] {
  const journeys = [...new Set(sample.map(({ scenario }) => scenario.journey))];
  return sample.filter(
    (cell) =>
      isMerchantWide(cell) ||
      (journeys.indexOf(cell.scenario.journey) + FAULT_NAMES.indexOf(cell.breakdown as FaultName)) %
        parts ===
        0,
  );
}

/**
 * A sample in which every journey meets every fault, and every call every other one, with before and after in turns;
 * and a token that nobody can renew for a while.
 */
export function sampleOf(cells: readonly Cell[]): Cell[] {
  const faults = cells.filter(
    (cell) =>
      !isOfProcess(cell) && !isMerchantWide(cell) && !cell.scenario.settings && !cell.temperament,
  );
  const journeys = [...new Set(faults.map(({ scenario }) => scenario.journey))];
  const ofJourneys = journeys.flatMap((journey, journeyIndex) => {
    const own = faults.filter(({ scenario }) => scenario.journey === journey);
    const scenarios = [...new Set(own.map(({ scenario }) => scenario))];
    return FAULT_NAMES.map((fault, faultIndex) => {
      const scenario = scenarios[faultIndex % scenarios.length];
      const turn = (journeyIndex + faultIndex + Math.floor(faultIndex / scenarios.length)) % 2;
      const when = turn === 0 ? 'before' : 'after';
      return own.find(
        (cell) => cell.scenario === scenario && cell.breakdown === fault && cell.when === when,
      ) as Cell;
    });
  });
  const ofMerchants = cells.filter(({ name }) => MERCHANT_WIDE.some((end) => name.endsWith(end)));
  return [...ofJourneys, ...ofMerchants];
}
