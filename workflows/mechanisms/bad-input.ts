import { ApplicationFailure } from '@temporalio/workflow';
import type * as z from 'zod';
import { invalidInputError } from '../../contract/errors.js';
import { describeIssues } from '../../contract/issues.js';

/**
 * Parses what came through a door of a journey: its input or an update's argument.
 *
 * @throws ApplicationFailure of type `InvalidInput`, not retryable, naming each bad field by its path and
 * never by its value. Thrown from an update's validator it leaves no event behind (money rule 8).
 */
export function parsed<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  name: string,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw ApplicationFailure.nonRetryable(describeIssues(result.error, name), invalidInputError.type);
}
