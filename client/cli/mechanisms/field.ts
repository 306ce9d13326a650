import * as z from 'zod';
import type { Command } from './command.js';

/** One input of a command, as its schema says. */
export interface Field {
  readonly key: string;
  /** As people write it: `--refund-no`, or `NUMBER` where it is given by position. */
  readonly label: string;
  readonly isPositional: boolean;
  readonly isSwitch: boolean;
  readonly isNeeded: boolean;
  /** What it takes, such as `TEXT`. */
  readonly value: string;
  readonly description: string;
}

interface Described {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly description?: string;
  readonly value?: string;
  readonly default?: unknown;
}

/** What a command takes: its schema, read as a form. */
export function fieldsOf({ input, positionals }: Command): Field[] {
  const { properties = {}, required = [] } = z.toJSONSchema(input, { io: 'input' });
  const keys = Object.keys(properties);
  const isPositional = (key: string) => positionals.includes(key);
  const ordered = [...positionals, ...keys.filter((key) => !isPositional(key))];
  return ordered.map((key) => {
    const described = properties[key] as Described;
    return {
      key,
      label: isPositional(key) ? key.toUpperCase() : `--${kebabCase(key)}`,
      isPositional: isPositional(key),
      isSwitch: described.type === 'boolean',
      isNeeded: required.includes(key),
      value: described.value ?? 'TEXT',
      description: descriptionOf(described),
    };
  });
}

export const kebabCase = (key: string) =>
  key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function descriptionOf({ description = '', enum: values, default: otherwise }: Described): string {
  return [
    description,
    ...(values ? [`one of ${values.join(', ')}`] : []),
    ...(otherwise === undefined ? [] : [`default ${otherwise}`]),
  ]
    .filter(Boolean)
    .join('; ');
}
