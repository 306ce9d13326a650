/**
 * `doku-journeys-gateway key`: makes an API key, tells it once, and adds its digest to the file.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type FieldIssue, fieldIssues, writtenIssues } from '../../contract/issues.js';
import { PLAIN_WORDS } from '../../contract/plain-words.js';
import { asksForHelp } from '../../worker/configuration/program-arguments.js';
import { keyEntrySchema, newKey } from './keys.js';
import { keysIn } from './keys-file.js';
import { SCOPES } from './scopes.js';

export const KEY_USAGE = `usage: doku-journeys-gateway key --id ID --scopes SCOPE,… [--expires 2027-01-31T00:00:00Z] [--file FILE]
  FILE is GATEWAY_KEYS_FILE where it is not given.
  SCOPES: ${SCOPES.join(' ')}`;

/**
 * @returns the key; or what the command takes, where that is asked for.
 * @throws Error saying what is wrong with the arguments or the file.
 */
export async function makeKey(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  if (asksForHelp(args)) return KEY_USAGE;
  const values = optionsIn(args);
  const file = values.file ?? environment.GATEWAY_KEYS_FILE;
  if (!file) throw new Error('--file: is missing');
  const given = {
    id: values.id,
    scopes: values.scopes?.split(',').map((scope) => scope.trim()),
    ...(values.expires !== undefined && { expiresAt: values.expires }),
  };
  const asked = keyEntrySchema.omit({ sha256: true }).safeParse(given, PLAIN_WORDS);
  if (!asked.success) throw new Error(inOptions(fieldIssues(asked.error, undefined, given)));
  const before = existsSync(file) ? await keysOf(file) : [];
  if (before.some(({ id }) => id === asked.data.id))
    throw new Error(`--id: there is a key of this ID; take it out of ${file} first`);
  const { key, entry } = newKey(asked.data);
  const keys = [...before, entry];
  // In place, with the mode that it has: a container has the file itself mounted, and not its folder.
  await writeFile(file, `${JSON.stringify({ keys }, null, 2)}\n`, { mode: 0o600 });
  return key;
}

/** By what was typed, and not by what the file calls it. */
const OPTIONS: Readonly<Record<string, string>> = {
  id: '--id',
  scopes: '--scopes',
  expiresAt: '--expires',
};

function inOptions(issues: readonly FieldIssue[]): string {
  const typed = issues.map(({ path, message }) => {
    const [field = ''] = path.split('.');
    return { path: OPTIONS[field] ?? field, message };
  });
  const once = new Map(typed.map((issue) => [`${issue.path} ${issue.message}`, issue]));
  return writtenIssues([...once.values()]);
}

/** @throws Error naming the file, and saying what is wrong with it. */
const keysOf = (file: string) =>
  keysIn(file).catch(({ message }: Error) => {
    throw new Error(`${file}: ${message}`);
  });

/** @throws Error naming what is not known, with what is. */
function optionsIn(args: readonly string[]) {
  const type = 'string';
  const options = { id: { type }, scopes: { type }, expires: { type }, file: { type } } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    const [said = ''] = (error as Error).message.split(/\. |\n/);
    throw new Error(`${said}\n${KEY_USAGE}`);
  }
}
