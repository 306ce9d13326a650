import { COMMANDS, type Entry } from '../commands/index.js';
import type { Command } from './command.js';
import { PROGRAM } from './program.js';
import { tableOf } from './table.js';

/** Help on all commands. */
export function overview(): string {
  return `${PROGRAM}: finds and steers journeys of DOKU Wallet, by the merchant's own numbers.

${indented(tableOf(COMMANDS.map(({ words, summary }) => [words, summary])))}

${PROGRAM} COMMAND --help says what it takes; --json writes what it answers as JSON.

TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_*, TEMPORAL_PROFILE say where Temporal is;
PAYLOAD_KEYS (or PAYLOAD_KEYS_FILE), PAYLOAD_ACTIVE_KEY_ID and DOKU_TASK_QUEUE must be those of the workers.
Where they say nothing, it works with what "npm start" or "npm run site" runs in the same folder (.local/dev.env, or
dev.env of the folder that DOKU_JOURNEYS_DATA names).

Exit codes: 0 done, 1 refused or failed, 2 wrong usage.`;
}

/** Help on one command. */
export async function helpOf({ words, summary }: Entry, command: Command): Promise<string> {
  const { fieldsOf } = await import('./field.js');
  const fields = fieldsOf(command);
  const usage = fields.map(({ label, isPositional, isSwitch, isNeeded, value }) => {
    const written = isPositional || isSwitch ? label : `${label} ${value}`;
    return isNeeded ? written : `[${written}]`;
  });
  const rows = fields.map(({ label, isPositional, isSwitch, value, description }) => [
    isPositional || isSwitch ? label : `${label} ${value}`,
    description,
  ]);
  return [
    [PROGRAM, words, ...usage, '[--json]'].join(' '),
    `${summary[0]?.toUpperCase()}${summary.slice(1)}.`,
    indented(tableOf(rows)),
    ...(command.notes ? [command.notes] : []),
  ].join('\n\n');
}

const indented = (text: string) => text.replaceAll(/^/gm, '  ');
