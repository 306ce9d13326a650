/**
 * `npm run bench`: measures the product, and what a user would pick instead, in one run on one machine.
 *
 * @module
 */

import { mkdir } from 'node:fs/promises';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { BENCHES } from './benches.js';
import { machine } from './machine.js';
import { type Part, writePage } from './page.js';
import type { Bench, BenchOptions } from './row.js';
import { type Ground, ownGround, sharedGround, whileStarted } from './started.js';
import { tableOf } from './table.js';

const USAGE = `npm run bench [-- options]
  --quick       every part once and small, up to 50 purchases at once, on processes that the parts share
  --only NAME   one part: ${BENCHES.map(({ name }) => name).join(', ')}; may be given several times
  --json        one JSON document on standard output, progress on standard error
  --write       docs/performance.md and its plot; parts that were not run keep their last figures
  --profile DIR CPU profiles of the worker processes`;

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
  const parts = async (ground: Ground) => {
    const measured: Part[] = [];
    for (const bench of chosen(values.only)) {
      const part = await measure(bench, {
        isQuick: values.quick,
        ground,
        say: (text) => void process.stderr.write(`${text}\n`),
        ...(values.profile && { profileFolder: values.profile }),
      });
      measured.push(part);
      // At once: whoever ends a run of an hour keeps what it has measured.
      if (values.write) await writePage(part, machine());
    }
    return measured;
  };
  const measured = values.quick
    ? await whileStarted((keep) => parts(sharedGround(keep)))
    : await parts(ownGround);
  if (values.json) print(JSON.stringify({ machine: machine(), parts: measured }));
  else print(tableOf(measured.flatMap((part) => part.rows)));
  return 0;
}

/** @throws Error when no part has the name. */
function chosen(only: readonly string[] | undefined): readonly Bench[] {
  for (const name of only ?? [])
    if (!BENCHES.some((bench) => bench.name === name))
      throw new Error(`no part is named "${name}"\n${USAGE}`);
  return only ? BENCHES.filter(({ name }) => only.includes(name)) : BENCHES;
}

async function measure({ name, method, run }: Bench, options: BenchOptions): Promise<Part> {
  options.say(`${name}: ${method}`);
  const [busyCores = 0] = os.loadavg();
  const began = performance.now();
  const rows = await run(options);
  const seconds = Math.round((performance.now() - began) / 1_000);
  options.say(`  ${seconds} s`);
  return { name, method, isQuick: options.isQuick, busyCores, seconds, rows };
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`bench: ${error.message}\n`);
    process.exit(2);
  },
);
