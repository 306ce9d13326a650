import { type ParseArgsConfig, parseArgs } from 'node:util';
import type * as z from 'zod';
import { PLAIN_WORDS } from '../../../contract/plain-words.js';
import type { Entry } from '../commands/index.js';
import type { Command } from './command.js';
import { UsageError } from './failure.js';
import { type Field, fieldsOf, kebabCase } from './field.js';
import { PROGRAM } from './program.js';

/** What a command is to run with. */
export interface Given {
  readonly input: Record<string, unknown>;
  readonly isJson: boolean;
}

/** @throws UsageError naming every mistake by its option, never by its value. */
export function inputOf({ words }: Entry, command: Command, args: readonly string[]): Given {
  const fields = fieldsOf(command);
  const hint = `see ${PROGRAM} ${words} --help`;
  const { values, positionals } = parsedArguments(args, fields, hint);
  const placed = fields.filter(({ isPositional }) => isPositional);
  if (positionals.length > placed.length)
    throw new UsageError(`${positionals.length - placed.length} argument(s) too many; ${hint}`);
  const { json = false, ...options } = values;
  const candidate: Record<string, unknown> = {
    ...Object.fromEntries(
      fields.flatMap(({ key }) => {
        const value = options[kebabCase(key)];
        return value === undefined ? [] : [[key, value]];
      }),
    ),
    ...Object.fromEntries(positionals.map((value, index) => [placed[index]?.key, value])),
  };
  const result = command.input.safeParse(candidate, PLAIN_WORDS);
  if (result.success) return { input: result.data, isJson: json === true };
  const mistakes = result.error.issues.map((issue) => mistakeOf(issue, fields, candidate));
  throw new UsageError(`${mistakes.join('; ')}; ${hint}`);
}

function parsedArguments(args: readonly string[], fields: readonly Field[], hint: string) {
  const options: ParseArgsConfig['options'] = { json: { type: 'boolean' } };
  for (const { key, isPositional, isSwitch } of fields) {
    if (!isPositional) options[kebabCase(key)] = { type: isSwitch ? 'boolean' : 'string' };
  }
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const [said = ''] = (error as Error).message.split(/\. |\n/);
    throw new UsageError(`${said}; ${hint}`);
  }
}

function mistakeOf(
  { code, path: [key], message }: z.core.$ZodIssue,
  fields: readonly Field[],
  candidate: Readonly<Record<string, unknown>>,
): string {
  const label = fields.find((field) => field.key === key)?.label;
  if (label === undefined) return message;
  const isMissing = code !== 'custom' && key !== undefined && candidate[String(key)] === undefined;
  return `${label}: ${isMissing ? 'is missing' : message}`;
}
