import * as z from 'zod';

/** A whole number as a variable holds it: digits only, as a blank would else count as 0. */
export function whole(least: number, most: number) {
  return numeric(/^\d{1,15}$/, least, most, `must be a whole number from ${least} to ${most}`);
}

/** The same with a decimal point. */
export function decimal(least: number, most: number) {
  return numeric(
    /^\d{1,9}(?:\.\d{1,9})?$/,
    least,
    most,
    `must be a number from ${least} to ${most}`,
  );
}

function numeric(form: RegExp, least: number, most: number, error: string) {
  return z
    .string()
    .regex(form, error)
    .transform(Number)
    .pipe(z.number().min(least, error).max(most, error));
}
