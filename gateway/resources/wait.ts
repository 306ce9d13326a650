import * as z from 'zod';

/** Longer than that proxies on the way may not hold a request. */
const MOST_SECONDS = 60;

/** `30s`; in milliseconds once it is read. */
export const waitSchema = z
  .string()
  .regex(/^(?:[1-9]|[1-5]\d|60)s$/, `must be 1s to ${MOST_SECONDS}s`)
  .default('0s')
  .transform((text) => Number.parseInt(text, 10) * 1_000)
  .describe(
    `How long to wait at most: 1s to ${MOST_SECONDS}s. Without it the answer comes at once.`,
  );

/** Statuses with commas between them; an empty one is a mistake, and not none. */
export const untilSchema = (statuses: readonly string[]) =>
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
