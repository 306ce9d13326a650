/**
 * Money rule 13: what is secret is seen nowhere but where it belongs.
 *
 * @module
 */

/** Something that no log, history, list, metric or error may hold. */
export interface Secret {
  readonly kind: 'token' | 'phone number' | 'e-mail address' | 'OTP' | 'credential' | 'payload key';
  readonly text: string;
}

/** So much of the end of a long one tells it; so that a part that was cut off in front is found, too. */
const TELLING = 32;
/** Shorter ones are looked for as words of their own: six digits are part of many a number and of a time. */
const SHORT = 8;

/** Looks for secrets in whatever a run left behind. */
export class Leaks {
  readonly #needles: readonly (Secret & { readonly isIn: (text: string) => boolean })[];
  readonly #found = new Map<string, Set<string>>();
  /** Texts that were looked at, and their length in all. */
  looked = 0;
  bytes = 0;

  constructor(secrets: readonly Secret[]) {
    this.#needles = secrets.map((secret) => ({ ...secret, isIn: lookFor(secret.text) }));
  }

  /** How many secrets are looked for. */
  get sought(): number {
    return this.#needles.length;
  }

  /** @param where - what the text is, as whoever looks into it calls it. */
  look(where: string, text: string): void {
    this.looked += 1;
    this.bytes += text.length;
    for (const { kind, isIn } of this.#needles)
      if (isIn(text)) this.#found.set(where, (this.#found.get(where) ?? new Set()).add(kind));
  }

  /** A line a place, never with the secret itself. */
  get found(): string[] {
    return [...this.#found].map(([where, kinds]) => `${where} holds: ${[...kinds].join(', ')}`);
  }
}

function lookFor(secret: string): (text: string) => boolean {
  if (secret.length < SHORT) {
    const word = new RegExp(`(?<![\\w.])${secret}(?![\\w.])`);
    return (text) => word.test(text);
  }
  const needle = secret.slice(-TELLING);
  return (text) => text.includes(needle);
}
