/**
 * What a payload says, within what is encrypted, that it was written as: one byte, and a text that names what it belongs to. Whoever
 * reaches Temporal without a payload key finds many payloads of a workflow, and could hand one of them back as another.
 *
 * @module
 */

/** The name in a payload's metadata. Short, as it is there often; `failure-converter.cjs` has it, too. */
export const WRITTEN_AS = 'as';
/** When it was encrypted, in digits of milliseconds. */
export const SEALED_AT = 'sealed-at';

/** Arguments, memos, summaries: what goes with something that a workflow begins. The text names the activity. */
export const ARGUMENT = 1;
/** What a failure says. */
export const FAILURE = 2;
/** A workflow's own answer: to a query, to an update, or its result. */
export const ANSWER = 3;
// An activity's answer and a signal's argument are marked by nothing: workers that know of no mark write them so, too.

interface Written {
  readonly metadata?: { readonly [name: string]: Uint8Array } | null;
}

/** Enough of a UUID, such as a run's, that nobody comes upon another one with it: its last 48 bits are random. */
const tailOf = (id: string) => id.slice(-12);

/** What a run ends with. */
export const endOf = (runId: string) => `r ${tailOf(runId)}`;
/** What one update is answered with. */
export const ofUpdate = (name: string, id: string) => `u ${name} ${tailOf(id)}`;
/** What a query is answered with. */
export const ofQuery = (name: string) => `q ${name}`;
/** What an activity of a run is asked with. */
export const askedOf = (activityType: string, runId: string) => `${activityType} ${tailOf(runId)}`;

/** @returns nothing for what has no mark. */
export const writtenAs = ({ metadata }: Written): number | undefined => metadata?.[WRITTEN_AS]?.[0];

/** What it belongs to; empty for what has no mark, or that of a worker which wrote no more than the byte. */
export const writtenFor = ({ metadata }: Written): string =>
  String.fromCharCode(...(metadata?.[WRITTEN_AS]?.subarray(1) ?? []));

/** The metadata of a mark. The names are ASCII. */
export const markOf = (kind: number, what = ''): Uint8Array =>
  Uint8Array.of(kind, ...Array.from(what, (character) => character.charCodeAt(0)));

/** Whether a workflow's end may be what a payload was written as; which run's is for those to ask who know it. */
export const mayBeEnd = (payload: Written): boolean => {
  const what = writtenFor(payload);
  return what === '' || what.startsWith('r ');
};

/**
 * Whether a payload was written as this.
 *
 * @returns `unnamed` where a worker of before wrote it, which named nothing more than the kind, or not even that.
 */
export function proofOf(payload: Written, kind: number, what: string): 'own' | 'unnamed' | 'none' {
  const as = writtenAs(payload);
  const named = writtenFor(payload);
  if (as === kind && named === markedText(what)) return 'own';
  return named === '' && (as === undefined || as === kind) ? 'unnamed' : 'none';
}

/** As it is read back: a byte a character. */
const markedText = (what: string) => String.fromCharCode(...markOf(0, what).subarray(1));

/** Whether it was encrypted about then; true of what does not say when, as what was written long before. */
export function isOfTime({ metadata }: Written, atMs: number, withinMs: number): boolean {
  const at = metadata?.[SEALED_AT];
  if (!at) return true;
  return Math.abs(Number.parseInt(String.fromCharCode(...at), 10) - atMs) <= withinMs;
}
