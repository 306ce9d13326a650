/**
 * SHA-256 (FIPS 180-4). Workflows have no `node:crypto`, and what they derive must be the same on every replay.
 *
 * @module
 */

/** The first 32 bits of the fractional parts of roots of primes. */
const fraction = (root: number) => Math.floor((root - Math.floor(root)) * 2 ** 32);

const PRIMES: readonly number[] = primes(64);
const ROUND = PRIMES.map((prime) => fraction(Math.cbrt(prime)));
const FIRST = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));

/** @param text - of ASCII characters, as the merchant's references are. @returns 64 hexadecimal digits. */
export function sha256(text: string): string {
  const blocks = padded(text);
  let state = FIRST;
  for (let start = 0; start < blocks.length; start += 16)
    state = compressed(state, blocks.slice(start, start + 16));
  return state.map((word) => word.toString(16).padStart(8, '0')).join('');
}

function padded(text: string): number[] {
  const length = Math.ceil((text.length + 9) / 64) * 16;
  const words = Array.from({ length }, () => 0);
  const put = (at: number, byte: number) => {
    words[at >> 2] = ((words[at >> 2] as number) | (byte << (24 - 8 * (at % 4)))) >>> 0;
  };
  for (let at = 0; at < text.length; at++) put(at, text.charCodeAt(at) & 0xff);
  put(text.length, 0x80);
  words[length - 1] = text.length * 8;
  return words;
}

const turned = (word: number, by: number) => (word >>> by) | (word << (32 - by));

function compressed(state: readonly number[], block: readonly number[]): number[] {
  const words = [...block];
  const at = (index: number) => words[index] as number;
  for (let index = 16; index < 64; index++) {
    const [two, fifteen] = [at(index - 2), at(index - 15)];
    const s0 = turned(fifteen, 7) ^ turned(fifteen, 18) ^ (fifteen >>> 3);
    const s1 = turned(two, 17) ^ turned(two, 19) ^ (two >>> 10);
    words.push((at(index - 16) + s0 + at(index - 7) + s1) >>> 0);
  }
  let [a, b, c, d, e, f, g, h] = state as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  for (let index = 0; index < 64; index++) {
    const choice = (e & f) ^ (~e & g);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const s1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const s0 = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
    const one = (h + s1 + choice + (ROUND[index] as number) + at(index)) >>> 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) >>> 0, c, b, a, (one + s0 + majority) >>> 0];
  }
  return [a, b, c, d, e, f, g, h].map((word, index) => (word + (state[index] as number)) >>> 0);
}

function primes(count: number): number[] {
  const found: number[] = [];
  for (let candidate = 2; found.length < count; candidate++)
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate);
  return found;
}
