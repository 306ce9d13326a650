/** Of what there is for all callers, one has half at most: so that it keeps nobody out. */
export class Shares {
  readonly #most: number;
  readonly #ofOne = new Map<string, number>();
  #taken = 0;

  /** @param most - for all of them; of one, where it is 1, that as well. */
  constructor(most: number) {
    this.#most = most;
  }

  /** @returns whether there was as much left for whoever asks; it is theirs then, until they give it back. */
  take(who: string, amount = 1): boolean {
    const own = (this.#ofOne.get(who) ?? 0) + amount;
    const mostOfOne = Math.max(1, this.#most / 2);
    if (this.#taken + amount > this.#most || own > mostOfOne) return false;
    this.#count(who, amount);
    return true;
  }

  giveBack(who: string, amount = 1): void {
    this.#count(who, -amount);
  }

  #count(who: string, more: number): void {
    this.#taken += more;
    const own = (this.#ofOne.get(who) ?? 0) + more;
    if (own === 0) this.#ofOne.delete(who);
    else this.#ofOne.set(who, own);
  }
}
