import * as z from 'zod';

/** Longer than that proxies on the way may not hold a request. */
const MOST_SECONDS = 60;

/** `30s`; in milliseconds once it is read. */
const waitSchema = z
  .string()
  .regex(/^(?:[1-9]|[1-5]\d|60)s$/, `must be 1s to ${MOST_SECONDS}s`)
  .optional()
  .transform((text) => (text === undefined ? 0 : Number.parseInt(text, 10) * 1_000))
  .describe(
    `How long to wait at most: 1s to ${MOST_SECONDS}s. Without it the answer comes at once.`,
  );

/** Statuses with commas between them; an empty one is a mistake, and not none. */
const untilSchema = (statuses: readonly string[]) =>
  z
    .string()
    .max(500)
    .transform((text) => text.split(','))
    .refine(
      (named) => named.every((status) => statuses.includes(status)),
      `must be of ${statuses.join(', ')}, with commas between them`,
    )
    .optional()
    .describe(
      `Statuses to wait for, with commas between them: ${statuses.join(', ')}. Without any: until it has ended.`,
    );

/** How long, and for what, of a journey that stands at one of these. */
export const waitingSchema = (statuses: readonly string[]) =>
  z
    .strictObject({ wait: waitSchema, until: untilSchema(statuses) })
    .refine(({ wait, until }) => wait > 0 || until === undefined, {
      path: ['until'],
      message: 'waits for no status without `wait`, such as wait=30s',
      // A mistake in either is told alone.
      when: ({ issues }) => issues.length === 0,
    });
