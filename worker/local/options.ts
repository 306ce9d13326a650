/**
 * What `npm start` and `npm run site` are told, by options or by the environment; an option wins.
 *
 * @module
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { payloadKeysFrom } from '../temporal/payload-key-settings.js';
import { typedName, USUAL_FOLDER } from './dev-env.js';
import { freeOnes, type Part, type Ports, portOptions, portsIn } from './ports.js';

export interface LocalOptions {
  readonly wantsHelp: boolean;
  /** Ends after the story. */
  readonly isOnce: boolean;
  /** Goes on with the data of the last time, and leaves its own behind. */
  readonly keeps: boolean;
  /** Absolute: of `dev.env` and of what is kept. */
  readonly folder: string;
  /** Whether it is another folder than the usual one. */
  readonly isOwnFolder: boolean;
  /** Worker processes, of a site. */
  readonly workers: number;
  readonly ports: Ports;
  /** As `PAYLOAD_KEYS` has them, the active one first; made up where none are given. */
  readonly payloadKeys: string | undefined;
}

/** What one program takes. */
export interface ProgramOptions {
  /** Those that nothing else says. */
  readonly ports: Ports;
  /** Whose ports can be given. */
  readonly needed: readonly Part[];
  /** Options beside them. */
  readonly takes: readonly string[];
}

/** What is typed to start another stack beside one that has the usual folder and ports. */
export const anotherBeside = (command: string, { ports, needed }: ProgramOptions): string =>
  `${command} --data ${USUAL_FOLDER}/another ${freeOnes(needed.filter((part) => ports[part] !== 0))}`;

/** What is typed to start the same again. */
export const commandOf = (command: string, { isOwnFolder, folder, keeps }: LocalOptions): string =>
  [command, isOwnFolder && `--data ${typedName(folder)}`, keeps && '--keep']
    .filter(Boolean)
    .join(' ');

/** @throws RangeError naming the option or the variable that is wrong. */
export function localOptionsFrom(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  program: ProgramOptions,
): LocalOptions {
  const values = parsed(args, program);
  const folder = values.data ?? (environment.DOKU_JOURNEYS_DATA || undefined);
  const isOnce = values.once === true;
  if (isOnce && values.keep === true)
    throw new RangeError('--once and --keep: a story that is told once leaves nothing behind');
  return {
    wantsHelp: values.help === true,
    isOnce,
    keeps: values.keep === true,
    folder: path.resolve(folder ?? USUAL_FOLDER),
    isOwnFolder: folder !== undefined,
    workers: workersIn(values.workers),
    ports: portsIn(values, environment, program.ports),
    payloadKeys: givenKeys(environment),
  };
}

type Values = Readonly<Record<string, string | boolean | undefined>> & {
  readonly data?: string;
  readonly workers?: string;
};

function parsed(args: readonly string[], { takes, needed }: ProgramOptions): Values {
  const all = {
    help: { type: 'boolean', short: 'h' },
    once: { type: 'boolean' },
    keep: { type: 'boolean' },
    data: { type: 'string' },
    workers: { type: 'string' },
  } as const;
  const options = Object.fromEntries([
    ...Object.entries(all).filter(([name]) => takes.includes(name)),
    ...portOptions(needed).map((name) => [name, { type: 'string' }] as const),
  ]);
  try {
    return parseArgs({ args: [...args], options, strict: true }).values as Values;
  } catch (error) {
    const [said = ''] = (error as Error).message.split(/\. |\n/);
    throw new RangeError(`${said}; see --help`);
  }
}

function workersIn(text = '1'): number {
  if (!/^[1-9]$/.test(text)) throw new RangeError('--workers: must be a number from 1 to 9');
  return Number(text);
}

/** Those of `PAYLOAD_KEYS`, or of its file, in the form that a shell takes without quotes. */
function givenKeys(environment: NodeJS.ProcessEnv): string | undefined {
  if (!environment.PAYLOAD_KEYS && !environment.PAYLOAD_KEYS_FILE) return undefined;
  const { activeKeyId, keys } = payloadKeysFrom(environment);
  const ids = [activeKeyId, ...[...keys.keys()].filter((id) => id !== activeKeyId)];
  return ids.map((id) => `${id}:${keys.get(id)?.toString('base64')}`).join(',');
}
