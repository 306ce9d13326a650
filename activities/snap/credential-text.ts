/**
 * What copying, an editor or a shell does to a credential's text, told before DOKU refuses what was signed with it.
 * Mistakes are sentences about a setting, to be put after its name; none holds its value.
 *
 * @module
 */

const BYTE_ORDER_MARK = '\u{feff}';
/** White space, controls, and marks without a width that come along when text is copied from a page. */
const BLANK = /^[\s\p{Cc}\p{Cf}]$/u;
const QUOTES = '"\'`“”‘’';

/** @returns what stands around the text that is none of it, if anything does. */
export function mistakeAround(text: string): string | undefined {
  if (text.startsWith(BYTE_ORDER_MARK))
    return 'begins with a byte order mark: save it as UTF-8 without one';
  const ends = [text.at(0) ?? ' ', text.at(-1) ?? ' '];
  if (ends.some((end) => BLANK.test(end))) {
    return text.trim() === ''
      ? 'is blank'
      : 'has blanks or line breaks around it: give it without them';
  }
  if (ends.some((end) => QUOTES.includes(end)))
    return 'has quotes around it: give it without them, as they would become part of it';
  return undefined;
}

/** @returns what is wrong with a client ID, which is sent as a header of every call. */
export function mistakeInClientId(text: string): string | undefined {
  const around = mistakeAround(text);
  if (around !== undefined) return around;
  if (text.startsWith('SK-'))
    return 'is a client secret, which must not be sent: give the client ID that belongs to it';
  if (/[|:]/.test(text))
    return 'has "|" or ":" in it, which part the fields of what is signed: give it as DOKU shows it';
  return /^[\x21-\x7e]{1,36}$/.test(text)
    ? undefined
    : 'must be 1 to 36 ASCII characters without blanks';
}

/** @returns what is wrong with a secret that keys a signature. */
export function mistakeInSecret(text: string): string | undefined {
  const around = mistakeAround(text);
  if (around !== undefined) return around;
  if (text.includes('-----BEGIN '))
    return 'is a key in PEM: give the secret that DOKU shows as text';
  return /[\p{Cc}\u2028\u2029]/u.test(text)
    ? 'has a line break or another control character in it: give it as one line'
    : undefined;
}

/** @returns what is wrong with the secret of Account Inquiry's authCode, which is an AES key as text. */
export function mistakeInAuthCodeSecret(text: string): string | undefined {
  const mistake = mistakeInSecret(text);
  if (mistake !== undefined) return mistake;
  return [16, 24, 32].includes(Buffer.byteLength(text))
    ? undefined
    : 'must be 16, 24 or 32 bytes long';
}
