const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 3_600_000;
/** Settlement takes two days at most, but for holidays: past them it is looked for more seldom, which keeps the history short. */
const SOON_MS = 2 * 86_400_000;
const LATER_PAUSE_MS = 4 * 3_600_000;

/** Tries of a refund while its purchase settles, ever more seldom. */
export class Tries {
  readonly #began = Date.now();
  #pause: number | undefined;

  /** @returns how long to wait after the try that begins now, in milliseconds. */
  next(): number {
    this.#pause = this.#pause === undefined ? FIRST_PAUSE_MS : this.#longer(this.#pause);
    return this.#pause;
  }

  #longer(pause: number): number {
    const isSoon = Date.now() < this.#began + SOON_MS;
    return isSoon ? Math.min(pause * 2, LONGEST_PAUSE_MS) : LATER_PAUSE_MS;
  }
}
