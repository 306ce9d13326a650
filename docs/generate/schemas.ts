/**
 * The JSON Schemas of the contract, as files: what a backend in any language checks its inputs by, or makes its types of.
 *
 * @module
 */
import * as z from 'zod';
import * as errors from '../../contract/errors.js';
import { type JourneyContract, journeys } from '../../contract/journeys.js';
import type { UpdateMessage } from '../../contract/message.js';

/** A schema without its place. */
type Schema = Record<string, unknown>;

/** By path within `schemas/`, as text. */
export function schemaFiles(): Map<string, string> {
  const files = new Map<string, string>();
  const put = (file: string, schema: z.ZodType | undefined) => {
    if (!schema) return undefined;
    files.set(file, textOf(withId(file, schemaOf(schema))));
    return file;
  };
  const types = Object.entries(journeys).map(([type, journey]) => [
    type,
    entryOf(type, journey, put),
  ]);
  const told = allErrors().map(([type, details]) => [
    type,
    { details: put(`errors/${type}.json`, details) ?? null },
  ]);
  files.set(
    'index.json',
    textOf({ workflows: Object.fromEntries(types), errors: Object.fromEntries(told) }),
  );
  return files;
}

/** @returns the file that was put, if there was anything to put. */
type Put = (file: string, schema: z.ZodType | undefined) => string | undefined;

function entryOf(type: string, journey: JourneyContract, put: Put): Schema {
  const { workflowId, first, updates = [], signals = [], status, found, isRepeatable } = journey;
  const messageOf = (update: UpdateMessage) => ({
    ...(put(`${type}/${update.name}.argument.json`, update.argument) && {
      argument: `${type}/${update.name}.argument.json`,
    }),
    ...(put(`${type}/${update.name}.result.json`, update.result) && {
      result: `${type}/${update.name}.result.json`,
    }),
    errors: (update.errors ?? []).map((error) => error.type),
  });
  return {
    workflowId,
    ...(put(`${type}/input.json`, journey.input) && { input: `${type}/input.json` }),
    result: put(`${type}/result.json`, journey.result),
    ...(put(`${type}/view.json`, status?.result) && { view: `${type}/view.json` }),
    ...(first && { startsWith: first.name }),
    updates: Object.fromEntries(
      [...(first ? [first] : []), ...updates].map((update) => [update.name, messageOf(update)]),
    ),
    signals: Object.fromEntries(
      signals.map(({ name, argument }) => {
        const file = put(`${type}/${name}.signal.json`, argument);
        return [name, file ? { argument: file } : {}];
      }),
    ),
    ...(found && { firstSearchAttributes: found }),
    ...(isRepeatable && { isRepeatable }),
  };
}

/** Every error with what its details hold, if they hold anything. */
function allErrors(): [string, z.ZodType | undefined][] {
  const details = new Map(
    Object.values<unknown>(errors).flatMap((error) => {
      const { type, details: held } = (error ?? {}) as Partial<errors.JourneyError>;
      return typeof type === 'string' && held ? [[type, held] as const] : [];
    }),
  );
  return errors.errorTypeSchema.options.map((type) => [type, details.get(type)]);
}

/**
 * As it goes over the wire: a time of day in an answer, a phone number as people write it in an input. A later version may
 * answer with more fields, so that those of an answer are not closed.
 */
export const schemaOf = (schema: z.ZodType): Schema =>
  z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-2020-12',
    override: ({ zodSchema, jsonSchema }) => {
      // Left out of what `null` stands for too.
      const { def } = zodSchema._zod;
      if (def.type === 'default') jsonSchema.default = def.defaultValue;
    },
  }) as Schema;

const withId = (file: string, { $schema, ...schema }: Schema): Schema => ({
  $schema,
  $id: `urn:doku-journeys:${file.replace(/\.json$/, '').replaceAll('/', ':')}`,
  ...schema,
});

const textOf = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
