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
/** Follows the digits where a worker wrote for its workflow: some thirty payloads a journey are to stay small. */
export const BY_WORKER = 'w';

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
 * Whether a payload was written as this. What has no mark is nobody's word: backends and activities write theirs without one.
 *
 * @returns `unnamed` where a worker of before wrote it, which named nothing more than the kind.
 */
export function proofOf(payload: Written, kind: number, what: string): 'own' | 'unnamed' | 'none' {
  if (writtenAs(payload) !== kind) return 'none';
  const named = writtenFor(payload);
  if (named === markedText(what)) return 'own';
  return named === '' && stampOf(payload)?.endsWith(BY_WORKER) ? 'unnamed' : 'none';
}

/**
 * {@link proofOf} of a run's result.
 *
 * @param isKnown - whether the caller knows what the run may end with, and holds it against that: nothing else tells what a worker
 *   wrote before payloads said when they were encrypted, or as what.
 */
export function proofOfEnd(
  payload: Written,
  runId: string,
  isKnown: boolean,
): 'own' | 'unnamed' | 'none' {
  const proof = proofOf(payload, ANSWER, endOf(runId));
  const isOfBefore = writtenAs(payload) === undefined && stampOf(payload) === undefined;
  return isOfBefore && isKnown ? 'unnamed' : proof;
}

/** As it is read back: a byte a character. */
const markedText = (what: string) => String.fromCharCode(...markOf(0, what).subarray(1));

/** Whether it was encrypted about then; true of what does not say when, as what was written long before. */
export function isOfTime(payload: Written, atMs: number, withinMs: number): boolean {
  const at = stampOf(payload);
  return at === undefined || Math.abs(Number.parseInt(at, 10) - atMs) <= withinMs;
}

function stampOf({ metadata }: Written): string | undefined {
  const at = metadata?.[SEALED_AT];
  return at && String.fromCharCode(...at);
}
