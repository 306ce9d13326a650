import * as z from 'zod';

export const rupiah = z.string().regex(/^\d{1,16}\.\d{2}$/, 'must be a string such as "10000.00"');

/** What cannot be done now, or does not exist. */
export class ControlError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** @throws ControlError 400 naming each wrong field by its path. */
export function read<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  return parsed(schema, jsonOf(body));
}

export function parsed<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issues = result.error.issues.map(
    (issue) => `${issue.path.join('.') || '(body)'}: ${issue.message}`,
  );
  throw new ControlError(400, issues.join('; '));
}

function jsonOf(body: unknown): unknown {
  if (!Buffer.isBuffer(body) || body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new ControlError(400, '(body): must be JSON');
  }
}

export function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new ControlError(404, `no such ${what}`);
  return value;
}
