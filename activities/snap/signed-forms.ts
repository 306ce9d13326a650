/**
 * The texts that the sender of a body may have signed. Senders differ in whether they hash what they send, the text without
 * its white space, or the text as their own JSON library writes it.
 *
 * @module
 */
import { hasDuplicateMembers, minified } from './json-text.js';

const STRING = /"(?:[^"\\]|\\[\s\S])*"/g;
const NOT_ASCII = /[\u0080-\uffff]/g;

/**
 * What may differ is what means the same to every reader: white space between values, and how characters are escaped. A
 * number stays as it is written: 1.0 and 1, or two references that one double stands for, are not the same.
 *
 * @param body - as received; text stands for its UTF-8.
 * @returns the body itself first; nothing where it names a member twice, and could be read in two ways.
 */
export function signedForms(body: string | Uint8Array): (string | Uint8Array)[] {
  const text = jsonIn(body);
  // Whatever else was signed, it was these very bytes.
  if (text === undefined) return [body];
  const isPlain = isWrittenPlainly(text);
  if (!isPlain && hasDuplicateMembers(text)) return [];
  const bare = isPlain ? text : minified(text);
  const plain = isPlain ? text : bare.replace(STRING, (part) => JSON.stringify(JSON.parse(part)));
  // PHP escapes both unless told otherwise, Python what is not ASCII.
  const slashed = plain.replaceAll('/', '\\/');
  const forms = new Set([bare, plain, slashed, inAscii(plain), inAscii(slashed)]);
  forms.delete(text);
  return [body, ...forms];
}

/** As `JSON.stringify` writes it: without white space to lose, and with no member twice. */
function isWrittenPlainly(text: string): boolean {
  try {
    return JSON.stringify(JSON.parse(text)) === text;
  } catch {
    // Nested deeper than it can write.
    return false;
  }
}

/** A slash or such a character stands in a string wherever it stands in JSON. */
const inAscii = (json: string) =>
  json.replace(NOT_ASCII, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** @returns nothing where the body is not JSON in UTF-8. */
function jsonIn(body: string | Uint8Array): string | undefined {
  try {
    const text = typeof body === 'string' ? body : decoded(body);
    JSON.parse(text);
    return text;
  } catch {
    return undefined;
  }
}

const decoded = (bytes: Uint8Array) =>
  new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
