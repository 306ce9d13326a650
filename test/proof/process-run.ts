import type { Cell, ProcessBreakdown } from './cells.js';
import { ProcessSite } from './process-site.js';
import { claimsOf, judge, type Verdict } from './verdict.js';

/** A call hangs no longer than its activity may run, so all must hang within this time. */
const GATHER_MS = 14_000;
/** Calls that were not under way when it broke prove nothing: they get another chance. */
const ROUNDS = 4;

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
  const site = await ProcessSite.start(scenario.settings);
  try {
    let left = cells;
    for (let round = 1; round <= ROUNDS && left.length > 0; round++) {
      say(`  ${breakdown}: ${left.length} calls on their way`);
      const { judged, missed } = await breakDuring(site, left);
      verdicts.push(...judged);
      left = missed;
    }
  } finally {
    await site.stop();
  }
  const judged = new Set(verdicts.map(({ cell }) => cell));
  const mistakes = ['the call was never on its way when it broke'];
  const missed = cells.filter((cell) => !judged.has(cell));
  return [...verdicts, ...missed.map((cell) => ({ cell, mistakes }))];
}

/** Drives all cells until their calls hang, breaks what their breakdown says, and lets them end. */
async function breakDuring(
  site: ProcessSite,
  cells: readonly Cell[],
): Promise<{ judged: Verdict[]; missed: Cell[] }> {
  const prepared = await Promise.all(cells.map((cell) => cell.scenario.prepare(site.shop)));
  const references = new Map<Cell, string>();
  const drives = cells.map((cell, index) =>
    claimsOf(
      prepared[index]?.run(async (reference) => {
        references.set(cell, reference);
        await hang(site, cell, reference);
      }) ?? Promise.resolve([]),
    ),
  );
  await gathered(site, cells, references);
  const waiting = await notReached(site);
  await site.break(cells[0]?.breakdown as ProcessBreakdown);
  const claims = await Promise.all(drives);
  const isMissed = (cell: Cell) => {
    const reference = references.get(cell);
    return reference === undefined || waiting.has(`${cell.scenario.call} ${reference}`);
  };
  const ended = cells.map((cell, index) => ({ cell, claims: claims[index] ?? [] }));
  const verdicts = await judge(site.shop, ended);
  return {
    // What is wrong is wrong, whether the breakdown met the call or not.
    judged: verdicts.filter(({ cell, mistakes }) => !isMissed(cell) || mistakes.length > 0),
    missed: verdicts
      .filter(({ cell, mistakes }) => isMissed(cell) && mistakes.length === 0)
      .map(({ cell }) => cell),
  };
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
