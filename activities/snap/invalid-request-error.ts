import type * as z from 'zod';
import type { Operation } from './endpoint.js';

/** The request is wrong; nothing was sent. Names each field by its path and never its value. */
export class InvalidRequestError extends Error {
  override readonly name = 'InvalidRequestError';
  constructor(operation: Operation, error: z.ZodError) {
    const issues = error.issues.map(
      (issue) => `${issue.path.join('.') || '(body)'}: ${issue.message}`,
    );
    super(`${operation}: ${issues.join('; ')}`);
  }
}
