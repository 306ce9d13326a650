import type { Sent } from '../../activities/calling/absence.js';

/** What says nothing of a movement, or of another one. */
const NOTHING: ReadonlySet<string> = new Set([
  'absent',
  'not-found',
  'other',
  'unknown',
  'unnamed',
]);

/**
 * Whether DOKU has shown one movement, by all that it has answered. Then that it does not show it any more is a lag, however long
 * that lasts (money rule 3), and nothing is sent again for it.
 */
export class Shown {
  #isShown: boolean;

  /** @param isShown - whether it had by what an earlier run was answered. */
  constructor(isShown = false) {
    this.#isShown = isShown;
  }

  get isShown(): boolean {
    return this.#isShown;
  }

  /** @returns the same fact. */
  noted<F extends { readonly status: string }>(fact: F): F {
    if (!NOTHING.has(fact.status)) this.#isShown = true;
    return fact;
  }

  /** @returns what to ask by: with what was shown, where that was so. */
  with(sent: Sent | undefined): Sent | undefined {
    if (!this.#isShown) return sent;
    return { lastSentAt: new Date().toISOString(), ...sent, isAtDoku: true };
  }
}
