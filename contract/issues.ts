import * as z from 'zod';

/** A field that is wrong: where it is, and what it must be; never its value. */
export const fieldIssueSchema = z
  .object({
    /** `input.amount.value`, from the input, or from the name of the update whose argument it is. */
    path: z.string(),
    message: z.string(),
  })
  .readonly();
export type FieldIssue = z.output<typeof fieldIssueSchema>;

/** The same for programs, one a field. */
export const fieldIssues = (error: z.ZodError, name: string): FieldIssue[] =>
  error.issues.map((issue) => ({
    path: [name, ...issue.path.map(String)].join('.'),
    message: issue.message,
  }));

/** `input.amount.value: must be a string such as "10000.00"; …`: paths and rules, never the values. */
export const describeIssues = (error: z.ZodError, name: string): string =>
  fieldIssues(error, name)
    .map(({ path, message }) => `${path}: ${message}`)
    .join('; ');
