import type { Row } from './row.js';
import type { Spread } from './spread.js';

const HEADER = ['what', 'unit', 'doku-journeys', 'peer', 'ratio', 'goal', ''] as const;

/** Rows as aligned text for a terminal, and what is to be said of them. */
export function tableOf(rows: readonly Row[]): string {
  const notes = rows.flatMap(({ what, note }) => (note ? [`${what}: ${note}`] : []));
  return [alignedOf(rows), '', ...notes].join('\n');
}

function alignedOf(rows: readonly Row[]): string {
  const lines = [HEADER as readonly string[], ...rows.map(cellsOf)];
  const widths = HEADER.map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  );
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** One row's cells, in the order of the header. */
export function cellsOf({ what, unit, ours, peer, ratio, goal }: Row): string[] {
  return [
    what,
    unit,
    written(ours),
    peer ? `${written(peer.spread)} ${peer.name}` : '',
    ratio ? written(ratio) : '',
    goal?.text ?? '',
    goal ? (goal.isMet ? 'met' : 'SHORT') : '',
  ];
}

/** The median, and how far the repeats lie apart. */
export function written({ median, least, most, samples }: Spread): string {
  if (samples === 1) return short(median);
  return `${short(median)} (${short(least)}–${short(most)})`;
}

/** Three digits that count. */
export function short(value: number): string {
  if (Math.abs(value) >= 100) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}
