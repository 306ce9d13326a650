import { CancellationScope, patched, sleep } from '@temporalio/workflow';

/** After a try has begun, wishes for another wait: longer than a receiver has to answer, so that none cuts off the one before. */
const FIRST_REST_MS = 20_000;
const LONGEST_REST_MS = 300_000;

/** What the next run of a delivery is handed. */
export interface KeptTries {
  readonly restMs: number;
  /** Milliseconds since the epoch. */
  readonly restsUntil: number;
  readonly isWished: boolean;
}

/**
 * When a delivery begins anew before its own pauses are over: somebody says that the receiver is back. However often that is
 * said, tries come apart, ever further while they are in vain (money rule 11); none that was wished for is forgotten.
 */
export class Tries {
  #restMs: number;
  #restsUntil: number;
  #isWished = false;
  /** The last one has brought nothing, or not yet. */
  #isInVain: boolean;

  constructor({ restMs = FIRST_REST_MS, restsUntil = 0 }: Partial<KeptTries> = {}) {
    this.#restMs = restMs;
    this.#restsUntil = restsUntil;
    this.#isInVain = restsUntil > 0;
  }

  get kept(): KeptTries {
    const restsUntil = this.#isInVain ? this.#restsUntil : 0;
    return { restMs: this.#restMs, restsUntil, isWished: this.#isWished };
  }

  /** Whether one that was wished for is to begin. */
  get isDue(): boolean {
    return this.#isWished && Date.now() >= this.#restsUntil;
  }

  /** Whether one may begin that nobody wishes for: after one that was in vain it comes apart, too. */
  get isRested(): boolean {
    return !this.#isInVain || Date.now() >= this.#restsUntil;
  }

  wish(): void {
    if (this.#isWished) return;
    this.#isWished = true;
    const leftMs = this.#restsUntil - Date.now();
    if (leftMs <= 0) return;
    if (patched('tries-apart')) void CancellationScope.nonCancellable(() => sleep(leftMs));
    else this.#restsUntil = 0;
  }

  begun(): void {
    this.#isWished = false;
    this.#isInVain = true;
    this.#restsUntil = Date.now() + this.#restMs;
    this.#restMs = Math.min(this.#restMs * 2, LONGEST_REST_MS);
  }

  /** The receiver is back, or an operator says so. */
  startOver(): void {
    this.#restMs = FIRST_REST_MS;
    this.#isInVain = false;
  }
}
