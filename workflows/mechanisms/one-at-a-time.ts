import { condition } from '@temporalio/workflow';

/** Work that must not overlap, in the order in which it came. */
export class OneAtATime {
  #last = 0;
  #turn = 1;

  get isBusy(): boolean {
    return this.#turn <= this.#last;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    this.#last += 1;
    const mine = this.#last;
    await condition(() => this.#turn === mine);
    try {
      return await work();
    } finally {
      this.#turn += 1;
    }
  }
}
