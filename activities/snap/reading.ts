/**
 * Reads of an answer what can be read: a field that is not as it should be costs that field, not the answer.
 *
 * @module
 */
import type * as z from 'zod';
import { amountText, isAmount, rupiahOf } from './amount.js';
import { beginningOf } from './beginning.js';
import { PRIVATE } from './quoted.js';

/** A field that was not as it should be. */
export interface Oddity {
  /** Such as `refundHistory.1.refundStatus`. */
  readonly path: string;
  /** What it held, at most 40 characters and free of what could identify a person. */
  readonly held: string;
}

type Reading<Response> =
  | { readonly isReadable: true; readonly response: Response; readonly oddities: readonly Oddity[] }
  /** Without these there is no answer. */
  | { readonly isReadable: false; readonly oddities: readonly Oddity[] };

type Path = readonly PropertyKey[];

/** Beyond them nobody reads on. */
const MOST_ODDITIES = 50;
const NONE: readonly Oddity[] = [];

/**
 * @param judgedBy - fields that may be absent, but not unreadable: a decision takes their absence for an answer. Entries
 * of a list are `*`.
 */
export function readingOf<Response extends z.ZodType>(
  schema: Response,
  judgedBy: readonly string[],
  body: unknown,
): Reading<z.output<Response>> {
  const odd = new Map<string, Oddity>();
  const dropped = new Set<string>();
  let rest: unknown;
  for (;;) {
    const parsed = schema.safeParse(rest === undefined ? body : rest);
    if (parsed.success) {
      const response = parsed.data;
      const oddities = [...odd.values(), ...oddAmounts(response, [])].slice(0, MOST_ODDITIES);
      return { isReadable: true, response, oddities: oddities.length > 0 ? oddities : NONE };
    }
    rest ??= structuredClone(body);
    const inThisPass = new Set<string>();
    for (const { path } of parsed.error.issues) {
      const name = path.join('.');
      if (inThisPass.has(name)) continue;
      inThisPass.add(name);
      const oddity = { path: name, held: heldBy(valueAt(body, path), name) };
      const target = droppable(path, rest, dropped);
      if (target === undefined || isJudged(target, judgedBy))
        return { isReadable: false, oddities: [oddity] };
      if (odd.size < MOST_ODDITIES) odd.set(name, oddity);
      dropped.add(target.join('.'));
      drop(rest, target);
    }
  }
}

/** "wrong shape at transAmount, which held null". */
export const toldOfOddities = (oddities: readonly Oddity[]) =>
  oddities
    .slice(0, 3)
    .map(({ path, held }) => `${path}, which held ${held}`)
    .concat(oddities.length > 3 ? [`${oddities.length - 3} more`] : [])
    .join('; ');

/** The smallest part around a complaint that is there and was not dropped yet; none where only the whole is left. */
function droppable(path: Path, body: unknown, dropped: ReadonlySet<string>): Path | undefined {
  for (let length = path.length; length > 0; length--) {
    const part = path.slice(0, length);
    if (valueAt(body, part) !== undefined && !dropped.has(part.join('.'))) return part;
  }
  return undefined;
}

function isJudged(path: Path, judgedBy: readonly string[]): boolean {
  const name = path.map((step) => (typeof step === 'number' ? '*' : String(step))).join('.');
  return judgedBy.some((judged) => judged === name || judged.startsWith(`${name}.`));
}

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (at, step) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, step)
        ? (at as Record<PropertyKey, unknown>)[step]
        : undefined,
    value,
  );

/**
 * In place, as a copy for each of many odd entries would take the square of their number. An entry stays as an empty one,
 * so that a list is as long as DOKU gave it.
 */
function drop(value: unknown, path: Path): void {
  const last = path.at(-1);
  const holder = valueAt(value, path.slice(0, -1));
  if (last === undefined || typeof holder !== 'object' || holder === null) return;
  if (Array.isArray(holder)) holder[Number(last)] = {};
  else delete (holder as Record<PropertyKey, unknown>)[last];
}

/** Where SNAP has amounts; what lies deeper could be as deep as somebody likes. */
const DEEPEST = 5;

/** Amounts that are no rupiah, or that cannot be read as such: kept as text, and said. */
function oddAmounts(value: unknown, path: readonly string[]): Oddity[] {
  if (typeof value !== 'object' || value === null || path.length > DEEPEST) return [];
  if (isAmount(value))
    return rupiahOf(value) === undefined
      ? [{ path: path.join('.'), held: `"${amountText(value)}"` }]
      : [];
  return Object.entries(value).flatMap(([name, part]) => oddAmounts(part, [...path, name]));
}

const LONG_WORD = /[^\s"]{24,}/g;

function heldBy(value: unknown, path: string): string {
  if (value === undefined) return 'nothing';
  if (value === null || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  const text = String(value);
  if (PRIVATE.test(path)) return `a text of ${text.length}`;
  return `"${withoutPersons(text).replace(LONG_WORD, '…').slice(0, 38)}"`;
}

/** In whatever groups. */
const PHONE = /\d(?:[ ().-]{0,2}\d){7,}/g;

/** More than people read of any message. */
const LONGEST = 1_024;

/** The beginning of a text of DOKU's, without e-mail addresses and digits that could be a person's. */
export const withoutPersons = (text: string) =>
  beginningOf(text, LONGEST)
    .replace(/\S+/g, (word) => (word.includes('@') ? '…' : word))
    .replace(PHONE, '…')
    .replace(/\d{5,}/g, '…');
