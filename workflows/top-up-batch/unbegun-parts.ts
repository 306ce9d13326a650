import { patched } from '@temporalio/workflow';
import type { TopUpBatchCounts, TopUpBatchPartInput } from '../../contract/top-up-batch.js';
import { OneAtATime } from '../mechanisms/one-at-a-time.js';
import { NONE } from './counts.js';
import type { ReceivedRows } from './received-rows.js';
import { isAnyKnown } from './row-sent.js';
import type { RunningParts } from './running-parts.js';
import { Trail } from './trail.js';

/**
 * Parts of a batch that was stopped before they began, and of which Temporal knows nothing: an earlier life of the batch, which
 * it has forgotten, may have paid rows of them all the same (money rule 10).
 */
export class UnbegunParts {
  readonly #rows: ReceivedRows;
  readonly #running: RunningParts;
  readonly #inputOf: (index: number) => TopUpBatchPartInput;
  readonly #looks = new OneAtATime();
  /** Parts follow one another: from this one on none was ever begun. */
  #coldFrom = Number.POSITIVE_INFINITY;
  /** DOKU knows rows of the batch that this run has not sent. */
  #isPaidBefore = false;

  constructor(
    rows: ReceivedRows,
    running: RunningParts,
    inputOf: (index: number) => TopUpBatchPartInput,
  ) {
    this.#rows = rows;
    this.#running = running;
    this.#inputOf = inputOf;
  }

  /** What the rows of one of them came to. */
  async counts(index: number): Promise<TopUpBatchCounts> {
    const announced = this.#rows.announcedIn(index);
    const cancelled = { ...NONE, cancelled: announced };
    if (!patched('unsent-is-asked-about')) return cancelled;
    return this.#looks.run(async () => {
      if (index > this.#coldFrom) return cancelled;
      const rows = this.#rows.of(index);
      // What has not come in cannot be asked about.
      if (rows.length === 0)
        return this.#isPaidBefore ? { ...NONE, inDoubt: announced } : cancelled;
      const input = this.#inputOf(index);
      const { length } = new Trail(input.inFlight);
      if (!(await isAnyKnown(rows.slice(0, length)))) {
        this.#coldFrom = index;
        return cancelled;
      }
      this.#isPaidBefore = true;
      const { ended } = await this.#running.start({ ...input, isUnsent: true });
      return ended;
    });
  }
}
