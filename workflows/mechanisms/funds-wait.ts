import { ActivityFailure, patched, proxyActivities, sleep } from '@temporalio/workflow';
import type { TopUpActivities } from '../../activities/top-up.js';
import { durationMs } from '../../contract/duration.js';
import { QUESTION, WAIT } from './call-options.js';
import { interruptible } from './interruptible.js';

const questions = proxyActivities<Pick<TopUpActivities, 'queryCorporateBalance'>>(QUESTION);
const waits = proxyActivities<Pick<TopUpActivities, 'awaitCorporateBalance'>>(WAIT);

/** Where DOKU does not tell the corporate balance, or contradicts what it tells, the top-up itself is the question. */
const FIRST_PAUSE_MS = 60_000;
/** Each pause is so much of the time that funds have been missing: a month of waiting is a few hundred questions. */
const PAUSES_SHARE = 8;
const LONGEST_PAUSE_MS = 6 * 3_600_000;

/** Waiting for the corporate balance: by asking DOKU where it tells, by trying again where it does not. */
export class FundsWait {
  readonly #until: number | undefined;
  #waiting: Promise<boolean> | undefined;
  #isFunded = false;
  /** Since when funds are missing, in milliseconds since the epoch. */
  #since: number | undefined;
  /** What DOKU said of the balance last: nothing, or that it covers what DOKU refuses all the same. */
  #word: 'untold' | 'covers' | undefined;
  /** Until when "money came in" is no news. */
  #heardUntil = 0;

  /** @param waitForFunds - such as "2 hours", counted from now; without it nobody waits. */
  constructor(waitForFunds: string | undefined) {
    this.#until = waitForFunds === undefined ? undefined : Date.now() + durationMs(waitForFunds);
  }

  /** Milliseconds since the epoch: until when. */
  get until(): number | undefined {
    return this.#until;
  }

  /** Whether somebody would wait now. */
  get isWaitedFor(): boolean {
    return this.#until !== undefined && Date.now() < this.#until;
  }

  get isWaiting(): boolean {
    return this.#waiting !== undefined;
  }

  /** Whether it is news that money came in: said again and again, it changes nothing. */
  get isNews(): boolean {
    return Date.now() >= this.#heardUntil;
  }

  /** Somebody says that money came in. */
  funded(): void {
    if (!this.isNews && patched('funded-once')) return;
    this.#heardUntil = Date.now() + this.#pauseMs;
    this.#isFunded = true;
  }

  /** What is waited for may have been paid meanwhile, by another run: there is no more to wait for before that is known. */
  lookAgain(): void {
    this.#isFunded = true;
  }

  /** DOKU refused for lack of funds: from when on they are missing. */
  missing(): void {
    this.#since ??= Date.now();
  }

  /** DOKU took a top-up: funds are there, and whatever it said of the balance is over. */
  covered(): void {
    this.#since = undefined;
    this.#word = undefined;
    this.#heardUntil = 0;
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
    this.missing();
    const isOver = () => this.#isFunded || isGivenUp();
    // Histories of before ask again and again, and believe the answer however often a refusal follows it.
    const isPaused = this.#word !== undefined && patched('funds-pause');
    if (!isPaused && (await this.balance()) !== null) {
      const { kind } = await interruptible(
        () =>
          waits.awaitCorporateBalance.executeWithOptions(
            { summary: 'Balance Inquiry until the corporate balance covers it' },
            [{ atLeast: amount }],
          ),
        isOver,
        this.#until - Date.now(),
      );
      if (kind === 'done') this.#word = 'covers';
    } else {
      this.#word ??= 'untold';
      const pause = Math.max(1, Math.min(this.#until - Date.now(), this.#pauseMs));
      await interruptible(() => sleep(pause), isOver);
    }
    this.#isFunded = false;
    return !isGivenUp() && Date.now() < this.#until;
  }

  get #pauseMs(): number {
    const missing = this.#since === undefined ? 0 : Date.now() - this.#since;
    return Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, missing / PAUSES_SHARE));
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
