import type { OperationName } from '../doku/faults.js';
import type { Kind, Question } from './kinds.js';
import type { Of, Temperament } from './schema.js';

/** What a temperament's scope is held against: a request, or a purchase that there is news of. */
export interface Occasion {
  readonly operation?: OperationName;
  readonly references: readonly string[];
  readonly accountIds: readonly string[];
}

export interface Lag {
  readonly ms: number;
  readonly showsPending: boolean;
}

const NO_LAG: Lag = { ms: 0, showsPending: false };

/** The temperaments that one occasion meets. What takes effect is used, which counts for its `times`. */
export class Mood {
  readonly #met: readonly Temperament[];
  readonly #use: (temperament: Temperament) => boolean;

  /** @param use - counts one use, unless none is left. */
  constructor(met: readonly Temperament[], use: (temperament: Temperament) => boolean) {
    this.#met = met;
    this.#use = use;
  }

  use<K extends Kind>(kind: K, fits: (each: Of<K>) => boolean = () => true): Of<K> | undefined {
    return this.#of(kind).find((each) => fits(each) && this.#use(each));
  }

  useAll<K extends Kind>(kind: K): Of<K>[] {
    return this.#of(kind).filter((each) => this.#use(each));
  }

  lagOf(question: Question): Lag {
    return this.use('lags', ({ of }) => of === question) ?? NO_LAG;
  }

  #of<K extends Kind>(kind: K): Of<K>[] {
    return this.#met.filter((each): each is Of<K> => each.temperament === kind);
  }
}
