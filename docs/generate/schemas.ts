/**
 * The JSON Schemas of the contract, as files: what a backend in any language checks its inputs by, or makes its types of.
 *
 * @module
 */
import * as z from 'zod';
import * as errors from '../../contract/errors.js';
import { EVENT_TYPES, eventSchema } from '../../contract/event.js';
import { type JourneyContract, journeys } from '../../contract/journeys.js';
import type { QueryMessage, SignalMessage, UpdateMessage } from '../../contract/message.js';

/** A schema without its place. */
type Schema = Record<string, unknown>;

/** By path within `schemas/`, as text. */
export function schemaFiles(): Map<string, string> {
  const files = new Map<string, string>();
  const put = (file: string, schema: z.ZodType | undefined) => {
    if (!schema) return null;
    const text = textOf(withId(file, schemaOf(schema)));
    if ((files.get(file) ?? text) !== text) throw new Error(`${file} would be two schemas`);
    files.set(file, text);
    return file;
  };
  const types = Object.entries(journeys).map(([type, journey]) => [
    type,
    entryOf(type, journey, put),
  ]);
  const told = allErrors().map(([type, details]) => [
    type,
    { details: put(`errors/${type}.json`, details) },
  ]);
  files.set(
    'index.json',
    textOf({
      workflows: Object.fromEntries(types),
      errors: Object.fromEntries(told),
      events: { schema: put('event.json', eventSchema), types: EVENT_TYPES },
    }),
  );
  return files;
}

/** @returns the file that was put, or `null` where there was nothing to put: the index says so, too. */
type Put = (file: string, schema: z.ZodType | undefined) => string | null;

function entryOf(type: string, journey: JourneyContract, put: Put): Schema {
  const { workflowId, first, status, found, isRepeatable } = journey;
  const { updates = [], signals = [], queries = [] } = journey;
  const updateOf = (update: UpdateMessage) => ({
    argument: put(`${type}/${update.name}.argument.json`, sentTo(update)),
    result: put(`${type}/${update.name}.result.json`, update.result),
    errors: Object.fromEntries(
      errorsOf(update, journey).map((error) => [
        error.type,
        { details: put(detailsFile(`${type}/${update.name}`, error), error.details) },
      ]),
    ),
  });
  const signalOf = ({ name, argument }: SignalMessage) => ({
    argument: put(`${type}/${name}.signal.json`, argument),
  });
  const queryOf = (query: QueryMessage) => ({
    argument: put(`${type}/${query.name}.query.json`, query.argument),
    result: put(
      query === status ? `${type}/view.json` : `${type}/${query.name}.answer.json`,
      query.result,
    ),
  });
  return {
    workflowId,
    input: put(`${type}/input.json`, journey.input),
    result: put(`${type}/result.json`, journey.result),
    view: put(`${type}/view.json`, status?.result),
    startsWith: first?.name ?? null,
    updates: byName(first ? [first, ...updates] : updates, updateOf),
    signals: byName(signals, signalOf),
    queries: byName(status ? [status, ...queries] : queries, queryOf),
    ...(found && { firstSearchAttributes: found }),
    ...(isRepeatable && { isRepeatable }),
  };
}

const byName = <Message extends { readonly name: string }>(
  messages: readonly Message[],
  entry: (message: Message) => Schema,
): Schema => Object.fromEntries(messages.map((message) => [message.name, entry(message)]));

/**
 * What goes over the wire with an update: one argument, always, as without any, or with `null`, nobody could tell who sent it. Where
 * there is nothing to say it is the update's own name.
 */
export function sentTo({ name, argument }: UpdateMessage): z.ZodType {
  const ownName = z.literal(name);
  if (!argument) return ownName;
  return argument.safeParse(undefined).success ? z.union([present(argument), ownName]) : argument;
}

/** Without what stands for what is not there. */
function present(schema: z.ZodType): z.ZodType {
  const said = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
  return said instanceof z.ZodUnion ? (said.options[0] as z.ZodType) : (said as z.ZodType);
}

/** What the doors say of every update, whatever the journey. */
const OF_EVERY_UPDATE = [
  ...[errors.invalidInputError, errors.payloadKeyError],
  ...[errors.staleError, errors.tooManyWaitingError],
];

function errorsOf(
  { errors: own = [], result: answer }: UpdateMessage,
  { result }: JourneyContract,
): readonly errors.JourneyError[] {
  const others = OF_EVERY_UPDATE.filter(({ type }) => !own.some((error) => error.type === type));
  // What several journeys share says only that there is a result, or an answer.
  return [...own, ...others].map((error) => {
    if (error === errors.journeyEndedError) return errors.endedWith(result);
    return error === errors.answeredError && answer ? errors.answeredWith(answer) : error;
  });
}

/** Of the update where it says more there than of all updates, such as the result of its journey. */
function detailsFile(update: string, error: errors.JourneyError): string {
  const isGeneral = Object.values<unknown>(errors).includes(error);
  return isGeneral ? `errors/${error.type}.json` : `${update}.${error.type}.json`;
}

/** Every error with what its details hold, if they hold anything, and alike wherever they are said. */
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
