/** Work that goes on in turn while there is any, however it is timed that more comes up. */
export class WorkWhileAny {
  readonly #hasAny: () => boolean;
  readonly #work: () => Promise<void>;
  #working: Promise<void> | undefined;

  /** @param work - does what there is; never rejects. */
  constructor(hasAny: () => boolean, work: () => Promise<void>) {
    this.#hasAny = hasAny;
    this.#work = work;
  }

  /** There is some. */
  start(): void {
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
      // It came up since the work looked last.
      if (this.#hasAny()) this.start();
    });
  }

  /** Waits until there is none. */
  async done(): Promise<void> {
    while (this.#working) await this.#working;
  }
}
