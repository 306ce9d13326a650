import type * as z from 'zod';

/** `input.amount.value: must be a string such as "10000.00"; …`: paths and rules, never the values. */
export function describeIssues(error: z.ZodError, name: string): string {
  return error.issues
    .map((issue) => `${[name, ...issue.path.map(String)].join('.')}: ${issue.message}`)
    .join('; ');
}
