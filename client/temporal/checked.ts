import type * as z from 'zod';
import { describeIssues, fieldIssues } from '../../contract/issues.js';
import { InvalidInputError } from '../errors.js';

/** @throws InvalidInputError naming each bad field by its path, before anything is sent (money rule 8). */
export function checked<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  name = 'input',
): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new InvalidInputError(describeIssues(result.error, name), fieldIssues(result.error, name));
}
