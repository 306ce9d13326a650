import { setTimeout } from 'node:timers/promises';
import { startDevServer } from '../../worker/local/dev-server.js';
import { type Merchant, openMerchant } from '../setting/merchant.js';
import { QUICK } from '../setting/quick-stack.js';
import type { Cell } from './cells.js';
import type { RunOptions } from './faults-run.js';
import { inTurn } from './in-turn.js';
import type { Verdict } from './verdict.js';
import { runWave, type Wave, wavesOf } from './wave.js';

/** Merchants at once, each with one wave after the other: they mostly wait. */
const AT_ONCE = 5;

/** Runs cells whose breakdown is a fault of the sandbox's, at a call that names no journey. */
export async function runFaultWaves(
  cells: readonly Cell[],
  options: RunOptions = {},
): Promise<Verdict[]> {
  if (cells.length === 0) return [];
  const left = wavesOf(cells);
  const verdicts: Verdict[] = [];
  const temporal = await startDevServer();
  try {
    const work = async (_: unknown, index: number) => {
      const merchant = await inTurn(() =>
        openMerchant({ temporal, taskQueue: `merchant-${index}`, environment: QUICK }),
      );
      try {
        for (let wave = left.shift(); wave; wave = left.shift()) {
          verdicts.push(...(await runFaultWave(merchant, wave, options.limitMs)));
          for (const _cell of wave.cells) options.onDone?.();
        }
      } finally {
        await merchant.stop();
      }
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, left.length) }, work));
  } finally {
    await temporal.teardown();
  }
  return verdicts;
}

async function runFaultWave(
  merchant: Merchant,
  wave: Wave,
  limitMs: number | undefined,
): Promise<Verdict[]> {
  const { doku } = merchant.shop;
  const [{ scenario, breakdown, when }] = wave.cells as [Cell];
  return runWave(
    merchant,
    wave,
    async ({ goOn, met }) => {
      await doku.fault({
        operation: scenario.call,
        fault: breakdown,
        when,
        times: 1_000_000,
        delayMs: breakdown === 'slow' ? 300 : 60_000,
      });
      goOn();
      await met();
      await setTimeout(wave.merchantWide.lastsMs);
      await doku.call('DELETE', 'faults');
    },
    limitMs,
  );
}
