/**
 * Lets calls be made within workflow tasks, as local activities, as long as they are few: each holds its task until
 * DOKU answers, and a worker whose tasks are all held does nothing else, least of all for the tokens they wait for.
 */
export class WithinTask {
  readonly #most: number;
  #underWay = 0;

  /** @param most - calls at once; 0 where none may be, as Temporal's limits count no local activities. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Makes the call now, or says at once that it has to be made by an activity of its own. */
  async call<Answer>(call: () => Promise<Answer>): Promise<Answer | 'not-now'> {
    if (this.#underWay >= this.#most) return 'not-now';
    this.#underWay += 1;
    try {
      return await call();
    } finally {
      this.#underWay -= 1;
    }
  }
}
