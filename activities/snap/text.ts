/**
 * Field types that recur in DOKU's requests and answers: strict for what we send, tolerant for what we
 * receive (doku-api §15.1).
 *
 * @module
 */
import * as z from 'zod';
import { isForBrowsers } from '../../contract/browser-url.js';

/** A text we send, not empty, at most `most` characters. */
export const text = (most: number) => z.string().min(1).max(most);

/** Words for people, such as a reason: they are cut to what DOKU takes, as no payment is to fail for its comment. */
export const words = (most: number) =>
  z.string().transform((value) => cut(value.trim(), most) || NO_WORDS);

/** In the place of words where there are none but DOKU wants some. */
const NO_WORDS = '-';

/** By code points, so that no character is cut in half; also no more than `most` as JavaScript counts. */
function cut(value: string, most: number): string {
  let fitting = '';
  for (const character of value) {
    if (fitting.length + character.length > most) break;
    fitting += character;
  }
  return fitting;
}

/** What DOKU gave us goes back as it is, however long it is. */
export const given = z.string().min(1);

/** `partnerReferenceNo` and its kin: SNAP's 64 characters. */
export const reference = text(64);

/**
 * A text we receive, without white space around it: DOKU sends some as numbers, which an answer's reader hands on as
 * text with all their digits, and `null` or `""` for absent.
 */
export const textIn = z
  .union([z.string(), z.boolean(), z.null()])
  .optional()
  .transform((value) => {
    const text = value === null || value === undefined ? '' : String(value).trim();
    return text === '' ? undefined : text;
  });

/** A text we cannot go on without. */
export const neededIn = z.string().trim().min(1);

/** A page that DOKU names for the customer and that we cannot go on without: nothing else reaches a browser. */
export const neededPageIn = neededIn.refine(isForBrowsers, 'must be an https URL');

/** The same where it may be absent. */
export const pageIn = textIn.refine(
  (url) => url === undefined || isForBrowsers(url),
  'must be an https URL',
);

/** A DOKU ID, also where SNAP calls it the customer's number. */
export const accountId = text(36);

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

/** Known members of DOKU's `additionalInfo`; the whole is absent where it is no object. */
export const additionalInfoWith = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.preprocess(
    (value) =>
      typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined,
    z.looseObject(shape).optional(),
  );
