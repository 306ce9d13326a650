/**
 * `GET …?wait=30s&until=…`: answers as soon as the journey stands where somebody waits for it.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import { JourneyHistory } from './history.js';

export interface StatusWait<View> {
  readonly client: Client;
  readonly workflowId: string;
  readonly view: () => Promise<View>;
  /** Whether it is what is waited for, or nothing more is to come. */
  readonly isThere: (view: View) => boolean;
  /** Milliseconds; 0 answers at once. */
  readonly waitMs: number;
  /** Aborted when whoever waits is gone. */
  readonly signal: AbortSignal;
}

/** @returns where it stands then, or when the time is over. */
export async function awaitedView<View>(wait: StatusWait<View>): Promise<View> {
  const { client, workflowId, isThere, waitMs, signal } = wait;
  const deadlineMs = Date.now() + waitMs;
  const history = new JourneyHistory(client, workflowId);
  let view = await wait.view();
  while (waitMs > 0 && !isThere(view)) {
    const seen = await history.step(deadlineMs, signal);
    if (seen === 'late') break;
    // Asked after the history was read up to here: what comes later is another step.
    view = await wait.view();
    if (seen === 'closed') break;
  }
  return view;
}

/** How many wait at once; who comes beyond that is answered at once, with where it stands. */
export class Waits {
  readonly #most: number;
  #now = 0;

  constructor(most: number) {
    this.#most = most;
  }

  async hold<Answer>(waitMs: number, work: (waitMs: number) => Promise<Answer>): Promise<Answer> {
    if (waitMs === 0 || this.#now >= this.#most) return work(0);
    this.#now += 1;
    try {
      return await work(waitMs);
    } finally {
      this.#now -= 1;
    }
  }
}
