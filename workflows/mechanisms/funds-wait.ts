import { ActivityFailure, proxyActivities, sleep } from '@temporalio/workflow';
import type { TopUpActivities } from '../../activities/top-up.js';
import { durationMs } from '../../contract/duration.js';
import { QUESTION, WAIT } from './call-options.js';
import { interruptible } from './interruptible.js';

const questions = proxyActivities<Pick<TopUpActivities, 'queryCorporateBalance'>>(QUESTION);
const waits = proxyActivities<Pick<TopUpActivities, 'awaitCorporateBalance'>>(WAIT);

/** Where DOKU does not tell the corporate balance, the top-up itself is the question. */
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 3_600_000;

/** Waiting for the corporate balance: by asking DOKU where it tells, by trying again where it does not. */
export class FundsWait {
  readonly #until: number | undefined;
  #waiting: Promise<boolean> | undefined;
  #isFunded = false;
  #pauseMs = FIRST_PAUSE_MS;

  /** @param waitForFunds - such as "2 hours", counted from now; without it nobody waits. */
  constructor(waitForFunds: string | undefined) {
    this.#until = waitForFunds === undefined ? undefined : Date.now() + durationMs(waitForFunds);
  }

  /** Milliseconds since the epoch: until when. */
  get until(): number | undefined {
    return this.#until;
  }

  get isWaiting(): boolean {
    return this.#waiting !== undefined;
  }

  /** Somebody says that money came in. */
  funded(): void {
    this.#isFunded = true;
  }

  /** @returns whether to try again; `false` when nobody waits any longer. Several callers wait together. */
  await(amount: string, isGivenUp: () => boolean): Promise<boolean> {
    this.#waiting ??= this.#wait(amount, isGivenUp).finally(() => {
      this.#waiting = undefined;
    });
    return this.#waiting;
  }

  async #wait(amount: string, isGivenUp: () => boolean): Promise<boolean> {
    if (this.#until === undefined || Date.now() >= this.#until) return false;
    const tells = (await this.balance()) !== null;
    const left = this.#until - Date.now();
    const isOver = () => this.#isFunded || isGivenUp();
    if (tells) {
      await interruptible(
        () =>
          waits.awaitCorporateBalance.executeWithOptions(
            { summary: 'Balance Inquiry until the corporate balance covers it' },
            [{ atLeast: amount }],
          ),
        isOver,
        left,
      );
    } else {
      const pause = Math.max(1, Math.min(left, this.#pauseMs));
      await interruptible(() => sleep(pause), isOver);
      this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    }
    this.#isFunded = false;
    return !isGivenUp() && Date.now() < this.#until;
  }

  /** The corporate balance, "10000.00"; `null` where DOKU does not tell. */
  async balance(): Promise<string | null> {
    try {
      return await questions.queryCorporateBalance.executeWithOptions(
        { summary: 'Balance Inquiry of the corporate balance', scheduleToCloseTimeout: '1 minute' },
        [],
      );
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      return null;
    }
  }
}
