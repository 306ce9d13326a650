/**
 * What DOKU has said that it works on, or has shown once: that it does not show it any more is a lag, however long that lasts
 * (money rule 3), and nothing is sent again for it.
 *
 * @module
 */
import type { Sent } from '../../activities/calling/absence.js';
import type { Move } from '../../activities/calling/move.js';

/** To be remembered of a request with this answer. */
export const workedOn = (answer: Move<unknown>): Pick<Sent, 'isAtDoku'> =>
  answer.kind === 'doubtful' && answer.doubt === 'in-progress' ? { isAtDoku: true } : {};

/** What says nothing of a movement, or of another one. */
const NOTHING: ReadonlySet<string> = new Set([
  'absent',
  'not-found',
  'other',
  'unknown',
  'unnamed',
]);

/** Whether DOKU has shown one movement, by all that it has answered. */
export class Shown {
  #isShown = false;

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
