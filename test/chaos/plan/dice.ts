import { createHash } from 'node:crypto';

type State = [number, number, number, number];

/** Chance that can be repeated: the same name throws the same numbers, whatever was thrown under other names. */
export class Dice {
  readonly #name: string;
  #state: State;

  constructor(name: string) {
    this.#name = name;
    const digest = createHash('sha256').update(name).digest();
    this.#state = [0, 4, 8, 12].map((at) => digest.readUInt32LE(at)) as State;
  }

  /** Dice of its own, whose numbers do not depend on how often these were thrown. */
  of(name: string | number): Dice {
    return new Dice(`${this.#name}/${name}`);
  }

  chance(probability: number): boolean {
    return this.#next() < probability;
  }

  whole(least: number, most: number): number {
    return least + Math.floor(this.#next() * (most - least + 1));
  }

  one<T>(of: readonly T[]): T {
    return of[this.whole(0, of.length - 1)] as T;
  }

  /** By weight; none weighs nothing. */
  weighed<T extends string>(weights: Readonly<Partial<Record<T, number>>>): T {
    const entries = Object.entries(weights) as [T, number][];
    let left = this.#next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight] of entries) {
      left -= weight;
      if (left < 0) return name;
    }
    return (entries.at(-1) as [T, number])[0];
  }

  /** sfc32: small, fast and long enough for any plan. */
  #next(): number {
    const [a, b, c, d] = this.#state;
    const sum = (a + b + d) | 0;
    this.#state = [b ^ (b >>> 9), (c + (c << 3)) | 0, ((c << 21) | (c >>> 11)) + sum, (d + 1) | 0];
    return (sum >>> 0) / 4_294_967_296;
  }
}
