/**
 * Signing with two credentials while one takes over from the other at DOKU, at a moment that only DOKU knows.
 *
 * @module
 */
import type { Outcome } from './outcome.js';

/** Two credentials, of which DOKU accepts at least one. */
export class Rotation {
  readonly #both: () => readonly [string, string | undefined];
  #first: string | undefined;
  #accepted: string | undefined;

  /** @param both - as they are now; they may change at any time. */
  constructor(both: () => readonly [string, string | undefined]) {
    this.#both = both;
  }

  /** To be tried one after the other: the first, unless DOKU has accepted the second since. */
  inTurn(): readonly [string, string?] {
    const [first, second] = this.#both();
    if (first !== this.#first) this.#accepted = undefined;
    this.#first = first;
    if (second === undefined || second === first) return [first];
    return this.#accepted === second ? [second, first] : [first, second];
  }

  /** To be told what DOKU made of a request that was signed with it. */
  heard(credential: string, outcome: Outcome<unknown>): void {
    const { kind } = outcome;
    if (kind === 'succeeded' || kind === 'pending' || kind === 'refused')
      this.#accepted = credential;
  }
}

/** DOKU did nothing, as it does not take the signature: the other credential may be the one that it knows. */
export const isSignatureRefused = (outcome: Outcome<unknown>) =>
  outcome.kind === 'unauthorized' && outcome.credential === 'signature';
