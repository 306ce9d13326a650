import { setTimeout } from 'node:timers/promises';
import type { ProcessSite } from '../setting/process-site.js';
import type { Cell } from './cells.js';
import { inTurn } from './in-turn.js';
import { breakProcess, startBreakable } from './process-breakdown.js';
import type { Verdict } from './verdict.js';
import { runWave, type Wave, wavesOf } from './wave.js';

/** Between the first journey that comes to the call and the last. */
const OTHERS_COME_MS = 5_000;

/**
 * Runs cells in which the worker is killed, or the Temporal server restarted, while a call that names no journey is on
 * its way. All cells are of one breakdown.
 */
export async function runProcessWaves(
  cells: readonly Cell[],
  say: (text: string) => void,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const site = await inTurn(() => startBreakable());
  try {
    for (const wave of wavesOf(cells)) {
      const [{ breakdown, scenario }] = wave.cells as [Cell];
      say(`  ${breakdown}: ${scenario.call} of ${wave.cells.length} journeys on its way`);
      verdicts.push(...(await breakDuring(site, wave)));
    }
  } finally {
    await site.stop();
  }
  return verdicts;
}

function breakDuring(site: ProcessSite, wave: Wave): Promise<Verdict[]> {
  const { doku } = site.shop;
  const [cell] = wave.cells as [Cell];
  const { scenario, when } = cell;
  return runWave(site, wave, async ({ goOn, met }) => {
    const times = 1_000_000;
    await doku.fault({ operation: scenario.call, fault: 'hang', when, times, delayMs: 60_000 });
    goOn();
    await met();
    await setTimeout(OTHERS_COME_MS);
    await doku.call('DELETE', 'faults');
    await breakProcess(site, cell);
  });
}
