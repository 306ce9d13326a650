import type { ProcessSite } from '../setting/process-site.js';
import type { Cell } from './cells.js';
import { inTurn } from './in-turn.js';
import { breakProcess, startBreakable } from './process-breakdown.js';
import { claimsOf, judge, type Verdict } from './verdict.js';

/** A call hangs no longer than its activity may run, so all must hang within this time. */
const GATHER_MS = 14_000;
/** Few enough that all of their calls hang in time, also on a machine that does much else. */
const AT_ONCE = 24;
/** Calls that were not under way when it broke prove nothing: they get another chance. */
const CHANCES = 4;

/**
 * Runs cells in which the worker is killed, or the Temporal server restarted, while a call that names a reference is on
 * its way. All cells are of one breakdown, and of the same settings.
 */
export async function runProcessBreakdowns(
  cells: readonly Cell[],
  say: (text: string) => void,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const [{ breakdown, scenario }] = cells as [Cell];
  const site = await inTurn(() => startBreakable(scenario.settings));
  try {
    const left = cells.map((cell) => ({ cell, chances: CHANCES }));
    while (left.length > 0) {
      const now = left.splice(0, AT_ONCE);
      say(`  ${breakdown}: ${now.length} calls on their way, ${left.length} to come`);
      const judged = await breakDuring(
        site,
        now.map(({ cell }) => cell),
      );
      verdicts.push(...judged);
      const met = new Set(judged.map(({ cell }) => cell));
      for (const { cell, chances } of now) {
        if (met.has(cell)) continue;
        if (chances > 1) left.push({ cell, chances: chances - 1 });
        else verdicts.push({ cell, mistakes: ['the call was never on its way when it broke'] });
      }
    }
  } finally {
    await site.stop();
  }
  return verdicts;
}

/**
 * Drives all cells until their calls hang, breaks what their breakdown says, and lets them end.
 *
 * @returns no verdict on a cell that is right but whose call was not on its way.
 */
async function breakDuring(site: ProcessSite, cells: readonly Cell[]): Promise<Verdict[]> {
  const prepared = await Promise.all(cells.map((cell) => cell.scenario.prepare(site.shop)));
  const references = new Map<Cell, string>();
  const drives = cells.map((cell, index) =>
    claimsOf(
      prepared[index]?.run(async (reference) => {
        await hang(site, cell, reference);
        references.set(cell, reference);
      }) ?? Promise.resolve([]),
    ),
  );
  await gathered(site, cells, references);
  const waiting = await notReached(site);
  await breakProcess(site, cells[0] as Cell);
  const claims = await Promise.all(drives);
  const isMissed = (cell: Cell) => {
    const reference = references.get(cell);
    return reference === undefined || waiting.has(`${cell.scenario.call} ${reference}`);
  };
  const ended = cells.map((cell, index) => ({ cell, claims: claims[index] ?? [] }));
  const verdicts = await judge(site.shop, ended);
  // What is wrong is wrong, whether the breakdown met the call or not.
  return verdicts.filter(({ cell, mistakes }) => !isMissed(cell) || mistakes.length > 0);
}

async function hang(
  { shop }: ProcessSite,
  { scenario, when }: Cell,
  partnerReferenceNo: string,
): Promise<void> {
  await shop.doku.fault({
    operation: scenario.call,
    fault: 'hang',
    when,
    delayMs: 60_000,
    match: { partnerReferenceNo },
  });
}

/** Waits until every cell's call hangs, or the first of them cannot hang any longer. */
async function gathered(
  site: ProcessSite,
  cells: readonly Cell[],
  references: ReadonlyMap<Cell, string>,
): Promise<void> {
  let firstAt: number | undefined;
  for (;;) {
    const waiting = await notReached(site);
    if (references.size === cells.length && waiting.size === 0) return;
    if (waiting.size < references.size) firstAt ??= Date.now();
    if (firstAt !== undefined && Date.now() - firstAt > GATHER_MS) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Calls, with their reference, that no request has reached yet. */
async function notReached({ shop }: ProcessSite): Promise<Set<string>> {
  const faults = await shop.doku.faults();
  return new Set(faults.map((fault) => `${fault.operation} ${fault.match?.partnerReferenceNo}`));
}
