/**
 * JSON as text, where parsing it would lose what a signature was made over.
 *
 * @module
 */

/** One string, or a run of white space outside of strings, or anything else. */
const STRING = /"(?:[^"\\]|\\[\s\S])*"/y;

/** @returns the text without white space outside of strings; numbers and escapes stay as written. */
export function minified(text: string): string {
  return text.replace(/"(?:[^"\\]|\\[\s\S])*"|[ \t\r\n]+/g, (part) =>
    part.startsWith('"') ? part : '',
  );
}

/** Something that may be a number, outside of strings or within one. */
const PERHAPS_A_NUMBER = /[:[,]\s*-?\d/;
const STRING_OR_NUMBER = /"(?:[^"\\]|\\[\s\S])*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * Parses with every number as the text that it was: a reference above 2^53 keeps its digits, an amount its decimals.
 *
 * @throws SyntaxError when it is not JSON.
 */
export function parsedWithTexts(text: string): unknown {
  const plain: unknown = JSON.parse(text);
  if (!PERHAPS_A_NUMBER.test(text)) return plain;
  return JSON.parse(
    text.replace(STRING_OR_NUMBER, (part) => (part.startsWith('"') ? part : `"${part}"`)),
  );
}

/**
 * @returns whether an object in the text names a member twice, also where one name is written with escapes.
 * `JSON.parse` keeps the last one silently. Text that is not JSON has none.
 */
export function hasDuplicateMembers(text: string): boolean {
  // One set of names for each open object, `null` for each open array. A stack of our own, as input may
  // be nested deeper than the call stack.
  const open: (Set<string> | null)[] = [];
  let isName = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      STRING.lastIndex = at;
      const string = STRING.exec(text)?.[0];
      if (string === undefined) return false;
      if (isName && !added(open.at(-1), string)) return true;
      isName = false;
      at += string.length - 1;
    } else if (character === '{') {
      open.push(new Set());
      isName = true;
    } else if (character === '[') {
      open.push(null);
      isName = false;
    } else if (character === '}' || character === ']') {
      open.pop();
      isName = false;
    } else if (character === ',') {
      isName = open.at(-1) instanceof Set;
    }
  }
  return false;
}

/** @returns false if the set held the name already. */
function added(names: Set<string> | null | undefined, quoted: string): boolean {
  if (!names) return true;
  const name = unquoted(quoted);
  if (names.has(name)) return false;
  names.add(name);
  return true;
}

function unquoted(quoted: string): string {
  try {
    return JSON.parse(quoted);
  } catch {
    return quoted;
  }
}
