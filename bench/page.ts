import type { Machine } from './machine.js';
import type { Measured } from './main.js';
import { plotOf } from './plot.js';
import { cellsOf } from './table.js';

/** `docs/performance.md` and its plot. */
export function performancePage(
  measured: readonly Measured[],
  { cores, memoryGiB, node, platform }: Machine,
): { page: string; plot: string } {
  const page = [
    '# Performance',
    '',
    'Written by `npm run bench -- --write`; every figure is of one run on one machine:',
    `${cores} cores, ${memoryGiB} GiB, ${platform}, Node ${node}. Contenders take turns in alternating order after a`,
    'warm-up; a cell shows the median of the turns and, in brackets, the least and the most. A ratio is taken turn by turn.',
    'How to read the rows that fall short, and what they mean for sizing: [sizing](sizing.md).',
    '',
    '![Ratios to the goals](performance.svg)',
    ...measured.flatMap(partOf),
    '',
  ].join('\n');
  return { page, plot: plotOf(measured.flatMap(({ rows }) => rows)) };
}

function partOf({ bench, rows, seconds }: Measured): string[] {
  const notes = rows.flatMap(({ what, note }) => (note ? [`- ${what}: ${note}`] : []));
  return [
    '',
    `## ${bench.name}`,
    '',
    `${bench.method} Took ${seconds} s.`,
    '',
    '| what | unit | doku-journeys | peer | ratio | goal | |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map((row) => `| ${cellsOf(row).join(' | ')} |`),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ];
}
