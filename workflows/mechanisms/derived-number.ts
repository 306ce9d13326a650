/** SNAP's longest reference. */
const LONGEST = 64;
const PRIME = 0x100000001b3n;
const OFFSET = 0xcbf29ce484222325n;

/**
 * A number of our own for DOKU, of a movement that the merchant has given none: the same for the same identity, and of a form
 * that nobody's own number has by chance.
 *
 * @param identity - all that tells the movement from others.
 */
export function derivedNumber(reference: string, use: string, identity: readonly string[]): string {
  const tail = `-${use}-${fingerprint([use, ...identity].join('|'))}`;
  return `${reference.slice(0, LONGEST - tail.length)}${tail}`;
}

/** FNV-1a of 64 bits, as 16 hexadecimal digits. Workflows have no hash of their own, and nobody attacks this one. */
function fingerprint(text: string): string {
  let hash = OFFSET;
  for (const character of text) {
    hash ^= BigInt(character.codePointAt(0) ?? 0);
    hash = BigInt.asUintN(64, hash * PRIME);
  }
  return hash.toString(16).padStart(16, '0');
}
