import type { Row } from './row.js';
import { short } from './table.js';

const WIDTH = 900;
const LEFT = 430;
const LINE = 26;
/** A hundredth to a hundredfold of the peer. */
const DECADES = 2;

/** Each row's ratio to its peer on a logarithmic scale, as SVG. */
export function plotOf(rows: readonly Row[]): string {
  const drawn = rows.filter(({ ratio }) => ratio);
  const height = (drawn.length + 2) * LINE;
  const one = xOf(1);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    '<title>What doku-journeys does and costs, as times of its peers</title>',
    `<rect width="${WIDTH}" height="${height}" fill="white"/>`,
    `<text x="${one}" y="16" text-anchor="middle">same as the peer</text>`,
    `<line x1="${one}" x2="${one}" y1="22" y2="${height}" stroke="#999"/>`,
    ...drawn.map((row, index) => barOf(row, (index + 1) * LINE)),
    '</svg>',
    '',
  ].join('\n');
}

function barOf({ what, peer, ratio, goal }: Row, top: number): string {
  const value = ratio?.median ?? 1;
  const [from, to] = [xOf(Math.min(1, value)), xOf(Math.max(1, value))];
  const colour = goal === undefined ? '#7a8794' : goal.isMet ? '#2f7d4f' : '#b5482a';
  const label = `${what}, vs ${peer?.name ?? 'peer'}`;
  return [
    `<text x="${LEFT - 10}" y="${top + 16}" text-anchor="end">${escaped(label)}</text>`,
    `<rect x="${from}" y="${top + 5}" width="${Math.max(1, to - from)}" height="14" fill="${colour}"/>`,
    `<text x="${to + 6}" y="${top + 16}">×${short(value)}${goal ? ` (${escaped(goal.text)})` : ''}</text>`,
  ].join('');
}

function xOf(ratio: number): number {
  const clamped = Math.min(DECADES, Math.max(-DECADES, Math.log10(ratio)));
  const span = WIDTH - LEFT - 120;
  return Math.round(LEFT + ((clamped + DECADES) / (2 * DECADES)) * span);
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
