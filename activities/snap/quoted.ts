/**
 * What DOKU, or what stands before it, quotes of a request in its answer: words go into logs and journeys' stories, and what was sent
 * holds codes that are good as long as a link lives.
 *
 * @module
 */

/** Names of fields whose content is a secret's or a person's. */
export const PRIVATE =
  /token|authcode|otp|name|mail|phone|customernumber|account(?:no|id|number)|url|params|nextaction/i;

/** Shorter ones stand for nothing, and are in many a word. */
const SHORTEST = 4;
/** SNAP's requests are two deep. */
const DEEPEST = 4;

/** @returns a text of DOKU's without what the request holds in private fields. */
export function withoutQuoted(text: string, request: unknown): string {
  let told = text;
  for (const secret of privateTexts(request, 0, false)) told = told.replaceAll(secret, '…');
  return told;
}

function privateTexts(value: unknown, depth: number, isPrivate: boolean): string[] {
  if (typeof value === 'string') return isPrivate && value.length >= SHORTEST ? [value] : [];
  if (typeof value !== 'object' || value === null || depth >= DEEPEST) return [];
  return Object.entries(value).flatMap(([name, part]) =>
    privateTexts(part, depth + 1, isPrivate || PRIVATE.test(name)),
  );
}
