import { CancellationScope, getExternalWorkflowHandle, patched, sleep } from '@temporalio/workflow';
import { topUpBatchWorkflowId } from '../../contract/identity.js';
import { moneyOf, senOf } from '../../contract/money.js';
import {
  partProgressSignal,
  type TopUpBatchCounts,
  type TopUpBatchPartInput,
  type TopUpRow,
} from '../../contract/top-up-batch.js';
import { signalOf } from '../mechanisms/messages.js';

/** Journeys that rows wait for; more are for no reader. */
const MOST_NAMED = 10;

/** Between what slow rows have their part tell: so often soon, and ever more seldom then. */
const SOON = 20;
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 10 * 60_000;

/** What a part tells its batch: how far it is, and which of its rows are in doubt. */
export class Progress {
  readonly #part: Pick<TopUpBatchPartInput, 'batchReference' | 'index'>;
  readonly #counts: () => TopUpBatchCounts;
  /** Sen of the rows of which it is not known whether they were paid. */
  readonly #inDoubt = new Map<string, bigint>();
  /** By their rows' numbers. */
  readonly #waitsFor = new Map<string, { workflowId: string; needsAttention: boolean }>();
  #isAwaitingFunds = false;
  #isLaunched = false;
  #isTelling = false;
  #isNews = false;
  /** Rows have ended, or been left to wait, since something was told last. */
  #isLate = false;
  #isTellingLate = false;
  #latePause = FIRST_PAUSE_MS;
  #lateTold = 0;

  constructor(
    part: Pick<TopUpBatchPartInput, 'batchReference' | 'index'>,
    counts: () => TopUpBatchCounts,
  ) {
    this.#part = part;
    this.#counts = counts;
  }

  /**
   * @param isLaunched - all rows are on their way.
   * @param isReset - the batch is asked whether the part is to be paused or stopped.
   * @returns whether there is a batch that hears of it.
   */
  async tell(isLaunched: boolean, isReset = false): Promise<boolean> {
    const { batchReference, index } = this.#part;
    this.#isLaunched ||= isLaunched;
    this.#isLate = false;
    const sen = [...this.#inDoubt.values()].reduce((sum, each) => sum + each, 0n);
    const inDoubt = { rows: this.#inDoubt.size, sum: moneyOf(sen).value };
    try {
      await getExternalWorkflowHandle(topUpBatchWorkflowId(batchReference)).signal(
        signalOf(partProgressSignal),
        {
          index,
          counts: this.#counts(),
          isLaunched: this.#isLaunched,
          inDoubt,
          isAwaitingFunds: this.#isAwaitingFunds,
          ...(this.#waitsFor.size > 0 && { waitsFor: this.#named }),
          ...(this.#isForOperator && { waitsForOperator: true as const }),
          ...(isReset && { isReset: true as const }),
        },
      );
      return true;
    } catch {
      // A batch that was terminated hears no more; its rows end all the same.
      return false;
    }
  }

  /** A part that was reset asks its batch how it is to go on. @returns whether there is one. */
  askHow(): Promise<boolean> {
    return this.tell(this.#isLaunched, true);
  }

  /** Takes note of a row whose end is not known, or is again, and tells the batch. */
  doubt({ partnerReferenceNo, amount }: TopUpRow, isInDoubt: boolean): void {
    if (isInDoubt) this.#inDoubt.set(partnerReferenceNo, senOf(amount.value));
    else this.#inDoubt.delete(partnerReferenceNo);
    if (patched('tells-of-doubt')) void this.#tellOfNews();
  }

  /** Takes note of rows that somebody else may have sent, and tells the batch. */
  doubtAll(rows: Iterable<TopUpRow>): void {
    for (const { partnerReferenceNo, amount } of rows)
      this.#inDoubt.set(partnerReferenceNo, senOf(amount.value));
    void this.#tellOfNews();
  }

  /** Takes note that a row is no more in doubt: the batch hears of it before long. */
  know({ partnerReferenceNo }: TopUpRow): void {
    if (this.#inDoubt.delete(partnerReferenceNo)) void this.tellLate();
  }

  /** Takes note of which journey of another's a row waits for, or does no more, and tells the batch. */
  waitFor({ partnerReferenceNo }: TopUpRow, workflowId: string | undefined): void {
    if (workflowId === undefined) this.#waitsFor.delete(partnerReferenceNo);
    else this.#waitsFor.set(partnerReferenceNo, { workflowId, needsAttention: false });
    void this.#tellOfNews();
  }

  /** Takes note of a row whose own journey waits for an operator, and tells the batch. */
  waitForOperator(partnerReferenceNo: string, workflowId: string): void {
    this.#waitsFor.set(partnerReferenceNo, { workflowId, needsAttention: true });
    void this.#tellOfNews();
  }

  /** Takes note of a row that waits for nobody any more, and tells the batch where it did. */
  waitForNone(partnerReferenceNo: string): void {
    if (this.#waitsFor.delete(partnerReferenceNo)) void this.#tellOfNews();
  }

  /** Those first that need somebody to act. */
  get #named(): string[] {
    return [...this.#waitsFor.values()]
      .sort((one, other) => Number(other.needsAttention) - Number(one.needsAttention))
      .map(({ workflowId }) => workflowId)
      .slice(0, MOST_NAMED);
  }

  get #isForOperator(): boolean {
    return [...this.#waitsFor.values()].some(({ needsAttention }) => needsAttention);
  }

  /** Takes note of whether rows wait for the corporate balance, and tells the batch. */
  awaitFunds(isAwaited: boolean): void {
    if (isAwaited === this.#isAwaitingFunds) return;
    this.#isAwaitingFunds = isAwaited;
    void this.#tellOfNews();
  }

  /** A row has ended beside some that may take long: the batch hears of it before long, and seldom where that goes on and on. */
  tellLate(): Promise<void> {
    // Whoever hears a signal hears Temporal's cancel too, and nobody waits for this.
    return CancellationScope.nonCancellable(() => this.#tellLate());
  }

  async #tellLate(): Promise<void> {
    this.#isLate = true;
    if (this.#isTellingLate) return;
    this.#isTellingLate = true;
    while (this.#isLate) {
      await sleep(this.#latePause, { summary: 'before the batch is told' });
      this.#lateTold += 1;
      if (this.#lateTold > SOON) this.#latePause = Math.min(this.#latePause * 2, LONGEST_PAUSE_MS);
      if (this.#isLate) await this.tell(this.#isLaunched);
    }
    this.#isTellingLate = false;
  }

  /** One message at a time: what is news meanwhile goes with the next. */
  async #tellOfNews(): Promise<void> {
    this.#isNews = true;
    if (this.#isTelling) return;
    this.#isTelling = true;
    while (this.#isNews) {
      this.#isNews = false;
      await this.tell(this.#isLaunched);
    }
    this.#isTelling = false;
  }
}
