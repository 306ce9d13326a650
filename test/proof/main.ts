/**
 * `npm run proof`: for each journey, each of its calls to DOKU, and each way in which that call can break, the journey
 * is run to its end and held against DOKU's ledger.
 *
 * @module
 */
import { parseArgs } from 'node:util';
import '../setting/quiet.js';
import { allCells, type Cell } from './cells.js';
import { prove } from './prove.js';
import { sampleOf } from './sample.js';
import { LIMIT_MS, type Verdict } from './verdict.js';

const say = (text = '') => process.stdout.write(`${text}\n`);

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean' },
      only: { type: 'string', multiple: true },
      /** Seconds that a cell may take. */
      limit: { type: 'string' },
    },
  });
  const limitMs = values.limit === undefined ? LIMIT_MS : Number(values.limit) * 1_000;
  const cells = chosen(values.quick ?? false, values.only);
  const began = Date.now();
  say(`Proving ${cells.length} cells…`);
  let done = 0;
  const verdicts = await prove(cells, {
    limitMs,
    say,
    onDone: () => {
      done += 1;
      if (done % 50 === 0) say(`  ${done} of ${cells.length}`);
    },
  });
  report(verdicts);
  say(`\n${cells.length} cells in ${Math.round((Date.now() - began) / 1_000)} s`);
  return verdicts.every(({ mistakes }) => mistakes.length === 0) ? 0 : 1;
}

/** @throws Error when no cell has the name. */
function chosen(isQuick: boolean, only: readonly string[] | undefined): Cell[] {
  const all = allCells();
  if (only === undefined) return isQuick ? sampleOf(all) : all;
  const found = all.filter(({ name }) =>
    only.some((wanted) => name.startsWith(wanted) || name.split('/').includes(wanted)),
  );
  if (found.length === 0)
    throw new Error(`no cell is named ${only.join(', ')}; one is ${all[0]?.name}`);
  return found;
}

function report(verdicts: readonly Verdict[]): void {
  const journeys = [...new Set(verdicts.map(({ cell }) => cell.scenario.journey))].sort();
  say(
    `\n${'journey'.padEnd(20)} ${'calls'.padStart(5)} ${'cells'.padStart(6)} ${'right'.padStart(6)}`,
  );
  for (const journey of journeys) {
    const own = verdicts.filter(({ cell }) => cell.scenario.journey === journey);
    const calls = new Set(own.map(({ cell }) => cell.scenario.call)).size;
    const right = own.filter(({ mistakes }) => mistakes.length === 0).length;
    const numbers = [calls, own.length, right].map((number, index) =>
      String(number).padStart(index === 0 ? 5 : 6),
    );
    say(`${journey.padEnd(20)} ${numbers.join(' ')}`);
  }
  for (const { cell, mistakes } of verdicts) {
    if (mistakes.length === 0) continue;
    say(`\nWRONG ${cell.name}`);
    for (const mistake of mistakes) say(`  ${mistake}`);
    say(`  repeat: npm run proof -- --only ${cell.name}`);
  }
}

// A drive that was given up goes on asking a server that is being stopped; Temporal's client throws that in a timer.
process.on('uncaughtException', (error) => {
  if (error.message !== 'Channel has been shut down') throw error;
});

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`proof: ${error.message}\n`);
    process.exit(2);
  },
);
