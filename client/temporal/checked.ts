import type * as z from 'zod';
import { fieldIssues, writtenIssues } from '../../contract/issues.js';
import { PLAIN_WORDS } from '../../contract/plain-words.js';
import { InvalidInputError } from '../errors.js';

/** @throws InvalidInputError naming each bad field by its path, before anything is sent (money rule 8). */
export function checked<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  name = 'input',
): z.output<Schema> {
  const result = schema.safeParse(input, PLAIN_WORDS);
  if (result.success) return result.data;
  const issues = fieldIssues(result.error, name, input);
  throw new InvalidInputError(writtenIssues(issues), issues);
}
