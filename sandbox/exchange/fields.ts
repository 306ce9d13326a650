/**
 * Reads of request fields, as tolerant as DOKU is with its own SDKs: unknown fields pass, `additionalInfo` may be
 * absent or `""`. A field that is missing or wrong is refused with its path.
 *
 * @module
 */
import * as z from 'zod';

export const text = (most: number) => z.string().min(1).max(most);
export const reference = text(64);
export const optionalText = (most: number) =>
  z
    .union([z.string().max(most), z.null()])
    .optional()
    .transform((value) => value || undefined);

export const amount = z.looseObject({
  value: z.string().regex(/^\d{1,16}\.\d{2}$/),
  currency: z.literal('IDR'),
});

export const additionalInfo = z
  .union([z.record(z.string(), z.unknown()), z.literal(''), z.null()])
  .optional()
  .transform((value) => (value ? value : {}));

export const dateTime = z.iso.datetime({ offset: true }).transform((value) => Date.parse(value));

/** DOKU's SDKs write whole numbers as numbers and as strings (C-09). */
export const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
