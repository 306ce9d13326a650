/**
 * What a program is told where nothing else says which site is meant, and `npm start` or `npm run site` runs. Plain JavaScript, as
 * `program.mjs` is.
 */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** Any of them, set to something else, says that another site is meant. */
const SAID_BY = [
  'TEMPORAL_ADDRESS',
  'TEMPORAL_PROFILE',
  'TEMPORAL_CONFIG_FILE',
  'TEMPORAL_API_KEY',
  'TEMPORAL_API_KEY_FILE',
  'PAYLOAD_KEYS',
  'PAYLOAD_KEYS_FILE',
  'DOKU_BASE_URL',
  'DOKU_CLIENT_ID',
  'DOKU_CLIENT_ID_FILE',
];
/** Bits of a file's mode that let others than its owner at it. */
const OTHERS = 0o077;

/**
 * @param {string} program - such as `doku-journeys-gateway`.
 * @param {NodeJS.ProcessEnv} environment
 * @returns {{ environment: NodeJS.ProcessEnv, note?: string }} what it is to be run with, and what is to be said of that.
 * @throws {Error} when the file is not to be trusted.
 */
export function besideRunningStack(program, environment) {
  const file = path.join(environment.DOKU_JOURNEYS_DATA || '.local', 'programs.json');
  const mode = statSync(file, { throwIfNoEntry: false })?.mode;
  if (mode === undefined) return { environment };
  // Windows has no such bits.
  if (process.platform !== 'win32' && (mode & OTHERS) !== 0)
    throw new Error(`${file}: others than its owner may read or change it: chmod 600 ${file}`);
  const { by, pid, programs } = JSON.parse(readFileSync(file, 'utf8'));
  const told = programs[program];
  const isOther = (name) => environment[name] && environment[name] !== told[name];
  if (told === undefined || SAID_BY.some(isOther)) return { environment };
  if (!isAlive(pid)) {
    const note = `"${by}", which ${file} speaks of, was killed: start it again for what it says`;
    return { environment, note };
  }
  const given = Object.entries(environment).filter(([, value]) => value);
  return {
    environment: { ...told, ...Object.fromEntries(given) },
    note: `beside "${by}", with its addresses and keys (${file})`,
  };
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
