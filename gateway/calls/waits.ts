/** How many wait at once; who comes beyond that is answered at once, with where it stands. */
export class Waits {
  readonly #most: number;
  #now = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** @param work - is told how long it may wait. */
  async hold<Answer>(waitMs: number, work: (waitMs: number) => Promise<Answer>): Promise<Answer> {
    if (waitMs === 0 || this.#now >= this.#most) return work(0);
    this.#now += 1;
    try {
      return await work(waitMs);
    } finally {
      this.#now -= 1;
    }
  }
}
