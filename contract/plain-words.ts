import type * as z from 'zod';

/** What each type is called, by zod's names. */
const TYPES: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
  date: 'a date',
};

/** What each format is called, by zod's names. */
const FORMATS: Readonly<Record<string, string>> = {
  date: 'a date such as "2026-11-24"',
  datetime: 'a time with its offset such as "2026-11-24T12:00:00+07:00"',
  email: 'an e-mail address',
  url: 'a URL',
  uuid: 'a UUID',
};

/**
 * How rules that have no words of their own are told: in the voice of those that have, without zod's words, and never by the value.
 * Given to each parse rather than to zod as a whole, which the backends that import us have, too.
 */
export const PLAIN_WORDS: { readonly error: z.core.$ZodErrorMap } = { error: inPlainWords };

function inPlainWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return issue.values.length === 1
        ? `must be ${quoted(issue.values[0])}`
        : `must be one of ${issue.values.map(quoted).join(', ')}`;
    case 'too_small':
      return tooSmall(issue);
    case 'too_big':
      return isCounted(issue.origin)
        ? `must have at most ${counted(issue.maximum, issue.origin)}`
        : `must be ${issue.inclusive === false ? 'below' : 'at most'} ${issue.maximum}`;
    case 'invalid_format':
      return `must be ${FORMATS[issue.format] ?? `as ${issue.pattern ?? issue.format} says`}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_union':
      return 'must be of one of the forms that are known here';
    default:
      return undefined;
  }
}

function tooSmall({
  origin,
  minimum,
  inclusive,
}: Pick<z.core.$ZodIssueTooSmall, 'origin' | 'minimum' | 'inclusive'>): string {
  if (!isCounted(origin)) return `must be ${inclusive === false ? 'above' : 'at least'} ${minimum}`;
  return Number(minimum) === 1
    ? 'must not be empty'
    : `must have at least ${counted(minimum, origin)}`;
}

const isCounted = (origin: string) => origin === 'string' || origin === 'array' || origin === 'set';

function counted(count: number | bigint, origin: string): string {
  const [one, many] = origin === 'string' ? ['character', 'characters'] : ['entry', 'entries'];
  return `${count} ${Number(count) === 1 ? one : many}`;
}

const quoted = (value: unknown) => (typeof value === 'string' ? `"${value}"` : String(value));
