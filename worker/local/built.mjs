/**
 * Whether `dist/` is there, and of these very sources. Plain JavaScript, as it also runs where only production's packages are
 * installed.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** The last thing that `npm run build` writes. */
const LAST = path.join(ROOT, 'dist', 'workflow-bundle.sha256');
const { include } = JSON.parse(readFileSync(path.join(ROOT, 'tsconfig.build.json'), 'utf8'));

/** What a build is made of. @type {readonly string[]} */
export const SOURCES = [
  ...include,
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
];

/** @returns {boolean} */
export function isBuilt() {
  const youngest = Math.max(...SOURCES.map((name) => changedAt(path.join(ROOT, name))));
  return existsSync(LAST) && statSync(LAST).mtimeMs >= youngest;
}

/** A folder changes when a file in it comes or goes, or changes. @param {string} place @returns {number} */
function changedAt(place) {
  const stat = statSync(place);
  if (!stat.isDirectory()) return stat.mtimeMs;
  const inside = readdirSync(place).map((name) => changedAt(path.join(place, name)));
  return Math.max(stat.mtimeMs, ...inside);
}
