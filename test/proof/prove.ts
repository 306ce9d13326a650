import type { Client } from '@temporalio/client';
import type { SnapSettingsInput } from '../../activities/snap/settings.js';
import { QUICK, startQuickStack } from '../setting/quick-stack.js';
import { type Cell, isMerchantWide, isOfProcess, PROCESS_BREAKDOWNS } from './cells.js';
import { type RunOptions, runFaults } from './faults-run.js';
import { inTurn } from './in-turn.js';
import { runProcessBreakdowns } from './process-run.js';
import { runProcessWaves } from './process-waves-run.js';
import { stillOpen } from './still-open.js';
import { isStillOpen, type Verdict } from './verdict.js';
import { runFaultWaves } from './waves-run.js';

export interface ProveOptions extends RunOptions {
  readonly say: (text: string) => void;
}

/** Runs cells of any kind, each with what it needs around it. */
export async function prove(cells: readonly Cell[], options: ProveOptions): Promise<Verdict[]> {
  const ofProcess = cells.filter(isOfProcess);
  // What waits for a token, a worker or a server leaves the cores to the others.
  return allOf([
    proveFaults(
      cells.filter((cell) => !isOfProcess(cell)),
      options,
    ),
    proveProcesses(
      ofProcess.filter((cell) => !isMerchantWide(cell)),
      options,
    ),
    proveProcessWaves(ofProcess.filter(isMerchantWide), options),
  ]);
}

/** Where one could not be run, the others have stopped what they started before it is told. */
async function allOf(runs: readonly Promise<Verdict[]>[]): Promise<Verdict[]> {
  const ended = await Promise.allSettled(runs);
  return ended.flatMap((run) => {
    if (run.status === 'rejected') throw run.reason;
    return run.value;
  });
}

/** Faults of DOKU's; those that break a call for a whole merchant beside the others. */
export async function proveFaults(cells: readonly Cell[], options: RunOptions): Promise<Verdict[]> {
  return allOf([
    onStacks(
      cells.filter((cell) => !isMerchantWide(cell)),
      options,
    ),
    runFaultWaves(cells.filter(isMerchantWide), options),
  ]);
}

async function onStacks(cells: readonly Cell[], options: RunOptions): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const alike of bySettings(cells)) verdicts.push(...(await onStack(alike, options)));
  return verdicts;
}

async function onStack(cells: readonly Cell[], options: RunOptions): Promise<Verdict[]> {
  const settings = {
    ...JSON.parse(QUICK.DOKU_SNAP_SETTINGS ?? '{}'),
    ...cells[0]?.scenario.settings,
  };
  const stack = await inTurn(() =>
    startQuickStack({ DOKU_SNAP_SETTINGS: JSON.stringify(settings) }),
  );
  try {
    const verdicts = await runFaults(stack.shop, cells, options);
    return await explained(verdicts, stack.client);
  } finally {
    await stack.stop();
  }
}

/** With what is open on a server on which a cell did not end. */
async function explained(verdicts: Verdict[], client: Client): Promise<Verdict[]> {
  if (verdicts.every(({ mistakes }) => !mistakes.some(isStillOpen))) return verdicts;
  const open = await stillOpen(client);
  return verdicts.map(({ cell, mistakes }) => ({
    cell,
    mistakes: mistakes.some(isStillOpen) ? [...mistakes, ...open] : mistakes,
  }));
}

async function proveProcessWaves(cells: readonly Cell[], { say }: ProveOptions) {
  const verdicts: Verdict[] = [];
  for (const own of byBreakdown(cells)) verdicts.push(...(await runProcessWaves(own, say)));
  return verdicts;
}

/** Workers killed, and servers restarted, each on a site of its own. */
async function proveProcesses(cells: readonly Cell[], { say }: ProveOptions): Promise<Verdict[]> {
  const runs = byBreakdown(cells)
    .flatMap(bySettings)
    .map((alike) => runProcessBreakdowns(alike, say));
  return allOf(runs);
}

const byBreakdown = (cells: readonly Cell[]): Cell[][] =>
  PROCESS_BREAKDOWNS.map((breakdown) =>
    cells.filter((cell) => cell.breakdown === breakdown),
  ).filter((own) => own.length > 0);

function bySettings(cells: readonly Cell[]): Cell[][] {
  const groups = new Map<SnapSettingsInput | undefined, Cell[]>();
  for (const cell of cells) {
    const { settings } = cell.scenario;
    groups.set(settings, [...(groups.get(settings) ?? []), cell]);
  }
  return [...groups.values()];
}
