/**
 * JSON as text, where parsing it would lose what a signature was made over. Each character is looked at once, whoever
 * wrote the text.
 *
 * @module
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const COMMA = 0x2c;
const COLON = 0x3a;
const POINT = 0x2e;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const isBlank = (byte: number | undefined) =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
const isDigit = (byte: number | undefined) => byte !== undefined && byte >= 0x30 && byte <= 0x39;
/** @returns the text without white space outside of strings; numbers and escapes stay as written. */
export function minified(text: string): string {
  const bytes = Buffer.from(text);
  let length = 0;
  for (let at = 0; at < bytes.length; ) {
    const end = bytes[at] === QUOTE ? (endOfString(bytes, at) ?? bytes.length) : at + 1;
    if (isBlank(bytes[at])) at++;
    // By hand, as most are a byte or a few.
    while (at < end) bytes[length++] = bytes[at++] as number;
  }
  return bytes.toString('utf8', 0, length);
}

/** @returns where the string that begins there is over; nothing where it is not closed. */
function endOfString(bytes: Buffer, begin: number): number | undefined {
  for (let at = begin + 1; at < bytes.length; at++) {
    if (bytes[at] === QUOTE) return at + 1;
    if (bytes[at] === BACKSLASH) at++;
  }
  return undefined;
}

/** DOKU's answers have five levels; what reads them further calls itself for each. */
const DEEPEST = 64;
/** Members and entries; the largest answer, a page of 50 movements, has some thousand. */
const MOST_PARTS = 40_000;

/**
 * Parses with every number as the text that it was: a reference above 2^53 keeps its digits, an amount its decimals.
 *
 * @throws SyntaxError when it is not JSON, or nested more deeply or of more parts than anything that DOKU sends.
 */
export function parsedWithTexts(text: string): unknown {
  return JSON.parse(withNumbersQuoted(Buffer.from(text)) ?? text);
}

/**
 * What is JSON only by the quotes that this adds, such as a number for a name, is refused here: all else is `JSON.parse`'s.
 *
 * @returns nothing where there are no numbers.
 * @throws SyntaxError when a number is none or stands where none may, and when it is nested too deeply or too large.
 */
function withNumbersQuoted(json: Buffer): string | undefined {
  // A number has a digit at least, and gains two quotes.
  const quoted = Buffer.allocUnsafe(json.length * 3);
  const open: number[] = [];
  let length = 0;
  let parts = 0;
  let before = 0;
  for (let at = 0; at < json.length; ) {
    const byte = json[at] as number;
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) open.push(byte);
    if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) open.pop();
    if ((byte === COLON || byte === COMMA) && ++parts > MOST_PARTS)
      throw new SyntaxError('too many parts');
    if (open.length > DEEPEST) throw new SyntaxError(`nested more than ${DEEPEST} levels deep`);
    const isNumber = byte === MINUS || isDigit(byte);
    if (isNumber && !mayBeNumber(before, open.at(-1)))
      throw new SyntaxError('a number where none may be');
    const end = isNumber
      ? endOfNumber(json, at)
      : byte === QUOTE
        ? (endOfString(json, at) ?? json.length)
        : at + 1;
    if (!isBlank(byte)) before = byte;
    if (isNumber) quoted[length++] = QUOTE;
    while (at < end) quoted[length++] = json[at++] as number;
    if (isNumber) quoted[length++] = QUOTE;
  }
  return length === json.length ? undefined : quoted.toString('utf8', 0, length);
}

/** @param before - what stands before it, zero at the beginning. @param inside - what it stands in. */
function mayBeNumber(before: number, inside: number | undefined): boolean {
  if (before === COLON) return inside === OPEN_OBJECT;
  if (before === COMMA || before === OPEN_ARRAY) return inside === OPEN_ARRAY;
  return before === 0;
}

/** @throws SyntaxError when it is not written as JSON writes numbers. */
function endOfNumber(json: Buffer, begin: number): number {
  const whole = json[begin] === MINUS ? begin + 1 : begin;
  let at = json[whole] === 0x30 ? whole + 1 : endOfDigits(json, whole);
  if (json[at] === POINT) at = endOfDigits(json, at + 1);
  if (json[at] === 0x65 || json[at] === 0x45) {
    const isSigned = json[at + 1] === 0x2b || json[at + 1] === MINUS;
    at = endOfDigits(json, isSigned ? at + 2 : at + 1);
  }
  return at;
}

function endOfDigits(json: Buffer, begin: number): number {
  let at = begin;
  while (isDigit(json[at])) at++;
  if (at === begin) throw new SyntaxError('a number without digits');
  return at;
}

/**
 * @returns whether an object in the text names a member twice, also where one name is written with escapes.
 * `JSON.parse` keeps the last one silently. Text that is not JSON has none; in one that is nested more deeply or
 * larger than anything that DOKU sends there may be any.
 *
 * @param mostParts - members and entries, where more are meant.
 */
export function hasDuplicateMembers(text: string, mostParts: number = MOST_PARTS): boolean {
  const json = Buffer.from(text);
  // Of each open object the names so far, `null` for each open array.
  const open: (Names | null)[] = [];
  let isName = false;
  let parts = 0;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at];
    // Nobody can tell, and nobody means it.
    if (open.length > DEEPEST || parts > mostParts) return true;
    if (byte === COLON || byte === COMMA) parts++;
    if (byte === QUOTE) {
      const end = endOfString(json, at);
      if (end === undefined) return false;
      if (isName && !added(open, json.toString('utf8', at, end))) return true;
      isName = false;
      at = end - 1;
    } else if (byte === OPEN_OBJECT) {
      open.push([]);
      isName = true;
    } else if (byte === OPEN_ARRAY) {
      open.push(null);
      isName = false;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      open.pop();
      isName = false;
    } else if (byte === COMMA) {
      isName = (open.at(-1) ?? null) !== null;
    }
  }
  return false;
}

/** A few as a list: most objects have no more, and a set each would cost more than all the rest. */
type Names = string[] | Set<string>;
const FEW = 8;

/** @returns false if the innermost object held the name already. */
function added(open: (Names | null)[], quoted: string): boolean {
  const names = open.at(-1);
  if (!names) return true;
  const name = unquoted(quoted);
  if (names instanceof Set) {
    if (names.has(name)) return false;
    names.add(name);
    return true;
  }
  if (names.includes(name)) return false;
  names.push(name);
  if (names.length > FEW) open[open.length - 1] = new Set(names);
  return true;
}

function unquoted(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  try {
    return JSON.parse(quoted);
  } catch {
    return quoted;
  }
}
