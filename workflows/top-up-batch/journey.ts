import {
  type ChildWorkflowHandle,
  condition,
  getExternalWorkflowHandle,
  ParentClosePolicy,
  startChild,
} from '@temporalio/workflow';
import { durationMs } from '../../contract/duration.js';
import { topUpBatchPartWorkflowId } from '../../contract/identity.js';
import { moneyOf, senOf, written } from '../../contract/money.js';
import {
  addPartSchema,
  addPartUpdate,
  batchFundedSignal,
  goOnUpdate,
  type ParsedTopUpBatchInput,
  partPausedSignal,
  partProgressSignal,
  pauseUpdate,
  ROWS_A_PART,
  type TopUpBatchCounts,
  type TopUpBatchInput,
  type TopUpBatchOutcome,
  type TopUpBatchResult,
  type TopUpBatchStatus,
  type TopUpBatchView,
  type TopUpRow,
  topUpBatchInputSchema,
  topUpBatchStatusQuery,
} from '../../contract/top-up-batch.js';
import { parsed } from '../mechanisms/bad-input.js';
import { FundsWait } from '../mechanisms/funds-wait.js';
import { Journey } from '../mechanisms/journey.js';
import { onQuery, onSignal, onUpdate, signalOf } from '../mechanisms/messages.js';
import { topUpBatchPart } from './part.js';

const NONE: TopUpBatchCounts = { completed: 0, failed: 0, insufficientFunds: 0, cancelled: 0 };

/**
 * The top-up batch: takes in all rows, checks their total against the corporate balance, and runs them part by part.
 * Contract: `contract/top-up-batch.ts`.
 */
export async function topUpBatch(input: TopUpBatchInput): Promise<TopUpBatchResult> {
  return new TopUpBatch(parsed(topUpBatchInputSchema, input, 'input')).run();
}

class TopUpBatch {
  readonly #input: ParsedTopUpBatchInput;
  readonly #journey: Journey<TopUpBatchStatus, TopUpBatchResult>;
  readonly #funds: FundsWait;
  readonly #parts = new Map<number, readonly TopUpRow[]>();
  readonly #counts = new Map<number, TopUpBatchCounts>();
  /** Parts that still have rows to send. */
  readonly #launching = new Set<number>();
  #received = 0;
  #isPaused = false;
  #isStopped = false;

