/**
 * What `npm start` and `npm run site` leave for the command line beside them: where Temporal is, and the keys.
 *
 * @module
 */
import path from 'node:path';
import { ownText, SAID_BY } from '../../local-site.mjs';
import { UsageError } from './failure.js';

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
  const text = trusted(file, name);
  if (text === undefined)
    throw new UsageError(
      `PAYLOAD_KEYS: is missing, and nothing runs here whose ${name} would tell: start "npm start" or "npm run site", or set TEMPORAL_ADDRESS and PAYLOAD_KEYS`,
    );
  return text;
}

function trusted(file: string, name: string): string | undefined {
  try {
    return ownText(file, name);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Lines of `NAME=value`, as they are written there: without quotes. */
const environmentIn = (text: string): NodeJS.ProcessEnv =>
  Object.fromEntries(
    [...text.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
