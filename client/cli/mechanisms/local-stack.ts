/**
 * What `npm start` and `npm run site` leave for the command line beside them: where Temporal is, and the keys.
 *
 * @module
 */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from './failure.js';

/** Any of them says which site is meant. */
const SAID_BY = [
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

export interface SiteEnvironment {
  readonly environment: NodeJS.ProcessEnv;
  /** The file that it came from, where nothing else said which site is meant. */
  readonly file: string | undefined;
}

/**
 * @param folder - that the command line is run in; `DOKU_JOURNEYS_DATA` names another than its `.local`.
 * @throws UsageError when nothing says which site is meant and nothing runs here, or when the file is not to be trusted.
 */
export function siteEnvironment(
  environment: NodeJS.ProcessEnv,
  folder: string = process.cwd(),
): SiteEnvironment {
  if (SAID_BY.some((name) => environment[name])) return { environment, file: undefined };
  const file = path.join(environment.DOKU_JOURNEYS_DATA || '.local', 'dev.env');
  const found = environmentIn(textOf(path.resolve(folder, file), file));
  const given = Object.entries(environment).filter(([, value]) => value);
  return { environment: { ...found, ...Object.fromEntries(given) }, file };
}

/** @param name - as it is told. */
function textOf(file: string, name: string): string {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode;
  if (mode === undefined)
    throw new UsageError(
      `PAYLOAD_KEYS: is missing, and nothing runs here whose ${name} would tell: start "npm start" or "npm run site", or set TEMPORAL_ADDRESS and PAYLOAD_KEYS`,
    );
  // Windows has no such bits.
  if (process.platform !== 'win32' && (mode & OTHERS) !== 0)
    throw new UsageError(`${name}: others than its owner may read or change it: chmod 600 ${name}`);
  return readFileSync(file, 'utf8');
}

/** Lines of `NAME=value`, as they are written there: without quotes. */
const environmentIn = (text: string): NodeJS.ProcessEnv =>
  Object.fromEntries(
    [...text.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
