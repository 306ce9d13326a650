/**
 * Texts that a sandbox is told: what cannot work is refused with what it is. Mistakes are sentences without the value.
 *
 * @module
 */
import { isIP } from 'node:net';
import * as z from 'zod';

/** Text that is refused with the sentence that says what is wrong with it. */
export const textWithout = (mistakeIn: (text: string) => string | undefined) =>
  z.string().superRefine((text, context) => {
    const message = mistakeIn(text);
    if (message !== undefined) context.addIssue({ code: 'custom', message, continue: false });
  });

/** Without what copying, an editor or a shell may leave around it. */
export const wordSchema = textWithout(mistakeAround);

export const hostSchema = wordSchema.refine(
  (text) => isIP(text) !== 0 || (/^[\w.-]{1,253}$/.test(text) && !/(?:^|\.)\d+$/.test(text)),
  'must be a host name or an IP address, without a port',
);

/** 0 picks a free one. A blank would count as 0 by itself. */
export const portSchema = z
  .unknown()
  .refine((given) => typeof given === 'number' || /^\d{1,5}$/.test(String(given)), {
    error: 'must be a whole number from 0 to 65535',
    abort: true,
  })
  .transform(Number)
  .pipe(z.int().min(0).max(65_535));

/** Where the sandbox sends, or is reached. */
export const httpUrlSchema = z
  .string()
  .refine(
    (text) =>
      /^https?:\/\/[^\s\\@#]+$/i.test(text) && URL.canParse(text) && new URL(text).port !== '0',
    'must be an http(s) URL without login, fragment or blanks',
  );

/** @returns what stands around the text that is none of it, if anything does. */
export function mistakeAround(text: string): string | undefined {
  if (text.startsWith('\u{feff}'))
    return 'begins with a byte order mark: save it as UTF-8 without one';
  if (/^[\s\p{Cc}\p{Cf}]|[\s\p{Cc}\p{Cf}]$/u.test(text))
    return 'has blanks or line breaks around it: give it without them';
  if (/^["'`“”‘’]|["'`“”‘’]$/.test(text)) return 'has quotes around it: give it without them';
  return undefined;
}
