/**
 * What a program is told where nothing else says which site is meant, and `npm start` or `npm run site` runs. Plain JavaScript, as
 * `program.mjs` is.
 */
import path from 'node:path';
import { ownText, SAID_BY } from '../../client/local-site.mjs';

/** Any of them, set to something else, says that another site is meant. */
const SAID_OTHERWISE_BY = [...SAID_BY, 'DOKU_BASE_URL', 'DOKU_CLIENT_ID', 'DOKU_CLIENT_ID_FILE'];

/**
 * @param {string} program - such as `doku-journeys-gateway`.
 * @param {NodeJS.ProcessEnv} environment
 * @returns {{ environment: NodeJS.ProcessEnv, note?: string }} what it is to be run with, and what is to be said of that.
 * @throws {Error} when the file is not to be trusted.
 */
export function besideRunningStack(program, environment) {
  const file = path.join(environment.DOKU_JOURNEYS_DATA || '.local', 'programs.json');
  const text = ownText(file);
  if (text === undefined) return { environment };
  const { by, pid, programs } = JSON.parse(text);
  const told = programs[program];
  const isOther = (name) => environment[name] && environment[name] !== told[name];
  if (told === undefined || SAID_OTHERWISE_BY.some(isOther)) return { environment };
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
