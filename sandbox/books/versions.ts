import type { Clock } from './clock.js';

/** What each record looked like when, so that a question can be answered from the books as they were. */
export class Versions<T extends object> {
  readonly #clock: Clock;
  #versions = new Map<string, { readonly at: number; readonly value: T }[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Remembers a record as it is now; lists within it are the caller's to copy. */
  keep(key: string, value: T): void {
    const kept = this.#versions.get(key) ?? [];
    kept.push({ at: this.#clock.now(), value: { ...value } });
    this.#versions.set(key, kept);
  }

  /** @returns the record as it was so long ago, if it existed. */
  ago(key: string, lagMs: number): T | undefined {
    const until = this.#clock.now() - lagMs;
    return this.#versions.get(key)?.findLast(({ at }) => at <= until)?.value;
  }

  /** To be kept over a restart. */
  contents() {
    return this.#versions;
  }

  restore(contents: ReturnType<Versions<T>['contents']>): void {
    this.#versions = contents;
  }

  reset(): void {
    this.#versions.clear();
  }
}
