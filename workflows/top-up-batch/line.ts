import { condition } from '@temporalio/workflow';
import type { TopUpRow } from '../../contract/top-up-batch.js';
import type { FundsWait } from '../mechanisms/funds-wait.js';
import { OneAtATime } from '../mechanisms/one-at-a-time.js';
import { isHeldBack, type RowAnswer, type Sender } from './row-sent.js';

/** Pauses while DOKU is out of reach. The last one is repeated. */
const OUTAGE_PAUSES_MS = [1, 5, 30, 120, 600, 600, 1_200, 1_200, 1_800, 1_800].map(
  (seconds) => seconds * 1_000,
);
/** After so long a row that DOKU could not be reached for becomes a journey of its own: about two hours. */
const OUTAGE_MS = OUTAGE_PAUSES_MS.reduce((sum, pause) => sum + pause, 0);

/**
 * Rows that DOKU would not take, for lack of funds or as it is out of reach: the first tries again after growing pauses,
 * the others once it got through. So a history grows with time, not with the rows that wait.
 */
export class Line {
  readonly #sender: Sender;
  readonly #funds: FundsWait;
  readonly #isStopped: () => boolean;
  readonly #onFunds: (isAwaited: boolean) => void;
  readonly #turns = new OneAtATime();
  /** Whoever stood first last did not get through. */
  #isHeld = false;
  /** Pauses since somebody got through. */
  #pauses = 0;

  /** @param onFunds - told when funds begin to be waited for, and when no longer. */
  constructor(
    sender: Sender,
    funds: FundsWait,
    isStopped: () => boolean,
    onFunds: (isAwaited: boolean) => void,
  ) {
    this.#sender = sender;
    this.#funds = funds;
    this.#isStopped = isStopped;
    this.#onFunds = onFunds;
  }

  get isBusy(): boolean {
    return this.#turns.isBusy;
  }

  /**
   * @param answer - what the row heard when it was sent.
   * @returns what it heard in the end: the same where nobody waits any longer.
   */
  stand(row: TopUpRow, answer: RowAnswer): Promise<RowAnswer> {
    if (answer.kind === 'refused' && !this.#funds.isWaitedFor) return Promise.resolve(answer);
    const since = Date.now();
    const isBehind = this.isBusy;
    return this.#turns.run(async () => {
      const isMoving = isBehind && !this.#isHeld && !this.#isStopped();
      let latest = isMoving ? await this.#sender.send(row) : answer;
      while (isHeldBack(latest)) {
        this.#isHeld = true;
        this.#onFunds(latest.kind === 'refused');
        if (!(await this.#mayTry(row, latest, since))) {
          this.#onFunds(false);
          return latest;
        }
        latest = await this.#sender.send(row);
      }
      this.#isHeld = false;
      this.#pauses = 0;
      this.#funds.covered();
      this.#onFunds(false);
      return latest;
    });
  }

  async #mayTry(row: TopUpRow, answer: RowAnswer, since: number): Promise<boolean> {
    if (this.#isStopped()) return false;
    if (answer.kind === 'refused') return this.#funds.await(row.amount.value, this.#isStopped);
    if (Date.now() - since >= OUTAGE_MS) return false;
    const pause = OUTAGE_PAUSES_MS[Math.min(this.#pauses, OUTAGE_PAUSES_MS.length - 1)] ?? 0;
    this.#pauses += 1;
    await condition(this.#isStopped, pause);
    return !this.#isStopped();
  }

  /** As parts did that began before rows stood in line. */
  async waitAlone(row: TopUpRow, answer: RowAnswer): Promise<RowAnswer> {
    let latest = await this.#reached(row, answer);
    while (
      latest.kind === 'refused' &&
      latest.refusal === 'insufficient-funds' &&
      (await this.#funds.await(row.amount.value, this.#isStopped))
    ) {
      latest = await this.#reached(row, await this.#sender.send(row));
    }
    return latest;
  }

  async #reached(row: TopUpRow, answer: RowAnswer): Promise<RowAnswer> {
    let latest = answer;
    for (const pause of OUTAGE_PAUSES_MS) {
      if (latest.kind !== 'unclear' || latest.mayBeSent) return latest;
      await condition(this.#isStopped, pause);
      if (this.#isStopped()) return latest;
      latest = await this.#sender.send(row);
    }
    return latest;
  }
}
