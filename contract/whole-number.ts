import * as z from 'zod';

/** A whole number within bounds, and what must be there said in one rule, whatever else was given: `NaN` and text too. */
export function wholeNumber(least: number, most: number): z.ZodInt {
  const rule = `must be a whole number from ${least} to ${most}`;
  return z.int(rule).min(least, rule).max(most, rule);
}
