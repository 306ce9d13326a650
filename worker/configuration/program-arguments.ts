/** Of whatever reaches Temporal: Temporal's own. */
export const TEMPORALS = [
  'TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_*, TEMPORAL_PROFILE',
];
/** Of whatever reads payloads. */
export const KEYS = ['PAYLOAD_KEYS, PAYLOAD_ACTIVE_KEY_ID'];

/** A program that its environment sets. */
export interface Usage {
  /** As it is installed. */
  readonly program: string;
  /** What it does, after its name. */
  readonly does: string;
  readonly variables: readonly string[];
  /** The page of the handbook that has them. */
  readonly page: string;
  /** What it takes beside them, if anything. */
  readonly commands?: string;
}

/**
 * @returns whether all that was asked for is what the program is, which has been told.
 * @throws Error for any other argument: a program that passes over one starts as nobody wanted it.
 */
export function isTold([argument]: readonly string[], usage: Usage): boolean {
  if (argument === undefined) return false;
  if (!asksForHelp([argument]))
    throw new Error(`unknown argument "${argument}"; see --help, and ${usage.page}`);
  process.stdout.write(`${written(usage)}\n`);
  return true;
}

export const asksForHelp = (args: readonly string[]): boolean =>
  args.some((argument) => argument === '--help' || argument === '-h');

const written = ({ program, does, variables, page, commands }: Usage) => `${program}: ${does}.
${commands === undefined ? 'It takes no arguments. What' : `\n${commands}\n\nWhat`} sets it are variables of the environment; ${page} says what each means, and which are needed:

${variables.map((name) => `  ${name}`).join('\n')}`;
