import * as z from 'zod';

const UNITS = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
const RULE = 'must be a duration such as "90 seconds", "30 minutes", "2 hours" or "1 day"';
const DURATION = /^([1-9]\d{0,5}) ?(second|minute|hour|day)s?$/;

/** @returns the milliseconds of a duration such as "30 minutes", which {@link durationSchema} accepted. */
export function durationMs(duration: string): number {
  const [, count, unit] = DURATION.exec(duration) ?? [];
  if (!count || !unit) throw new RangeError('not a duration such as "30 minutes"');
  return Number(count) * UNITS[unit as keyof typeof UNITS];
}

/**
 * A span of time in whole seconds, minutes, hours or days, such as "30 minutes". Words rather than a bare
 * number, so that nobody takes seconds for milliseconds in any language.
 */
export const durationSchema = z
  .string(RULE)
  .regex(DURATION, RULE)
  .refine(
    (text) => !DURATION.test(text) || durationMs(text) <= 30 * UNITS.day,
    'must not be above 30 days',
  );
