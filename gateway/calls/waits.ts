import { Shares } from './shares.js';

/** How many wait at once; who comes beyond that is answered at once, with where it stands. */
export class Waits {
  readonly #shares: Shares;

  constructor(most: number) {
    this.#shares = new Shares(most);
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
    if (waitMs === 0 || !this.#shares.take(who)) return work(0);
    try {
      return await work(waitMs);
    } finally {
      this.#shares.giveBack(who);
    }
  }
}
