/**
 * Whose a customer's token is, as its claims say. DOKU's sample writes the account into a JSON text within a claim; other
 * environments write an object, or name it at the top, as text or number.
 *
 * @module
 */
import { hasDuplicateMembers } from './json-text.js';

/** The claim's names, surest first; a customer's may also be the merchant's own. */
const NAMES = ['accountid', 'dokuid', 'customerid'] as const;
const DEEPEST = 5;
/** No header takes a longer token. */
const LONGEST = 16_384;

/**
 * What a token's claims say of an account: `unnamed` where nothing in it can be read as one, `another` where it could be
 * read in two ways.
 */
export function namesAccount(jwt: string, accountId: string): 'this' | 'another' | 'unnamed' {
  if (jwt.length > LONGEST) return 'unnamed';
  const claims = Buffer.from(jwt.split('.', 2)[1] ?? '', 'base64url').toString();
  for (const name of NAMES) {
    const named = [...valuesOf(claims, name, DEEPEST + 1)];
    if (named.length > 0)
      return named.every((each) => isSame(each, accountId)) ? 'this' : 'another';
  }
  return 'unnamed';
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** No account's. */
const AMBIGUOUS = 'ambiguous';

/** Values of a member at any depth, JSON within texts looked into as well. */
function* valuesOf(value: unknown, name: string, depth: number): Generator<string> {
  if (depth === 0) return;
  if (typeof value === 'string' && /^\s*[{[]/.test(value)) {
    if (hasDuplicateMembers(value)) yield AMBIGUOUS;
    yield* valuesOf(jsonIn(value), name, depth - 1);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      const isNamed = key.toLowerCase().replace(/[_-]/g, '') === name;
      const text = typeof member === 'number' ? String(member) : member;
      if (isNamed && typeof text === 'string' && /^\s*\d+\s*$/.test(text)) yield text.trim();
      else yield* valuesOf(member, name, depth - 1);
    }
  }
}

/** A number has lost the zeros that it began with. */
const isSame = (one: string, other: string) => bare(one) === bare(other);
const bare = (digits: string) => digits.replace(/^0+(?=\d)/, '');
