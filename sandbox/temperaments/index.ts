import crypto from 'node:crypto';
import type { Clock } from '../books/clock.js';
import { Mood, type Occasion } from './mood.js';
import type { Temperament } from './schema.js';

interface Standing {
  readonly id: string;
  readonly temperament: Temperament;
  /** On the sandbox's clock. */
  readonly until: number;
  left: number;
}

/** How DOKU is disposed at present: towards everybody, or one operation, account or reference. */
export class Temperaments {
  readonly #clock: Clock;
  #standing = new Map<string, Standing>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(temperament: Temperament) {
    const { forMs = Number.POSITIVE_INFINITY, times = Number.POSITIVE_INFINITY } = temperament;
    const id = crypto.randomUUID();
    const standing = { id, temperament, until: this.#clock.now() + forMs, left: times };
    this.#standing.set(id, standing);
    return shown(standing);
  }

  list() {
    return this.#present().map(shown);
  }

  /** @returns the one that was there, if any. */
  remove(id: string) {
    const standing = this.#standing.get(id);
    this.#standing.delete(id);
    return standing && shown(standing);
  }

  reset(): void {
    this.#standing.clear();
  }

  moodOf(occasion: Occasion): Mood {
    const met = new Map(
      this.#present()
        .filter(({ temperament }) => isMetBy(temperament, occasion))
        .map((standing) => [standing.temperament, standing]),
    );
    return new Mood([...met.keys()], (temperament) => this.#use(met.get(temperament)));
  }

  #use(standing: Standing | undefined): boolean {
    if (!standing || standing.left === 0) return false;
    standing.left -= 1;
    if (standing.left === 0) this.#standing.delete(standing.id);
    return true;
  }

  /** Without those whose time is over. */
  #present(): Standing[] {
    for (const { id, until } of this.#standing.values())
      if (until <= this.#clock.now()) this.#standing.delete(id);
    return [...this.#standing.values()];
  }
}

const isMetBy = (temperament: Temperament, { operation, references, accountIds }: Occasion) =>
  (temperament.operation === undefined || temperament.operation === operation) &&
  (temperament.accountId === undefined || accountIds.includes(temperament.accountId)) &&
  (temperament.reference === undefined || references.includes(temperament.reference));

const shown = ({ id, temperament, left }: Standing) => ({
  id,
  ...temperament,
  ...(Number.isFinite(left) && { left }),
});
