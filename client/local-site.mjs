/**
 * What tells programs beside `npm start` and `npm run site` of it: variables that say otherwise, and files of its folder. Plain
 * JavaScript, as it is read where only production's packages are installed, too.
 */
import { readFileSync, statSync } from 'node:fs';

/**
 * Any of them says which Temporal is meant, or with which keys.
 *
 * @type {readonly string[]}
 */
export const SAID_BY = [
  'TEMPORAL_ADDRESS',
  'TEMPORAL_PROFILE',
  'TEMPORAL_CONFIG_FILE',
  'TEMPORAL_API_KEY',
  'TEMPORAL_API_KEY_FILE',
  'PAYLOAD_KEYS',
  'PAYLOAD_KEYS_FILE',
];

/** Bits of a file's mode that let others than its owner at it. */
const OTHERS = 0o077;

/**
 * @param {string} file
 * @param {string} name - as it is told.
 * @returns {string | undefined} its text; nothing where there is no such file.
 * @throws {Error} when it is not to be trusted.
 */
export function ownText(file, name = file) {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode;
  if (mode === undefined) return undefined;
  // Windows has no such bits.
  if (process.platform !== 'win32' && (mode & OTHERS) !== 0)
    throw new Error(`${name}: others than its owner may read or change it: chmod 600 ${name}`);
  return readFileSync(file, 'utf8');
}
