/**
 * Why the gateway cannot do its work, which `/ready` tells its platform.
 *
 * @module
 */
import { assertPolled, type Presence } from './calls/presence.js';
import { problemOf } from './problems/translation.js';

/** Temporal is asked once, however many probes come at once. */
const FRESH_FOR_MS = 1_000;
const ANSWER_WITHIN_MS = 3_000;

export interface ReadinessOptions extends Presence {
  /** What else stands against it. */
  readonly mistakes: () => readonly string[];
}

export class Readiness {
  readonly #options: ReadinessOptions;
  #said: { readonly at: number; readonly reasons: Promise<string[]> } | undefined;

  constructor(options: ReadinessOptions) {
    this.#options = options;
  }

  /** @returns why it is not ready; nothing where it is. */
  async reasons(): Promise<string[]> {
    const now = performance.now();
    if (!this.#said || now - this.#said.at > FRESH_FOR_MS)
      this.#said = { at: now, reasons: this.#ask() };
    return [...this.#options.mistakes(), ...(await this.#said.reasons)];
  }

  async #ask(): Promise<string[]> {
    try {
      await assertPolled(this.#options, Date.now() + ANSWER_WITHIN_MS);
      return [];
    } catch (error) {
      const { problem, message } = problemOf(error);
      return [`${problem}: ${message}`];
    }
  }
}
