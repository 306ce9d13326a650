/**
 * Field types that recur in DOKU's requests and answers: strict for what we send, tolerant for what we
 * receive (doku-api §15.1).
 *
 * @module
 */
import * as z from 'zod';

/** A text we send, not empty, at most `most` characters. */
export const text = (most: number) => z.string().min(1).max(most);

/** `partnerReferenceNo` and its kin: SNAP's 64 characters. */
export const reference = text(64);

/** A text we receive: DOKU sends some as numbers, and `null` or `""` for absent. */
export const textIn = z
  .union([z.string(), z.number(), z.null()])
  .optional()
  .transform((value) =>
    value === null || value === undefined || value === '' ? undefined : String(value),
  );

/** A text we cannot go on without. */
export const neededIn = z.union([z.string().min(1), z.number()]).transform(String);

/** Date and time we send: ISO 8601 with an offset, no milliseconds. */
export const dateTime = z.iso.datetime({ offset: true }).max(25);

/** Open object we send. */
export const additionalInfo = z.record(z.string(), z.unknown());

/** DOKU's samples have `additionalInfo` as an object, as `""` and as `null`; only an object says something. */
export const additionalInfoIn = z
  .unknown()
  .optional()
  .transform((value): Record<string, unknown> | undefined =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined,
  );
