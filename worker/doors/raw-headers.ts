/**
 * Headers as they arrived: names and values in turn, as Node's `rawHeaders`, before what came twice was joined or dropped.
 *
 * @module
 */

export function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  const wanted = name.toLowerCase();
  return rawHeaders.filter(
    (_value, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === wanted,
  );
}

/** Whether two readers could take two for the one who asks. */
export const isAuthorizedTwice = (rawHeaders: readonly string[]): boolean =>
  valuesOf(rawHeaders, 'authorization').length > 1;

/** What whoever asks so is told. */
export const AUTHORIZED_TWICE = 'Authorization is given twice: send the one that is meant';