  constructor(input: ParsedTopUpBatchInput) {
    this.#input = input;
    this.#funds = new FundsWait(input.waitForFunds);
    this.#journey = new Journey<TopUpBatchStatus, TopUpBatchResult>(
      `Top-up batch ${input.batchReference}: ${input.rows} rows, ${written(input.total)}`,
      'receiving',
      { partnerReferenceNo: input.batchReference },
    );
    onQuery(topUpBatchStatusQuery, () => this.#view());
    onUpdate(addPartUpdate, ({ index, rows }) => this.#add(index, rows), {
      validator: (argument) => {
        const { index } = parsed(addPartSchema, argument, 'addPart');
        if (index >= this.#partCount) parsed(addPartSchema.shape.index.max(0), index, 'index');
      },
      description: 'One part of the rows',
    });
    onUpdate(pauseUpdate, () => this.#pause(true), { description: 'Send no more rows' });
    onUpdate(goOnUpdate, () => this.#pause(false), { description: 'Send rows again' });
    onSignal(batchFundedSignal, () => this.#fund());
    onSignal(partProgressSignal, ({ index, counts, isLaunched }) => {
      this.#counts.set(index, counts);
      if (isLaunched) this.#launching.delete(index);
      this.#tellProgress();
    });
  }

  run(): Promise<TopUpBatchResult> {
    return this.#journey.run(
      async () => {
        const outcome = await this.#steps();
        const { batchReference, rows } = this.#input;
        return { batchReference, outcome, rows, counts: this.#sum() };
      },
      () => {
        this.#isStopped = true;
        for (const index of this.#launching) this.#part(index).cancel();
      },
    );
  }

  /** The business process, step by step. */
  async #steps(): Promise<TopUpBatchOutcome> {
    const isWhole = () => this.#parts.size === this.#partCount;
    await condition(() => isWhole() || this.#isStopped, durationMs(this.#input.receiveWithin));
    if (this.#isStopped) return 'cancelled';
    if (!isWhole() || !this.#isAsAnnounced()) return 'abandoned';
    if (!(await this.#isCovered())) return this.#isStopped ? 'cancelled' : 'insufficient-funds';
    await this.#runParts();
    return this.#isStopped ? 'cancelled' : 'finished';
  }

  /** What came in must be what was announced, or something was lost or changed on the way. */
  #isAsAnnounced(): boolean {
    const rows = [...this.#parts.values()].flat();
    const sum = rows.reduce((total, row) => total + senOf(row.amount.value), 0n);
    const references = new Set(rows.map((row) => row.partnerReferenceNo));
    const isRight =
      rows.length === this.#input.rows &&
      references.size === rows.length &&
      sum === senOf(this.#input.total.value);
    if (!isRight) {
      this.#journey.story.tell(
        `not what was announced: ${rows.length} rows, ${references.size} numbers, ${moneyOf(sum).value}`,
      );
    }
    return isRight;
  }

  /** Before the first rupiah moves. Where DOKU does not tell the balance, its refusals have to do. */
  async #isCovered(): Promise<boolean> {
    const total = this.#input.total.value;
    for (;;) {
      const balance = await this.#funds.balance();
      this.#journey.story.tell(`corporate balance: ${balance ?? 'not told by DOKU'}`);
      if (balance === null || senOf(balance) >= senOf(total)) return true;
      this.#journey.enter('awaiting-funds');
      if (!(await this.#funds.await(total, () => this.#isStopped))) return false;
    }
  }

  /** One part after the other; what only waits for DOKU does not hold up the next. */
  async #runParts(): Promise<void> {
    this.#enterRunning();
    const ended: Promise<void>[] = [];
    for (let index = 0; index < this.#partCount; index++) {
      await condition(() => this.#isStopped || (this.#launching.size === 0 && !this.#isPaused));
      if (this.#isStopped) this.#skip(index);
      else ended.push(this.#awaitPart(index, await this.#startPart(index)));
    }
    await Promise.all(ended);
  }

  #startPart(index: number) {
    const { batchReference, inFlight, waitForFunds } = this.#input;
    this.#launching.add(index);
    return startChild(topUpBatchPart, {
      workflowId: topUpBatchPartWorkflowId(batchReference, index),
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      args: [
        {
          batchReference,
          index,
          rows: this.#parts.get(index) ?? [],
          inFlight,
          ...(waitForFunds && { waitForFunds }),
          isPaused: this.#isPaused,
        },
      ],
      staticSummary: `Part ${index + 1} of ${this.#partCount} of batch ${batchReference}`,
    });
  }

  async #awaitPart(index: number, part: ChildWorkflowHandle<typeof topUpBatchPart>): Promise<void> {
    const { counts } = await part.result();
    this.#counts.set(index, counts);
    this.#launching.delete(index);
    this.#tellProgress();
  }

  #skip(index: number): void {
    const cancelled = this.#parts.get(index)?.length ?? 0;
    this.#counts.set(index, { ...NONE, cancelled });
  }

  #add(index: number, rows: readonly TopUpRow[]): TopUpBatchView {
    if (!this.#parts.has(index)) {
      this.#parts.set(index, rows);
      this.#received += rows.length;
    }
    return this.#view();
  }

  async #pause(isPaused: boolean): Promise<TopUpBatchView> {
    this.#isPaused = isPaused;
    this.#journey.story.tell(isPaused ? 'paused' : 'goes on');
    if (this.#journey.status === 'running' || this.#journey.status === 'paused')
      this.#enterRunning();
    await Promise.all(
      [...this.#launching].map((index) =>
        this.#part(index).signal(signalOf(partPausedSignal), isPaused),
      ),
    );
    return this.#view();
  }

  async #fund(): Promise<void> {
    this.#funds.funded();
    await Promise.all(
      [...this.#launching].map((index) => this.#part(index).signal(signalOf(batchFundedSignal))),
    );
  }

  #part(index: number) {
    return getExternalWorkflowHandle(topUpBatchPartWorkflowId(this.#input.batchReference, index));
  }

  #enterRunning(): void {
    this.#journey.enter(this.#isPaused ? 'paused' : 'running');
  }

  #tellProgress(): void {
    const { completed, failed, insufficientFunds } = this.#sum();
    this.#journey.story.tell(
      `${completed} completed, ${failed} failed, ${insufficientFunds} without funds, ${this.#remaining} remaining`,
    );
  }

  #sum(): TopUpBatchCounts {
    return [...this.#counts.values()].reduce(
      (sum, counts) => ({
        completed: sum.completed + counts.completed,
        failed: sum.failed + counts.failed,
        insufficientFunds: sum.insufficientFunds + counts.insufficientFunds,
        cancelled: sum.cancelled + counts.cancelled,
      }),
      NONE,
    );
  }

  get #remaining(): number {
    return this.#input.rows - Object.values(this.#sum()).reduce((sum, count) => sum + count, 0);
  }

  get #partCount(): number {
    return Math.ceil(this.#input.rows / ROWS_A_PART);
  }

  #view(): TopUpBatchView {
    const { status, attention, result } = this.#journey;
    return {
      batchReference: this.#input.batchReference,
      status,
      rows: this.#input.rows,
      received: this.#received,
      counts: this.#sum(),
      remaining: this.#remaining,
      ...(attention && { attention }),
      ...(result && { result }),
    };
  }
}
