/**
 * `npm run bench`: measures the product, and what a user would pick instead, in one run on one machine.
 *
 * @module
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { BENCHES } from './benches.js';
import { machine } from './machine.js';
import { performancePage } from './page.js';
import type { Bench, BenchOptions, Row } from './row.js';
import { tableOf } from './table.js';

const USAGE = `npm run bench [-- options]
  --quick       everything once and small, under two minutes
  --only NAME   one part: ${BENCHES.map(({ name }) => name).join(', ')}; may be given several times
  --json        one JSON document on standard output, progress on standard error
  --write       docs/performance.md and its plot, from this run
  --profile DIR CPU profiles of the worker processes`;

/** What one part came to. */
export interface Measured {
  readonly bench: Bench;
  readonly rows: readonly Row[];
  readonly seconds: number;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const print = (text: string) => void process.stdout.write(`${text}\n`);
  if (values.help) {
    print(USAGE);
    return 0;
  }
  if (values.profile) await mkdir(values.profile, { recursive: true });
  const measured = await measure(chosen(values.only), {
    isQuick: values.quick,
    say: (text) => void process.stderr.write(`${text}\n`),
    ...(values.profile && { profileFolder: values.profile }),
  });
  const rows = measured.flatMap((part) => part.rows);
  if (values.json) {
    const parts = measured.map(({ bench, ...part }) => ({ name: bench.name, ...part }));
    print(JSON.stringify({ machine: machine(), isQuick: values.quick, parts }));
  } else {
    print(tableOf(rows));
  }
  if (values.write) await writePage(measured);
  return 0;
}

/** @throws Error when no part has the name. */
function chosen(only: readonly string[] | undefined): readonly Bench[] {
  for (const name of only ?? [])
    if (!BENCHES.some((bench) => bench.name === name))
      throw new Error(`no part is named "${name}"\n${USAGE}`);
  return only ? BENCHES.filter(({ name }) => only.includes(name)) : BENCHES;
}

async function measure(benches: readonly Bench[], options: BenchOptions): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const bench of benches) {
    options.say(`${bench.name}: ${bench.method}`);
    const began = performance.now();
    const rows = await bench.run(options);
    measured.push({ bench, rows, seconds: Math.round((performance.now() - began) / 1_000) });
  }
  return measured;
}

async function writePage(measured: readonly Measured[]): Promise<void> {
  const { page, plot } = performancePage(measured, machine());
  await writeFile(new URL('../docs/performance.md', import.meta.url), page);
  await writeFile(new URL('../docs/performance.svg', import.meta.url), plot);
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`bench: ${error.message}\n`);
    process.exit(2);
  },
);
