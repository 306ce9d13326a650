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

/** The same for programs. What two rules say of a field is said once. */
export function fieldIssues(error: z.ZodError, name: string): FieldIssue[] {
  const all = error.issues.flatMap((issue) => within(issue, [name]));
  return all.filter(
    ({ path, message }, at) =>
      all.findIndex((one) => one.path === path && one.message === message) === at,
  );
}

/** What may be left out has nothing against its being `null`, which helps nobody: what else it must be does. */
function within(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): FieldIssue[] {
  const path = [...above, ...issue.path];
  const nested = issue.code === 'invalid_union' ? issue.errors[0] : undefined;
  if (nested?.length) return nested.flatMap((inner) => within(inner, path));
  return [{ path: path.map(String).join('.'), message: issue.message }];
}

/** `input.amount.value: must be a string such as "10000.00"; …`: paths and rules, never the values. */
export const describeIssues = (error: z.ZodError, name: string): string =>
  fieldIssues(error, name)
    .map(({ path, message }) => `${path}: ${message}`)
    .join('; ');
