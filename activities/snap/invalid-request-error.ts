import type { Operation } from './endpoint.js';

/** The request is wrong; nothing was sent. Names each field by its path and never its value. */
export class InvalidRequestError extends Error {
  override readonly name = 'InvalidRequestError';
  constructor(
    operation: Operation,
    wrong: {
      readonly issues: readonly {
        readonly path: readonly PropertyKey[];
        readonly message: string;
      }[];
    },
  ) {
    const issues = wrong.issues.map(
      (issue) => `${issue.path.join('.') || '(body)'}: ${issue.message}`,
    );
    super(`${operation}: ${issues.join('; ')}`);
  }
}
