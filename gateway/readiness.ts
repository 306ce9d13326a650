/**
 * Why the gateway cannot do its work, which `/ready` tells its platform.
 *
 * @module
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { translated } from '../client/temporal/translated.js';
import { hasWorker } from '../client/temporal/unanswered.js';

/** Temporal is asked once, however many probes come at once. */
const FRESH_FOR_MS = 1_000;
/** A probe waits for a few seconds at most. */
const ANSWER_WITHIN_MS = 2_000;

export interface ReadinessOptions {
  readonly client: Client;
  readonly taskQueue: string;
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
    const { client, taskQueue } = this.#options;
    const silence = pause(ANSWER_WITHIN_MS, undefined, { ref: false }).then(() => [
      'Temporal does not answer',
    ]);
    const asked = client
      .withDeadline(Date.now() + ANSWER_WITHIN_MS, () => hasWorker(client, taskQueue))
      .then(
        (isThere) => (isThere ? [] : [`no worker polls the task queue ${taskQueue}`]),
        (error: unknown) => [translated(error, taskQueue).message],
      );
    return Promise.race([asked, silence]);
  }
}
