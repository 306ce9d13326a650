/** So many rows in a row of which DOKU knows nothing, and none behind them was ever sent. */
const LEAST = 20;

/**
 * How far an earlier life of a batch, which Temporal has forgotten, came with its rows: they are sent in their order, so that
 * a few which DOKU does not know say the same of all that come after them.
 */
export class Trail {
  readonly #enough: number;
  #absentInARow = 0;

  /** @param inFlight - rows that are sent at once: their order says nothing. */
  constructor(inFlight: number) {
    this.#enough = Math.max(LEAST, inFlight);
  }

  /** How many rows have to be unknown to DOKU. */
  get length(): number {
    return this.#enough;
  }

  /** No row behind those that were asked about was sent. */
  get isCold(): boolean {
    return this.#absentInARow >= this.#enough;
  }

  /** Takes note of the next row. */
  note(isAbsent: boolean): void {
    if (!this.isCold) this.#absentInARow = isAbsent ? this.#absentInARow + 1 : 0;
  }
}
