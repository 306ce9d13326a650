/**
 * How many wait at once, and of them one caller half at most; who comes beyond that is answered at once, with where it
 * stands.
 */
export class Waits {
  readonly #most: number;
  readonly #mostOfOne: number;
  readonly #ofOne = new Map<string, number>();
  #now = 0;

  constructor(most: number) {
    this.#most = most;
    this.#mostOfOne = Math.max(1, Math.floor(most / 2));
  }

  /**
   * @param who - whoever asks.
   * @param work - is told how long it may wait.
   */
  async hold<Answer>(
    who: string,
    waitMs: number,
    work: (waitMs: number) => Promise<Answer>,
  ): Promise<Answer> {
    const own = this.#ofOne.get(who) ?? 0;
    if (waitMs === 0 || this.#now >= this.#most || own >= this.#mostOfOne) return work(0);
    this.#count(who, 1);
    try {
      return await work(waitMs);
    } finally {
      this.#count(who, -1);
    }
  }

  #count(who: string, more: 1 | -1): void {
    this.#now += more;
    const own = (this.#ofOne.get(who) ?? 0) + more;
    if (own === 0) this.#ofOne.delete(who);
    else this.#ofOne.set(who, own);
  }
}
