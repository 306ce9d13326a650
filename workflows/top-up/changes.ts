import { patched, proxyActivities, sleep } from '@temporalio/workflow';
import type { TopUpActivities, TopUpKey } from '../../activities/top-up.js';
import { WAIT } from '../mechanisms/call-options.js';
import { interruptible } from '../mechanisms/interruptible.js';

const waits = proxyActivities<Pick<TopUpActivities, 'awaitTopUpEnd'>>(WAIT);

/** Hints within so short a time have DOKU asked once. */
const HINTS_APART_MS = 5_000;

/** Waits for DOKU's status of a top-up to change. */
export class Changes {
  #isNudged = false;
  /** When a hint had DOKU asked last, in milliseconds since the epoch. */
  #lookedAt = 0;

  /** Somebody says that it did: a hint. */
  nudge(): void {
    this.#isNudged = true;
  }

  /** Until it does, or a hint says so. */
  async await(key: TopUpKey): Promise<void> {
    const { kind } = await interruptible(
      () =>
        waits.awaitTopUpEnd.executeWithOptions(
          { summary: `Query Top Up ${key.partnerReferenceNo} until it is final` },
          [key],
        ),
      () => this.#isNudged,
    );
    this.#isNudged = false;
    if (kind !== 'interrupted' || !patched('hints-apart')) return;
    const left = this.#lookedAt + HINTS_APART_MS - Date.now();
    if (left > 0) await sleep(left, { summary: 'hints follow one another' });
    this.#lookedAt = Date.now();
  }
}
