/** A worker's deliveries at once: they hold places that calls to DOKU need. */
const MOST_AT_ONCE = 50;
const FIRST_REST_MS = 2_000;
const LONGEST_REST_MS = 60_000;

/**
 * Keeps deliveries from taking up a worker: few go at once, and while a receiver does not answer at all, one goes at a time
 * after ever longer rests. Those that are turned away come again.
 */
export class Gate {
  readonly #nowMs: () => number;
  readonly #longestRestMs: number;
  #under = 0;
  #restsUntil = 0;
  #restMs: number;
  #isSilent = false;

  /** @param longestPauseMs - a rest is no longer. */
  constructor(nowMs: () => number, longestPauseMs = LONGEST_REST_MS) {
    this.#nowMs = nowMs;
    this.#longestRestMs = Math.min(LONGEST_REST_MS, longestPauseMs);
    this.#restMs = this.#firstRestMs;
  }

  get #firstRestMs(): number {
    return Math.min(FIRST_REST_MS, this.#longestRestMs);
  }

  /** @returns nothing where it was turned away. */
  async through<T extends { readonly isSilence?: boolean }>(
    deliver: () => Promise<T>,
  ): Promise<T | undefined> {
    const isFull = this.#under >= (this.#isSilent ? 1 : MOST_AT_ONCE);
    if (isFull || this.#nowMs() < this.#restsUntil) return undefined;
    this.#under += 1;
    try {
      const reception = await deliver();
      if (reception.isSilence) this.#rest();
      else this.#goOn();
      return reception;
    } finally {
      this.#under -= 1;
    }
  }

  #rest(): void {
    this.#isSilent = true;
    // Those that went together are one silence.
    if (this.#nowMs() < this.#restsUntil) return;
    this.#restsUntil = this.#nowMs() + this.#restMs;
    this.#restMs = Math.min(this.#restMs * 2, this.#longestRestMs);
  }

  #goOn(): void {
    this.#isSilent = false;
    this.#restMs = this.#firstRestMs;
    this.#restsUntil = 0;
  }
}
