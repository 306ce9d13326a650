import { readFile, writeFile } from 'node:fs/promises';
import { BENCHES } from './benches.js';
import type { Machine } from './machine.js';
import { plotOf } from './plot.js';
import type { Row } from './row.js';
import { cellsOf, short } from './table.js';

/** What one part of the bench came to. */
export interface Part {
  readonly name: string;
  readonly method: string;
  readonly isQuick: boolean;
  /** The machine's load just before, one for each core that others kept busy. */
  readonly busyCores: number;
  readonly seconds: number;
  readonly rows: readonly Row[];
}

interface Document {
  readonly machine: Machine;
  readonly parts: readonly Part[];
}

const at = (file: string) => new URL(`../docs/${file}`, import.meta.url);

/** Writes a part into `docs/performance.md`, its plot, and the figures of both. All other parts stay as they were. */
export async function writePage(measured: Part, machine: Machine): Promise<void> {
  const known = [measured, ...(await partsWrittenBefore())];
  const parts = BENCHES.flatMap(({ name }) => known.find((part) => part.name === name) ?? []);
  await writeFile(at('performance.json'), `${JSON.stringify({ machine, parts }, null, 1)}\n`);
  await writeFile(at('performance.md'), pageOf({ machine, parts }));
  await writeFile(at('performance.svg'), plotOf(parts.flatMap(({ rows }) => rows)));
}

async function partsWrittenBefore(): Promise<readonly Part[]> {
  try {
    return (JSON.parse(await readFile(at('performance.json'), 'utf8')) as Document).parts;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function pageOf({ machine: { cores, memoryGiB, node, platform }, parts }: Document): string {
  return [
    '# Performance',
    '',
    'Written by `npm run bench -- --write` from [its figures](performance.json), all of one machine:',
    `${cores} cores, ${memoryGiB} GiB, ${platform}, Node ${node}. Contenders take turns in alternating order after a`,
    'warm-up; a cell shows the median of the turns and, in brackets, the least and the most. A ratio is taken turn by turn.',
    'What the rows that fall short are due to, and what all of them mean for sizing: [sizing](sizing.md).',
    '',
    '![Ratios to the peers](performance.svg)',
    ...parts.flatMap(linesOf),
    '',
  ].join('\n');
}

function linesOf({ name, method, isQuick, busyCores, seconds, rows }: Part): string[] {
  const notes = rows.flatMap(({ what, note }) => (note ? [`- ${what}: ${note}`] : []));
  const run = `${isQuick ? 'A quick run' : 'A full run'} of ${seconds} s; load of the machine before it ${short(busyCores)}.`;
  return [
    '',
    `## ${name}`,
    '',
    `${method} ${run}`,
    '',
    '| what | unit | doku-journeys | peer | ratio | goal | |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map((row) => `| ${cellsOf(row).join(' | ')} |`),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ];
}
