import { ApplicationFailure, patched, workflowInfo } from '@temporalio/workflow';
import type * as z from 'zod';
import { invalidInputError } from '../../contract/errors.js';
import { isPersonal } from '../../contract/identity.js';
import { fieldIssues, writtenIssues } from '../../contract/issues.js';
import { PLAIN_WORDS } from '../../contract/plain-words.js';

/** What a schema alone cannot tell. @param path - of the field, as `confirm.beneficiaryAccountName`. */
export const invalidInput = (path: string, message: string) =>
  ApplicationFailure.nonRetryable(`${path}: ${message}`, invalidInputError.type, [
    { path, message },
  ]);

/** What only our own programs begin, without a look at each field. @throws ApplicationFailure where anybody has begun it with nothing. */
export function given<Input>(input: Input | undefined): Input {
  if (input === undefined) throw invalidInput('input', 'is missing');
  return input;
}

/**
 * Parses what came through a door of a journey: its input or an update's argument.
 *
 * @param name - `input`, or what the update is called.
 * @throws ApplicationFailure of type `InvalidInput`, not retryable, naming each bad field by its path and
 * never by its value. Thrown from an update's validator it leaves no event behind (money rule 14).
 */
export function parsed<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  name: string,
): z.output<Schema> {
  const result = schema.safeParse(value, PLAIN_WORDS);
  if (result.success) return result.data;
  if (result.error.issues.every(isPersonal) && wasTaken(name)) return outputOf(schema, value);
  const issues = fieldIssues(result.error, name, value);
  throw ApplicationFailure.nonRetryable(writtenIssues(issues), invalidInputError.type, issues);
}

/**
 * A journey's input by rules that were once laxer: one that began under those goes on, also in its next runs.
 *
 * @param before - what the rules were, for the fields that they have changed for.
 * @throws ApplicationFailure as {@link parsed} does.
 */
export function parsedInput<Schema extends z.ZodType>(
  schema: Schema,
  before: z.ZodType<z.output<Schema>>,
  value: unknown,
): z.output<Schema> {
  if (schema.safeParse(value).success) return parsed(schema, value, 'input');
  const earlier = before.safeParse(value);
  const goesOn = workflowInfo().continuedFromExecutionRunId !== undefined;
  // Asked for only here, so that what is right by either leaves no marker.
  if (earlier.success && (goesOn || !patched('strict-words-and-urls'))) return earlier.data;
  return parsed(schema, value, 'input');
}

/** IDs were looked at less closely before: what was taken then is taken when its history is replayed. */
const wasTaken = (name: string): boolean =>
  // A patch in a validator would leave an event behind; none is run again on a replay. What goes on in another run was taken before.
  name === 'input'
    ? workflowInfo().continuedFromExecutionRunId !== undefined || !patched('personal-ids-refused')
    : workflowInfo().unsafe.isReplaying;

/** What the schema makes of a value in spite of its issues. */
function outputOf<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const made = schema._zod.run({ value, issues: [] }, { async: false });
  return (made as { value: z.output<Schema> }).value;
}
