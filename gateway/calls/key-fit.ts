import { NotReadyError, PayloadKeyError } from '../../client/errors.js';
import type { DokuJourneys } from '../../client/index.js';

const ANSWER_WITHIN_MS = 3_500;
/** Between two looks, where the last one found something. */
const AGAIN_AFTER_MS = 5_000;

/**
 * Whether workers and gateway can read each other, looked at before the first order: one that is begun with a key that does
 * not fit would wait for it.
 */
export class KeyFit {
  readonly #journeys: DokuJourneys;
  #look: { readonly at: number; readonly found: Promise<Error | undefined> } | undefined;
  #isFit = false;
  #misfit: Error | undefined;

  constructor(journeys: DokuJourneys) {
    this.#journeys = journeys;
  }

  /** As it was found last. */
  get misfit(): Error | undefined {
    return this.#misfit;
  }

  /** @throws PayloadKeyError. What else is wrong the call itself will tell. */
  async assert(): Promise<void> {
    if (this.#isFit) return;
    const now = performance.now();
    if (!this.#look || now - this.#look.at > AGAIN_AFTER_MS)
      this.#look = { at: now, found: this.#found() };
    const misfit = await this.#look.found;
    if (misfit) throw misfit;
  }

  async #found(): Promise<Error | undefined> {
    try {
      await this.#journeys.check({ deadline: Date.now() + ANSWER_WITHIN_MS });
      this.#isFit = true;
      this.#misfit = undefined;
      return undefined;
    } catch (error) {
      const obstacles = error instanceof NotReadyError ? error.obstacles : [];
      const misfit = obstacles.find(({ part }) => part === 'payload-keys');
      this.#misfit = misfit && new PayloadKeyError(misfit.found, { cause: error });
      return this.#misfit;
    }
  }
}
