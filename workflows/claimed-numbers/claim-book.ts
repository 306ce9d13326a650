import {
  type ClaimedNumbersInput,
  DIGEST_LENGTH,
  MOST_CLAIMING,
  mostNamed,
  type NumbersClaim,
  type NumbersClaimed,
} from '../../contract/claimed-numbers.js';

type Kept = NonNullable<ClaimedNumbersInput['claims']>;

/** Which part has claimed which numbers, by their digests. */
export class ClaimBook {
  /** Oldest first. */
  readonly #byPart = new Map<string, readonly string[]>();
  readonly #byDigest = new Map<string, string>();

  constructor(kept: Kept) {
    for (const { part, digests } of kept) this.#note(part, inPieces(digests));
  }

  get isEmpty(): boolean {
    return this.#byPart.size === 0;
  }

  get kept(): Kept {
    return [...this.#byPart].map(([part, digests]) => ({ part, digests: digests.join('') }));
  }

  claimantOf(digest: string): string | undefined {
    return this.#byDigest.get(digest);
  }

  claim({ part, digests }: NumbersClaim): NumbersClaimed {
    this.release(part);
    const others = mostNamed([...this.#byPart.keys()]);
    if (this.#byPart.size >= MOST_CLAIMING) return { taken: [], isFull: true, others };
    const taken = digests.filter((digest) => this.#byDigest.has(digest));
    this.#note(
      part,
      digests.filter((digest) => !this.#byDigest.has(digest)),
    );
    return { taken, isFull: false, others };
  }

  release(part: string): void {
    for (const digest of this.#byPart.get(part) ?? []) this.#byDigest.delete(digest);
    this.#byPart.delete(part);
  }

  #note(part: string, digests: readonly string[]): void {
    this.#byPart.set(part, digests);
    for (const digest of digests) this.#byDigest.set(digest, part);
  }
}

const inPieces = (digests: string): string[] =>
  Array.from({ length: digests.length / DIGEST_LENGTH }, (_, index) =>
    digests.slice(index * DIGEST_LENGTH, (index + 1) * DIGEST_LENGTH),
  );
