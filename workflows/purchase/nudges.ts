/** How long nudges count for nothing after one that brought nothing; DOKU is polled all the while. */
const FIRST_REST_MS = 2_000;
const LONGEST_REST_MS = 3_600_000;

/**
 * Hints that a purchase may have been paid: the customer is back, DOKU has notified. One has DOKU asked at once; those that
 * follow one another count for nothing, as anybody can reload a page, or send a captured notification again (money rule 11).
 */
export class Nudges {
  #isTold = false;
  #restsUntil = 0;
  #restMs = FIRST_REST_MS;

  /** Whether DOKU is to be asked. */
  get isTold(): boolean {
    return this.#isTold;
  }

  /** Whether another one would change anything. */
  get isHeeded(): boolean {
    return !this.#isTold && Date.now() >= this.#restsUntil;
  }

  tell(): void {
    if (this.isHeeded) this.#isTold = true;
  }

  /** DOKU is being asked. */
  taken(): void {
    this.#isTold = false;
  }

  /** It had nothing new to say. */
  wasInVain(): void {
    this.#restsUntil = Date.now() + this.#restMs;
    this.#restMs = Math.min(this.#restMs * 2, LONGEST_REST_MS);
  }
}
