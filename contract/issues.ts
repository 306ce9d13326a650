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

type Path = readonly PropertyKey[];

interface Found {
  readonly path: Path;
  readonly message: string;
  /** Whether it is of another type, or of none, as nothing is there. */
  readonly isOfType: boolean;
}

const OF_TYPE: ReadonlySet<string | undefined> = new Set([
  'invalid_type',
  'invalid_value',
  'invalid_union',
]);

/** Of a member's name that nobody knows, which may be anything. */
const LONGEST_NAME = 64;

/**
 * The same for programs. What two rules say of a field is said once, and of what is of another type nothing but that.
 *
 * @param name - what was given: `input`, or what the update is called; without it paths begin in it.
 * @param given - what was given, so that what is missing is told from what is wrong.
 */
export function fieldIssues(
  error: z.ZodError,
  name: string | undefined,
  given: unknown,
): FieldIssue[] {
  const root = name === undefined ? [] : [name];
  const found = error.issues
    .flatMap((issue) => within(issue, []))
    .map((issue) => ({ ...issue, at: issue.path.map(String).join('.') }));
  const ofType = new Set(found.filter(({ isOfType }) => isOfType).map(({ at }) => at));
  const all = found
    .filter(({ at, isOfType }) => isOfType || !ofType.has(at))
    .map(({ path, message, isOfType }) => ({
      path: [...root, ...path].map(String).join('.'),
      message: isOfType && isMissing(given, path) ? 'is missing' : message,
    }));
  return all.filter(
    ({ path, message }, at) =>
      all.findIndex((one) => one.path === path && one.message === message) === at,
  );
}

/** What may be left out has nothing against its being `null`, which helps nobody: what else it must be does. */
function within(issue: z.core.$ZodIssue, above: Path): Found[] {
  const path = [...above, ...issue.path];
  const nested = issue.code === 'invalid_union' ? issue.errors[0] : undefined;
  if (nested?.length) return nested.flatMap((inner) => within(inner, path));
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: [...path, key.slice(0, LONGEST_NAME)],
      message: 'is not known here',
      isOfType: false,
    }));
  return [{ path, message: issue.message, isOfType: OF_TYPE.has(issue.code) }];
}

/** `null` is as good as absent. */
function isMissing(given: unknown, path: Path): boolean {
  let value = given;
  for (const key of path) {
    if (value === null || typeof value !== 'object') return false;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return path.length > 0 && (value === undefined || value === null);
}

/** `input.amount.value: must be a string such as "10000.00"; …`: paths and rules, never the values. */
export const describeIssues = (error: z.ZodError, name: string, given: unknown): string =>
  writtenIssues(fieldIssues(error, name, given));

/** Issues in one line: paths and rules, never the values. */
export const writtenIssues = (issues: readonly FieldIssue[]): string =>
  issues.map(({ path, message }) => `${path}: ${message}`).join('; ');
